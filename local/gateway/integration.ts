import { account, region } from '../ports.ts';
import type { GatewayContext } from './context.ts';

/** How an integration ended. `forbidden`: the function's resource policy does not let API Gateway invoke it. */
export type Outcome =
  | { kind: 'reply'; payload: unknown }
  | { kind: 'failed'; message: string }
  | { kind: 'forbidden' | 'timeout' };

/** The ARN by which `AWS::Lambda::Permission` names what may invoke: `{api}/{stage}/{route}`. */
export const executeApiArn = (apiId: string, ...path: string[]): string =>
  `arn:aws:execute-api:${region}:${account}:${[apiId, ...path].join('/')}`;

/** Invokes a function on behalf of an API, within `timeoutMs`. Never throws. */
export async function callFunction(
  context: GatewayContext,
  functionArn: string,
  sourceArn: string,
  event: unknown,
  timeoutMs: number,
): Promise<Outcome> {
  if (!context.permits(functionArn, 'apigateway.amazonaws.com', sourceArn)) {
    context.log(`API Gateway may not invoke ${functionArn}: no AWS::Lambda::Permission for ${sourceArn}`);
    return { kind: 'forbidden' };
  }
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'timeout' }), timeoutMs);
  });
  // AWS begins all at once. What waits here for a free processor, and for nobody any more, would only hold up the others.
  const given = new AbortController();
  const call = context.lambdas.invoke(functionArn, event, given.signal).then(
    ({ payload, error }): Outcome =>
      error ? { kind: 'failed', message: error.errorMessage } : { kind: 'reply', payload },
    (error: unknown): Outcome => ({ kind: 'failed', message: String(error) }),
  );
  const outcome = await Promise.race([call, timeout]);
  clearTimeout(timer);
  if (outcome.kind === 'timeout') given.abort();
  return outcome;
}
