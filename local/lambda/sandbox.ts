/** One execution environment of a function: a worker thread that answers one invocation at a time. */
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { FunctionError, Invocation, SandboxData, SandboxMessage } from './bootstrap/protocol.ts';
import { createLink } from './link.ts';

/** How an invocation ended. `payload` is JSON. */
export type Reply = { payload: string; heapBytes: number } | { error: FunctionError; heapBytes: number };

export interface Sandbox {
  /** Milliseconds from the start of the thread to the end of the initialisation. Resolves once ready. */
  ready: Promise<{ initMs: number } | { error: FunctionError }>;
  /** Never rejects. A sandbox whose code exits, runs out of memory or out of time answers with an error and is dead. */
  invoke(invocation: Invocation, timeoutMs: number): Promise<Reply>;
  alive(): boolean;
  /** Ends the thread at once, as the kernel would: a running invocation answers with an error. */
  kill(): void;
  stop(): Promise<void>;
}

export interface SandboxOptions {
  data: Omit<SandboxData, 'link'>;
  /** Takes a connection that the function opened to AWS. */
  accept(socket: Duplex): void;
  env: Record<string, string>;
  /** How long the initialisation may take. AWS allows 10 s. */
  initTimeoutMs: number;
  log(line: string): void;
}

let bootstrapSource: string | undefined;

/**
 * The thread's program as one plain JavaScript text. Built once: having each new thread strip the types of several
 * files doubles the cold start (25 ms to 50 ms and more). Synchronous, because esbuild's other way leaves a process
 * running.
 */
function bootstrap(): string {
  bootstrapSource ??= buildSync({
    entryPoints: [fileURLToPath(new URL('./bootstrap/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'silent',
  }).outputFiles[0]?.text;
  return bootstrapSource ?? '';
}

const timedOut = (timeoutMs: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});

export function exitError(code: number): FunctionError {
  const how = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `Error: Runtime exited ${how}` };
}

/** The exit status of a process that was killed. */
export const killed = 137;

/** V8's default of 48 MB for every thread would let dozens of idle sandboxes hold a gigabyte of garbage. */
const youngGenerationMb = (memoryMb: number) => Math.min(48, Math.max(8, memoryMb / 32));

/** Starts a sandbox. The heap is limited to `MemorySize` (V8's own buffers and code come on top). */
export function startSandbox({ data, env, initTimeoutMs, log, accept }: SandboxOptions): Sandbox {
  const program = bootstrap();
  const startedAt = performance.now();
  const { port1, port2 } = new MessageChannel();
  createLink(port1, accept);
  const worker = new Worker(program, {
    eval: true,
    execArgv: ['--input-type=module'],
    workerData: { ...data, link: port2 },
    transferList: [port2],
    env,
    stdout: true,
    stderr: true,
    name: data.functionName,
    resourceLimits: {
      maxOldGenerationSizeMb: data.memoryMb,
      maxYoungGenerationSizeMb: youngGenerationMb(data.memoryMb),
    },
    trackUnmanagedFds: false,
  });
  let alive = true;
  let answer: ((reply: Reply) => void) | undefined;
  const ready = Promise.withResolvers<{ initMs: number } | { error: FunctionError }>();
  const initTimer = setTimeout(() => die(timedOut(initTimeoutMs)), initTimeoutMs);

  const reply = (value: Reply) => {
    answer?.(value);
    answer = undefined;
  };
  const die = (error: FunctionError) => {
    if (!alive) return;
    alive = false;
    clearTimeout(initTimer);
    ready.resolve({ error });
    reply({ error, heapBytes: 0 });
    void worker.terminate();
  };

  worker.on('message', (message: SandboxMessage) => {
    if (!alive) return;
    switch (message.type) {
      case 'log':
        log(message.line);
        break;
      case 'ready':
        clearTimeout(initTimer);
        ready.resolve({ initMs: performance.now() - startedAt });
        break;
      case 'unready':
      case 'fatal':
        die(message.error);
        break;
      default:
        reply(message);
    }
  });
  worker.on('error', (error: Error & { code?: string }) => {
    const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    die(
      outOfMemory
        ? {
            errorType: 'Runtime.OutOfMemory',
            errorMessage: 'Error: Runtime exited with error: signal: killed',
          }
        : { errorType: error.name, errorMessage: error.message },
    );
  });
  worker.on('exit', (code) => die(exitError(code)));

  return {
    ready: ready.promise,
    alive: () => alive,
    invoke(invocation, timeoutMs) {
      if (!alive) return Promise.resolve({ error: exitError(0), heapBytes: 0 });
      const { promise, resolve } = Promise.withResolvers<Reply>();
      const timer = setTimeout(() => die(timedOut(timeoutMs)), timeoutMs);
      answer = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
      worker.postMessage(invocation);
      return promise;
    },
    kill: () => die(exitError(killed)),
    async stop() {
      alive = false;
      clearTimeout(initTimer);
      ready.resolve({ error: exitError(0) });
      reply({ error: exitError(0), heapBytes: 0 });
      await worker.terminate();
    },
  };
}
