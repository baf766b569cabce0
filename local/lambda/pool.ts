/** The sandboxes of one function: kept warm, reused, added when invocations wait. */
import type { FunctionError } from './bootstrap/protocol.ts';
import type { Ending } from './faults.ts';
import { exitError, killed, type Reply, type Sandbox } from './sandbox.ts';

/** What one run of the function gave and took. `payload` is JSON. */
export interface Run {
  payload: string;
  error?: FunctionError;
  /** Milliseconds that the handler took. */
  durationMs: number;
  /** Milliseconds of initialisation, when this invocation had to wait for a cold start. */
  initMs?: number;
  heapBytes: number;
}

export interface PoolOptions {
  /** Starts a sandbox; rejects when the code cannot be had. */
  start(): Promise<Sandbox>;
  /** Whether an idle sandbox may still be used. @default always */
  fits?(sandbox: Sandbox): boolean;
  timeoutMs: number;
  /** Called when a sandbox takes the invocation up. */
  onStart(sandbox: Sandbox, requestId: string): void;
  /**
   * How many sandboxes may start without waiting. AWS starts one for each concurrent invocation; a laptop with hundreds
   * of threads would only thrash, so beyond this number they start one after the other, and only while some
   * invocation has waited for `patienceMs`, and for as long as the last start took: on a busy machine starts take long and
   * make all others wait longer, so that each would call for the next. The more there are, the longer until the next: a
   * storm that lasts for minutes would add hundreds. Nothing ever waits for good, whatever the functions do.
   */
  eager: number;
  patienceMs: number;
}

export interface Pool {
  /** `ending`: a fault to which the invocation falls victim. `given`: what still waits when it is aborted is given up. */
  run(event: string, requestId: string, ending?: Ending, given?: AbortSignal): Promise<Run>;
  /** Stops sandboxes that were idle since before `time` (of `performance.now()`). */
  reap(time: number): void;
  size(): number;
  close(): Promise<void>;
}

interface Job {
  event: string;
  requestId: string;
  ending: Ending | undefined;
  /** Of `performance.now()`. */
  acceptedAt: number;
  finish(run: Run): void;
}
interface Warm {
  sandbox: Sandbox;
  idleSince: number;
  /** Set until the first invocation, which is billed for it. */
  initMs: number | undefined;
}

/** AWS's limit for a response, bytes. */
const maxResponse = 6_291_556;

/** Invokes, and lets happen what is to happen. */
async function invoke(sandbox: Sandbox, job: Job, timeoutMs: number): Promise<Reply> {
  const { requestId, event, ending } = job;
  if (ending?.kind === 'killedBefore') {
    sandbox.kill();
    return { error: exitError(killed), heapBytes: 0 };
  }
  const limit = ending?.kind === 'timedOut' ? Math.min(ending.ms, timeoutMs) : timeoutMs;
  const timer = ending?.kind === 'killedDuring' ? setTimeout(() => sandbox.kill(), ending.ms) : undefined;
  const reply = await sandbox.invoke({ requestId, event, deadline: Date.now() + timeoutMs }, limit);
  clearTimeout(timer);
  if (ending?.kind !== 'killedAfter') return reply;
  sandbox.kill();
  return { error: exitError(killed), heapBytes: reply.heapBytes };
}

export function createPool(options: PoolOptions): Pool {
  const { start, fits = () => true, timeoutMs, onStart, eager, patienceMs } = options;
  const warm: Warm[] = [];
  const sandboxes = new Set<Sandbox>();
  const waiting: Job[] = [];
  /** Starts that are under way, for a stop to wait for. */
  const adding = new Set<Promise<void>>();
  let starting = 0;
  let lastStartMs = 0;
  /** When the last start was done, of `performance.now()`. */
  let startedLast = 0;
  let growth: NodeJS.Timeout | undefined;
  let closed = false;

  const failed = (error: FunctionError): Run => ({
    payload: JSON.stringify(error),
    error,
    durationMs: 0,
    heapBytes: 0,
  });

  const assign = async (free: Warm, job: Job) => {
    const { sandbox, initMs } = free;
    free.initMs = undefined;
    onStart(sandbox, job.requestId);
    const startedAt = performance.now();
    const reply = await invoke(sandbox, job, timeoutMs);
    const durationMs = performance.now() - startedAt;
    if (sandbox.alive()) release(free);
    else drop(sandbox);
    job.finish({ ...outcome(reply, job), durationMs, ...(initMs === undefined ? {} : { initMs }) });
  };

  const release = (free: Warm) => {
    const next = waiting.shift();
    if (next) {
      void assign(free, next);
      return;
    }
    free.idleSince = performance.now();
    warm.push(free);
  };

  const drop = (sandbox: Sandbox) => {
    sandboxes.delete(sandbox);
    grow();
  };

  const grow = () => {
    if (closed || waiting.length <= starting) return;
    if (sandboxes.size + starting < eager) {
      add();
      grow();
      return;
    }
    growth ??= setTimeout(() => {
      growth = undefined;
      const [oldest] = waiting;
      const patience = Math.max(patienceMs, lastStartMs) * Math.max(1, sandboxes.size / eager);
      const impatient = oldest && performance.now() - Math.max(oldest.acceptedAt, startedLast) >= patience;
      // One at a time: on a busy machine a start takes long, and more at once make each of them longer.
      if (impatient && !closed && starting === 0) add();
      grow();
    }, patienceMs);
  };

  const add = () => {
    const job = addOne().finally(() => adding.delete(job));
    adding.add(job);
  };
  const addOne = async () => {
    starting += 1;
    let sandbox: Sandbox | undefined;
    let ready: Awaited<Sandbox['ready']>;
    const startedAt = performance.now();
    try {
      sandbox = await start();
      sandboxes.add(sandbox);
      if (closed) await sandbox.stop();
      ready = await sandbox.ready;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      ready = { error: { errorType: 'Runtime.CodeUnavailable', errorMessage: message } };
    }
    startedLast = performance.now();
    lastStartMs = startedLast - startedAt;
    starting -= 1;
    if (sandbox && !('error' in ready)) {
      release({ sandbox, idleSince: 0, initMs: ready.initMs });
      return;
    }
    if ('error' in ready) waiting.shift()?.finish(failed(ready.error));
    if (sandbox) drop(sandbox);
    else grow();
  };

  return {
    run(event, requestId, ending, given) {
      const { promise, resolve } = Promise.withResolvers<Run>();
      const job: Job = { event, requestId, ending, acceptedAt: performance.now(), finish: resolve };
      let free = warm.pop();
      while (free && !(free.sandbox.alive() && fits(free.sandbox))) {
        sandboxes.delete(free.sandbox);
        void free.sandbox.stop();
        free = warm.pop();
      }
      if (free) {
        void assign(free, job);
      } else {
        waiting.push(job);
        grow();
        given?.addEventListener('abort', () => {
          const at = waiting.indexOf(job);
          if (at < 0) return;
          waiting.splice(at, 1);
          job.finish(failed({ errorType: 'Runtime.GivenUp', errorMessage: 'nobody waits for it any more' }));
        });
      }
      return promise;
    },
    reap(time) {
      while (warm[0] && warm[0].idleSince < time) {
        const [oldest] = warm.splice(0, 1);
        if (!oldest) return;
        sandboxes.delete(oldest.sandbox);
        void oldest.sandbox.stop();
      }
    },
    size: () => sandboxes.size,
    async close() {
      closed = true;
      clearTimeout(growth);
      for (const job of waiting.splice(0)) {
        job.finish(failed({ errorType: 'Runtime.Stopped', errorMessage: 'the local cloud is stopping' }));
      }
      await Promise.all([...sandboxes].map((sandbox) => sandbox.stop()));
      await Promise.all(adding);
    },
  };
}

/** Errors that end a sandbox name the request, as AWS's do. */
function outcome(reply: Awaited<ReturnType<Sandbox['invoke']>>, { requestId }: Job): Omit<Run, 'durationMs'> {
  if ('payload' in reply) {
    if (reply.payload.length <= maxResponse && Buffer.byteLength(reply.payload) <= maxResponse) return reply;
    const error = {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponse} bytes).`,
    };
    return { payload: JSON.stringify(error), error, heapBytes: reply.heapBytes };
  }
  const { error } = reply;
  const ended = error.errorType === 'Sandbox.Timedout' || error.errorType === 'Runtime.ExitError';
  const named = ended
    ? { ...error, errorMessage: `RequestId: ${requestId} ${withError(error.errorMessage)}` }
    : error;
  return { payload: JSON.stringify(named), error: named, heapBytes: reply.heapBytes };
}

const withError = (message: string) => (message.startsWith('Error:') ? message : `Error: ${message}`);
