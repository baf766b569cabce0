/** Runs inside a function's worker thread: prepares it, loads the handler, then answers one invocation at a time. */
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { createLink } from '../link.ts';
import { skewClock } from './clock.ts';
import { callHandler, describeError, type Handler, loadHandler, RuntimeError } from './handler.ts';
import { provideModules } from './modules.ts';
import type { Invocation, SandboxData, SandboxMessage } from './protocol.ts';
import { leadToLocalCloud } from './tls.ts';

const data = workerData as SandboxData;
/** Deadlines come from outside, where the clock is right. */
const trueNow = Date.now;
const send = (message: SandboxMessage) => parentPort?.postMessage(message);

/** Lines go over the same port as results, so that they arrive in order and before the result. */
function logLines(stream: NodeJS.WriteStream): () => void {
  let rest = '';
  stream.write = (chunk: Uint8Array | string, encoding?: unknown, callback?: unknown): boolean => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) send({ type: 'log', line });
    const written = typeof encoding === 'function' ? encoding : callback;
    if (typeof written === 'function') written();
    return true;
  };
  return () => {
    if (rest) send({ type: 'log', line: rest });
    rest = '';
  };
}

function contextOf({ requestId, deadline }: Invocation): object {
  return {
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMb),
    awsRequestId: requestId,
    logGroupName: data.logGroup,
    logStreamName: data.logStream,
    identity: undefined,
    clientContext: undefined,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - trueNow()),
  };
}

const flushes = [logLines(process.stdout), logLines(process.stderr)];
const flush = () => {
  for (const one of flushes) one();
};

async function answer(handler: Handler, invocation: Invocation): Promise<void> {
  const id = invocation.requestId.replaceAll('-', '');
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  process.env._X_AMZN_TRACE_ID = `Root=1-${seconds}-${id.slice(0, 24)};Parent=${id.slice(16)};Sampled=0`;
  let message: SandboxMessage;
  try {
    const value = await callHandler(
      handler,
      JSON.parse(invocation.event),
      contextOf(invocation),
      data.nodeMajor,
    );
    message = { type: 'done', payload: stringify(value), heapBytes: getHeapStatistics().used_heap_size };
  } catch (error) {
    message = { type: 'failed', error: describeError(error), heapBytes: getHeapStatistics().used_heap_size };
  }
  flush();
  send(message);
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError(
      'Runtime.JSONStringifyError',
      `Unable to stringify response body as json: ${reason}`,
    );
  }
}

process.cwd = () => data.taskRoot;
// The SDK would read the developer's own ~/.aws otherwise.
os.homedir = () => '/home/sbx_user1051';
syncBuiltinESMExports();
const link = createLink(data.link);
leadToLocalCloud(() => link.connect());
if (data.skewMs !== 0) skewClock(data.skewMs);
provideModules(data.sdkParent, data.layerParents);

process.on('uncaughtException', (error) => {
  flush();
  send({ type: 'fatal', error: describeError(error) });
});
process.on('unhandledRejection', (reason) => {
  const { trace = [] } = describeError(reason);
  flush();
  send({
    type: 'fatal',
    error: { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: String(reason), trace },
  });
});

try {
  const handler = await loadHandler(data.taskRoot, data.handler, data.nodeMajor);
  parentPort?.on('message', (invocation: Invocation) => answer(handler, invocation));
  flush();
  send({ type: 'ready' });
} catch (error) {
  flush();
  send({ type: 'unready', error: describeError(error) });
}
