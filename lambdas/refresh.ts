/** The route refresh: a new token for a connection that stays. */
import { domains } from '#domains';
import { joinGroup } from '../core/access.ts';
import { PulsecastError } from '../core/codes.ts';
import type { AnyDomain, Principal } from '../core/domain.ts';
import { readClientFrame, type ServerFrame } from '../core/protocol.ts';
import { type Connection, type Connections, createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { type VerifyToken, verifyToken } from './adapters/jwks.ts';
import { rateLimited } from './adapters/limiter.ts';
import { createMembers } from './adapters/members.ts';
import { createPresence } from './adapters/presence.ts';
import { createSessions, type Sessions } from './adapters/sessions.ts';
import type { Subscription } from './adapters/subscriptions.ts';
import { frameChain } from './chain.ts';
import { enabledDomains, env, once } from './environment.ts';
import { bodyText, frameReply, type SocketEvent } from './events.ts';
import { forget } from './forget.ts';
import { forgotten, type Joining, leave, settle } from './session.ts';

export interface RefreshEffects extends Joining {
  verify: VerifyToken;
  connections: Connections;
  sessions: Pick<Sessions, 'check'>;
}

const cloud = once(
  (): RefreshEffects => ({
    domains: enabledDomains(domains),
    verify: verifyToken(),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
    presence: createPresence(dynamo(), env('PRESENCE_TABLE')),
    sessions: createSessions(dynamo(), env('ACCESS_TABLE')),
    now: Date.now,
  }),
);

export const handler = frameChain((event) => refresh(event));

export async function refresh(event: SocketEvent, effects: RefreshEffects = cloud()) {
  const frame = readClientFrame(bodyText(event));
  if (frame.action !== 'refresh') throw new PulsecastError('unknown_action', 'This route takes refresh.');
  const { connectionId } = event.requestContext;
  const spent = await effects.connections.spend(connectionId, 'frames', effects.now());
  if (spent === undefined) throw forgotten();
  if (spent.waitMs > 0) throw rateLimited(spent.waitMs);
  const credential = await effects.verify(frame.token);
  await effects.sessions.check(credential);
  const { principal, expiresAt, session } = credential;
  const before = spent.connection.principal;
  if (before.sub !== principal.sub || before.kind !== principal.kind) {
    throw new PulsecastError('forbidden', "The new token is somebody else's: connect again.");
  }
  const connection: Connection = { ...spent.connection, principal, tokenExpiresAt: expiresAt, session };
  if (!(await effects.connections.renew(connection))) throw forgotten();
  try {
    // Again: who ended the session meanwhile may not have found the connection by it.
    await effects.sessions.check(credential);
  } catch (error) {
    await forget(connectionId, effects);
    throw error;
  }
  // Read after the new token was written: what is joined by the old one later finds that it is not the same.
  const found = await effects.connections.find(connectionId);
  await Promise.all(
    [...(found?.subscriptions ?? [])].map(([group, subscription]) =>
      renew(connection, group, subscription, effects),
    ),
  );
  const reply: ServerFrame = {
    type: 'refreshed',
    ...(frame.id === undefined ? {} : { id: frame.id }),
    expiresAt: new Date(expiresAt).toISOString(),
  };
  return frameReply(reply);
}

/** Prolongs a membership, or ends it when the new token may not see the group any more. */
async function renew(
  connection: Connection,
  group: string,
  subscription: Subscription,
  effects: RefreshEffects,
): Promise<void> {
  if (maySee(effects.domains, group, connection.principal)) {
    await settle(connection, group, subscription, effects);
  } else await leave(connection, group, effects);
}

function maySee(enabled: readonly AnyDomain[], group: string, principal: Principal): boolean {
  try {
    joinGroup(enabled, group, principal);
    return true;
  } catch (error) {
    if (error instanceof PulsecastError) return false;
    throw error;
  }
}
