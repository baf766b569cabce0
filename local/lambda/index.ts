/** AWS Lambda on worker threads: every `nodejs*` function of the app, its bundle as synthesized. */
import { randomBytes, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Duplex } from 'node:stream';
import {
  type Assembly,
  type Authorize,
  AwsError,
  type Clock,
  type InvokeResult,
  type Lambdas,
  type Meter,
} from '../ports.ts';
import { createAsync } from './async.ts';
import { createCodeStore } from './code.ts';
import { environmentOf } from './environment.ts';
import type { LambdaFaults } from './faults.ts';
import { type FunctionSpec, functionNameOf, readFunctions } from './functions.ts';
import { createPool, type Pool, type Run } from './pool.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { createLambdaService } from './service.ts';

/** A line that a function printed (`platform` false), or that Lambda itself would log (START, REPORT). */
export interface FunctionLogLine {
  functionName: string;
  requestId: string;
  line: string;
  platform: boolean;
}

export interface LambdasOptions {
  assembly: Assembly;
  /** Takes a connection that a function opened to AWS, as an HTTP server takes one. */
  accept: (socket: Duplex) => void;
  authorize: Authorize;
  meter: Meter;
  clock: Clock;
  log: (line: FunctionLogLine) => void;
  /** Sends to a queue, for destinations and dead letters. */
  send: (queueArn: string, body: string) => Promise<void>;
  /** Divides the waits between asynchronous attempts; default 1. Never a function's own timeout. */
  timeScale?: number;
  faults?: LambdaFaults;
  /** Idle sandboxes are stopped after this many milliseconds; default 5 minutes. */
  idleMs?: number;
  /**
   * Sandboxes a function may start at once; default the number of cores, 2 to 8. Beyond, one more starts while invocations
   * wait for longer than 50 ms and than the last start took. A sandbox takes about 25 MB.
   */
  eagerSandboxes?: number;
}

/** AWS's default for an account. */
const accountConcurrency = 1000;
/** AWS's limit for an initialisation. */
const initLimitMs = 10_000;
const patienceMs = 50;

interface Entry {
  spec: FunctionSpec;
  pool: Pool;
  /** Invocations that run or wait for a sandbox. */
  running: number;
}

/**
 * Runs the app's functions, each in its own pool of threads. What differs from AWS: threads share the host's memory,
 * CPU, time zone and /tmp, a sandbox is not frozen between invocations (timers go on), and only the JavaScript heap is
 * held to `MemorySize`.
 */
export function createLambdas(options: LambdasOptions): Lambdas {
  const { assembly, accept, authorize, meter, clock, log, send, faults = {}, timeScale = 1 } = options;
  const { idleMs = 300_000, eagerSandboxes = Math.min(8, Math.max(2, availableParallelism())) } = options;
  const code = createCodeStore(assembly);
  const entries = new Map<string, Entry>();
  const idleWaiters: (() => void)[] = [];
  let running = 0;

  const skews = new WeakMap<Sandbox, number>();
  const skewOf = ({ name }: FunctionSpec): number => faults.skewMs?.(name) ?? 0;

  const startFor =
    (spec: FunctionSpec, nodeMajor: number, requests: WeakMap<Sandbox, string>) => async () => {
      const [taskRoot, layerParents] = await Promise.all([code.taskRoot(spec), code.layerParents(spec)]);
      const day = new Date(clock()).toISOString().slice(0, 10).replaceAll('-', '/');
      const logs = {
        group: `/aws/lambda/${spec.name}`,
        stream: `${day}/[$LATEST]${randomBytes(16).toString('hex')}`,
      };
      const skewMs = skewOf(spec);
      const sandbox = startSandbox({
        data: {
          taskRoot,
          handler: spec.handler,
          nodeMajor,
          functionName: spec.name,
          functionArn: spec.arn,
          memoryMb: spec.memoryMb,
          logGroup: logs.group,
          logStream: logs.stream,
          sdkParent: import.meta.url,
          layerParents,
          skewMs,
        },
        accept,
        env: environmentOf(spec, taskRoot, logs),
        // On AWS a slow initialisation is repeated within the first invocation's own timeout.
        initTimeoutMs: initLimitMs + spec.timeoutMs,
        log: (line) => {
          const requestId = requests.get(sandbox) ?? '';
          log({ functionName: spec.name, requestId, line, platform: false });
        },
      });
      skews.set(sandbox, skewMs);
      return sandbox;
    };

  const platform = (spec: FunctionSpec, requestId: string, line: string) =>
    log({ functionName: spec.name, requestId, line, platform: true });

  for (const [name, spec] of readFunctions(assembly)) {
    const requests = new WeakMap<Sandbox, string>();
    const pool = createPool({
      start: () => {
        if (spec.nodeMajor !== undefined) return startFor(spec, spec.nodeMajor, requests)();
        const message = `the local cloud runs nodejs functions only; ${name} has the runtime ${spec.runtime}`;
        return Promise.reject(new Error(message));
      },
      fits: (sandbox) => skews.get(sandbox) === skewOf(spec),
      timeoutMs: spec.timeoutMs,
      onStart: (sandbox, requestId) => {
        requests.set(sandbox, requestId);
        platform(spec, requestId, `START RequestId: ${requestId} Version: $LATEST`);
      },
      eager: eagerSandboxes,
      patienceMs,
    });
    entries.set(name, { spec, pool, running: 0 });
  }

  const find = (nameOrArn: string): Entry => {
    const entry = entries.get(functionNameOf(nameOrArn));
    if (!entry) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    }
    return entry;
  };

  const account = ({ spec }: Entry, requestId: string, result: Run) => {
    const { durationMs, initMs = 0, heapBytes, error } = result;
    // The initialisation is billed since August 2025.
    const billedMs = Math.ceil(durationMs + initMs);
    meter('lambda.requests', spec.name, 1);
    meter('lambda.gbMs', spec.name, (spec.memoryMb / 1024) * billedMs);
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${billedMs} ms`,
      `Memory Size: ${spec.memoryMb} MB`,
      `Max Memory Used: ${Math.ceil(heapBytes / 2 ** 20)} MB`,
    ];
    if (initMs) parts.push(`Init Duration: ${initMs.toFixed(2)} ms`);
    if (error) parts.push(`Error Type: ${error.errorType}`, `Error: ${error.errorMessage}`);
    platform(spec, requestId, parts.join('\t'));
  };

  const throttle = (reason: string) =>
    new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason: reason });

  const run = async (entry: Entry, event: string, given?: AbortSignal): Promise<Run> => {
    const { reserved, name } = entry.spec;
    const refusal = faults.refusal?.(name);
    if (refusal === 'throttled') throw throttle('CallerRateLimitExceeded');
    if (refusal === 'failed') throw new AwsError('ServiceException', 'Service encountered an error', 500);
    if (reserved !== undefined && entry.running >= reserved) {
      throw throttle('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    if (running >= accountConcurrency) throw throttle('ConcurrentInvocationLimitExceeded');
    running += 1;
    entry.running += 1;
    const requestId = randomUUID();
    try {
      const result = await entry.pool.run(event, requestId, faults.ending?.(name), given);
      account(entry, requestId, result);
      return result;
    } finally {
      running -= 1;
      entry.running -= 1;
      if (running === 0) for (const resolve of idleWaiters.splice(0)) resolve();
    }
  };

  const invoke = async (entry: Entry, event: string, given?: AbortSignal): Promise<InvokeResult> => {
    const { payload, error } = await run(entry, event, given);
    return error ? { payload: error, error } : { payload: JSON.parse(payload) };
  };

  const asynchronous = createAsync({
    assembly,
    find: (nameOrArn) => entries.get(functionNameOf(nameOrArn))?.spec,
    invoke: (spec, event) => invoke(find(spec.name), event),
    send,
    authorize,
    clock,
    timeScale,
    log: (spec, line) => platform(spec, '', line),
  });

  const service = createLambdaService({
    find: (name) => find(name).spec,
    run: (spec, event) => run(find(spec.name), event),
    runAsync: (spec, event) => asynchronous.accept(spec, event),
    authorize,
  });

  const reaper = setInterval(() => {
    for (const { pool } of entries.values()) pool.reap(performance.now() - idleMs);
  }, idleMs / 5).unref();

  return {
    handle: service.handle,
    invoke: async (functionArn, event, given) => invoke(find(functionArn), JSON.stringify(event), given),
    invokeAsync: (functionArn, event) => {
      asynchronous.accept(find(functionArn).spec, JSON.stringify(event));
    },
    async idle() {
      await asynchronous.idle();
      while (running > 0) {
        await new Promise<void>((resolve) => idleWaiters.push(resolve));
        await asynchronous.idle();
      }
    },
    async close() {
      clearInterval(reaper);
      asynchronous.close();
      await Promise.all([...entries.values()].map(({ pool }) => pool.close()));
      await code.close();
    },
  };
}
