/** What passes between the local cloud and a function's worker thread. */

import type { MessagePort } from 'node:worker_threads';

/** The worker's `workerData`. */
export interface SandboxData {
  /** The local cloud's end is at the other side of it (`link.ts`). */
  link: MessagePort;
  taskRoot: string;
  /** `file.export`, as in the template. */
  handler: string;
  /** 24 for `nodejs24.x`. */
  nodeMajor: number;
  functionName: string;
  functionArn: string;
  memoryMb: number;
  logGroup: string;
  logStream: string;
  /** A file URL next to which `@aws-sdk/*` and `@smithy/*` are found, as the Lambda runtime provides them. */
  sdkParent: string;
  /** File URLs inside the layers' `nodejs` folders. */
  layerParents: readonly string[];
  /** How far the clock of this host is ahead, in ms. */
  skewMs: number;
}

/** One invocation. The event travels as JSON: cheaper than a structured clone, and exactly what AWS would pass. */
export interface Invocation {
  requestId: string;
  event: string;
  /** Epoch milliseconds at which the function times out. */
  deadline: number;
}

export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/**
 * `ready` and `unready` end the initialisation; `done` and `failed` answer an invocation; after `fatal` the sandbox is
 * of no further use. `heapBytes` is what the isolate's heap holds.
 */
export type SandboxMessage =
  | { type: 'ready' }
  | { type: 'unready'; error: FunctionError }
  | { type: 'log'; line: string }
  | { type: 'done'; payload: string; heapBytes: number }
  | { type: 'failed'; error: FunctionError; heapBytes: number }
  | { type: 'fatal'; error: FunctionError };
