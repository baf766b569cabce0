/** `$disconnect`: best effort by API Gateway, so the broadcaster and the TTL clean up as well. */
import { createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { createMembers } from './adapters/members.ts';
import { createPresence } from './adapters/presence.ts';
import { quietChain } from './chain.ts';
import { env, once } from './environment.ts';
import type { Reply, SocketEvent } from './events.ts';
import { type Forgetting, forget } from './forget.ts';

const cloud = once(
  (): Forgetting => ({
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
    presence: createPresence(dynamo(), env('PRESENCE_TABLE')),
    now: Date.now,
  }),
);

export const handler = quietChain((event: SocketEvent) => disconnect(event));

export async function disconnect(event: SocketEvent, effects: Forgetting = cloud()): Promise<Reply> {
  await forget(event.requestContext.connectionId, effects);
  return { statusCode: 200 };
}
