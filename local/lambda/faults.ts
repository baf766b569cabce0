/** What may be made to happen to invocations. */

/** How an invocation ends otherwise than its handler would have it. `ms` after its start. */
export type Ending =
  | { kind: 'killedBefore' | 'killedAfter' }
  | { kind: 'killedDuring'; ms: number }
  | { kind: 'timedOut'; ms: number };

/** Faults to inject. Each is asked anew for every invocation. */
export interface LambdaFaults {
  /** The service does not take the invocation. */
  refusal?(functionName: string): 'throttled' | 'failed' | undefined;
  ending?(functionName: string): Ending | undefined;
  /** How far the clock of the function's host is ahead, in ms. A sandbox keeps the clock with which it started. */
  skewMs?(functionName: string): number;
}
