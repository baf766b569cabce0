/**
 * A share of a large broadcast: posts the frames of a page to its connections. It is invoked asynchronously and not
 * tried again; what it cannot do in its time it hands over to another run of itself.
 */
import type { Context } from 'aws-lambda';
import { createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { createInvoke } from './adapters/invoke.ts';
import { createMembers } from './adapters/members.ts';
import { createPoster, signedSend } from './adapters/post.ts';
import { createPresence } from './adapters/presence.ts';
import { quietChain } from './chain.ts';
import { type DeliveryEffects, postAll, reserveMs } from './delivery.ts';
import { env, once } from './environment.ts';
import { messagesIn, type Page } from './pages.ts';

export interface FanoutEffects extends DeliveryEffects {
  now: () => number;
}

const cloud = once(
  (): FanoutEffects => ({
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    presence: createPresence(dynamo(), env('PRESENCE_TABLE')),
    post: createPoster({ send: signedSend() }),
    fanOut: createInvoke(env('AWS_LAMBDA_FUNCTION_NAME')),
    now: Date.now,
  }),
);

export const handler = quietChain((page: Page, context: Context) =>
  fanout(page, () => context.getRemainingTimeInMillis()),
);

/** Never fails for a recipient: who is not reached finds the gap. */
export async function fanout(
  page: Page,
  remainingMs: () => number,
  effects: FanoutEffects = cloud(),
): Promise<void> {
  const deadline = effects.now() + remainingMs() - reserveMs;
  await postAll(messagesIn(page), deadline, page.depth + 1, effects);
}
