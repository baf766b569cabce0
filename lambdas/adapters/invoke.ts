/** Hands work over to another function, which Lambda starts on its own time (`InvocationType: Event`). */
import { env } from '../environment.ts';
import { createCaller } from './call.ts';

/** Largest event, in bytes. Lambda takes 1 MB of an asynchronous one; the rest is room for what a dead letter adds. */
export const maxEventBytes = 900_000;

/** Hands an event over. Rejects when it was not taken. */
export type Invoke = (event: object) => Promise<void>;

/** Functions called at a time. */
const width = 8;

/** Accepting an event is quick, and who waits for it still has to post. */
const timeoutMs = 2000;

/** Invokes a function of the same account and region. */
export function createInvoke(functionName: string, endpoint = lambdaEndpoint()): Invoke {
  const headers = { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' };
  const call = createCaller({ endpoint, service: 'lambda', headers, width, timeoutMs });
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  return async (event) => {
    const status = await call(path, JSON.stringify(event));
    if (status !== 202) throw new Error(`${functionName} was not invoked: Lambda answered ${status}.`);
  };
}

function lambdaEndpoint(): string {
  const region = env('AWS_REGION');
  return `https://lambda.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
