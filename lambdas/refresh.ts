/** The route refresh: a new token for a connection that stays. */
import { domains } from '#domains';
import { joinGroup } from '../core/access.ts';
import { PulsecastError } from '../core/codes.ts';
import type { AnyDomain, Principal } from '../core/domain.ts';
import { parseClientFrame, parseJson, type ServerFrame } from '../core/protocol.ts';
import { type Connection, type Connections, createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { type VerifyToken, verifyToken } from './adapters/jwks.ts';
import { createMembers, type Members } from './adapters/members.ts';
import { frameChain } from './chain.ts';
import { enabledDomains, env, once } from './environment.ts';
import { bodyText, frameReply, type SocketEvent } from './events.ts';
import { leave, memberUntil } from './session.ts';

export interface RefreshEffects {
  domains: readonly AnyDomain[];
  verify: VerifyToken;
  connections: Connections;
  members: Members;
}

const cloud = once(
  (): RefreshEffects => ({
    domains: enabledDomains(domains),
    verify: verifyToken(),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
  }),
);

export const handler = frameChain((event) => refresh(event));

export async function refresh(event: SocketEvent, effects: RefreshEffects = cloud()) {
  const frame = parseClientFrame(parseJson(bodyText(event)));
  if (frame.action !== 'refresh') throw new PulsecastError('unknown_action', 'This route takes refresh.');
  const { principal, expiresAt } = await effects.verify(frame.token);
  const found = await effects.connections.find(event.requestContext.connectionId);
  if (found === undefined) throw new PulsecastError('unauthorized', 'This connection is not known any more.');
  if (
    found.connection.principal.sub !== principal.sub ||
    found.connection.principal.kind !== principal.kind
  ) {
    throw new PulsecastError('forbidden', "The new token is somebody else's: connect again.");
  }
  const connection: Connection = { ...found.connection, principal, tokenExpiresAt: expiresAt };
  if (!(await effects.connections.renew(connection))) {
    throw new PulsecastError('unauthorized', 'This connection is not known any more.');
  }
  await Promise.all(found.groups.map((group) => renew(connection, group, effects)));
  const reply: ServerFrame = {
    type: 'refreshed',
    ...(frame.id === undefined ? {} : { id: frame.id }),
    expiresAt: new Date(expiresAt).toISOString(),
  };
  return frameReply(reply);
}

/** Prolongs a membership, or ends it when the new token may not see the group any more. */
async function renew(connection: Connection, group: string, effects: RefreshEffects): Promise<void> {
  const { connectionId, principal } = connection;
  if (maySee(effects.domains, group, principal)) {
    await effects.members.join(group, connectionId, memberUntil(connection));
  } else {
    await leave(connectionId, group, effects);
  }
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
