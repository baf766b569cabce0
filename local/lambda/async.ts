/** Asynchronous invocations: queued, retried, then handed to their destination. */
import { randomUUID } from 'node:crypto';
import { type Assembly, type Authorize, AwsError, type Clock, type InvokeResult } from '../ports.ts';
import { type FunctionSpec, functionNameOf } from './functions.ts';

interface InvokeConfig {
  FunctionName?: string;
  MaximumRetryAttempts?: number | string;
  MaximumEventAgeInSeconds?: number | string;
  DestinationConfig?: { OnSuccess?: { Destination?: string }; OnFailure?: { Destination?: string } };
}

export interface AsyncOptions {
  assembly: Assembly;
  find(nameOrArn: string): FunctionSpec | undefined;
  /** Runs a function once. Rejects with `TooManyRequestsException` when it is throttled. */
  invoke(spec: FunctionSpec, event: string): Promise<InvokeResult>;
  /** Sends a message to a queue. */
  send(queueArn: string, body: string): Promise<void>;
  authorize: Authorize;
  clock: Clock;
  /** Divides the waits between attempts. */
  timeScale: number;
  log(spec: FunctionSpec, line: string): void;
}

export interface AsyncInvocations {
  accept(spec: FunctionSpec, event: string): void;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
  close(): void;
}

/** AWS's waits before the second and the third attempt, milliseconds. */
const retryDelays = [60_000, 120_000];
/** AWS keeps throttled events for up to 6 hours and asks again after 1 s, growing to 5 min. */
const defaultMaxAge = 6 * 3600;
const throttleDelay = (attempt: number) => Math.min(1000 * 2 ** attempt, 300_000);

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/** Events live in memory: what waits when the local cloud stops is lost. */
export function createAsync(options: AsyncOptions): AsyncInvocations {
  const { assembly, find, invoke, send, authorize, clock, timeScale, log } = options;
  const configs = new Map<string, InvokeConfig>();
  for (const { properties } of assembly.ofType('AWS::Lambda::EventInvokeConfig')) {
    const config = properties as InvokeConfig;
    configs.set(functionNameOf(config.FunctionName ?? ''), config);
  }
  const underWay = new Set<Promise<void>>();
  const timers = new Map<NodeJS.Timeout, () => void>();
  let closed = false;

  const wait = (ms: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      timers.delete(timer);
      resolve();
    }, ms / timeScale);
    timers.set(timer, resolve);
    return promise;
  };

  const deliver = async (spec: FunctionSpec, target: string, record: unknown) => {
    const caller = { roleArn: spec.roleArn, functionName: spec.name };
    try {
      if (target.includes(':lambda:')) {
        authorize(caller, 'lambda:InvokeFunction', target);
        const destination = find(target);
        if (destination) accept(destination, JSON.stringify(record));
      } else if (target.includes(':sqs:')) {
        authorize(caller, 'sqs:SendMessage', target);
        await send(target, JSON.stringify(record));
      } else {
        log(spec, `the local cloud delivers to queues and functions only, not to ${target}`);
      }
    } catch (error) {
      log(spec, `no delivery to ${target}: ${error instanceof Error ? error.message : error}`);
    }
  };

  const conclude = async (
    spec: FunctionSpec,
    event: string,
    condition: Condition,
    invocations: number,
    result: InvokeResult | undefined,
  ) => {
    const { OnSuccess, OnFailure } = configs.get(spec.name)?.DestinationConfig ?? {};
    const failed = condition !== 'Success';
    if (failed) log(spec, `asynchronous event given up after ${invocations} attempts: ${condition}`);
    if (failed && spec.deadLetterArn) await deliver(spec, spec.deadLetterArn, JSON.parse(event));
    const destination = (failed ? OnFailure : OnSuccess)?.Destination;
    if (!destination) return;
    await deliver(spec, destination, {
      version: '1.0',
      timestamp: new Date(clock()).toISOString(),
      requestContext: {
        requestId: randomUUID(),
        functionArn: `${spec.arn}:$LATEST`,
        condition,
        approximateInvokeCount: invocations,
      },
      requestPayload: JSON.parse(event),
      ...(result && {
        responseContext: {
          statusCode: 200,
          executedVersion: '$LATEST',
          ...(result.error && { functionError: 'Unhandled' }),
        },
        responsePayload: result.payload,
      }),
    });
  };

  const process = async (spec: FunctionSpec, event: string) => {
    const config = configs.get(spec.name) ?? {};
    const maxRetries = Number(config.MaximumRetryAttempts ?? 2);
    const maxAgeMs = Number(config.MaximumEventAgeInSeconds ?? defaultMaxAge) * 1000;
    const acceptedAt = clock();
    let attempts = 0;
    let throttles = 0;
    let result: InvokeResult | undefined;
    while (!closed) {
      if (clock() - acceptedAt > maxAgeMs) {
        return conclude(spec, event, 'EventAgeExceeded', attempts, result);
      }
      try {
        result = await invoke(spec, event);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        await wait(throttleDelay(throttles));
        throttles += 1;
        continue;
      }
      attempts += 1;
      if (closed) return;
      if (!result.error) return conclude(spec, event, 'Success', attempts, result);
      if (attempts > maxRetries) return conclude(spec, event, 'RetriesExhausted', attempts, result);
      await wait(retryDelays[attempts - 1] ?? 120_000);
    }
  };

  const accept = (spec: FunctionSpec, event: string) => {
    if (closed) return;
    const job = process(spec, event)
      .catch((error) => log(spec, `asynchronous event lost: ${error}`))
      .finally(() => underWay.delete(job));
    underWay.add(job);
  };

  return {
    accept,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close() {
      closed = true;
      for (const [timer, resolve] of timers) {
        clearTimeout(timer);
        resolve();
      }
    },
  };
}
