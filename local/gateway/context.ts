import type { Authorize, Clock, Lambdas, Meter } from '../ports.ts';
import type { Bucket, GatewayLimits, Throttled } from './limits.ts';

/** What may happen to a post to a connection: an answer without sending, or `ms` of waiting before either. */
export type PostFault =
  | { kind: 'lost' | 'gone' | 'tooLarge' | 'throttled' | 'failed' }
  | { kind: 'delayed' | 'hung'; ms: number };

/** Faults that a test may inject into the gateway. */
export interface GatewayFaults {
  /** Asked for each post to a connection, with the function that posts. */
  post?(body: Buffer, functionName: string | undefined): PostFault | undefined;
  /** True breaks the socket, without a close frame, in place of sending or taking this message. */
  cut?(message: Buffer | string): boolean;
  /** True loses the `$disconnect` of this connection: API Gateway promises it on a best-effort basis only. */
  loseDisconnect?(connectionId: string): boolean;
}

/** What the gateway needs from the other parts; everything that varies comes in here. */
export interface GatewayContext {
  lambdas: Pick<Lambdas, 'invoke'>;
  /** Whether the function's resource policy lets this principal, acting for this source, invoke it. */
  permits(functionArn: string, principal: string, sourceArn: string): boolean;
  authorize: Authorize;
  meter: Meter;
  clock: Clock;
  /** A new connection, message or request id. */
  newId(): string;
  limits: GatewayLimits;
  /** The account's bucket, shared by HTTP, WebSocket and callbacks. */
  account: Bucket;
  throttled: Throttled;
  faults: GatewayFaults;
  timeScale: number;
  log(line: string): void;
}
