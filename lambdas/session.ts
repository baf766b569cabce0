/** The connection behind a frame, and how long it counts as a member. */
import { PulsecastError } from '../core/codes.ts';
import { type Connection, type Connections, connectionLifeMs } from './adapters/connections.ts';
import type { Members } from './adapters/members.ts';

/** Accepted difference between the issuer's clock and ours. */
export const toleranceSeconds = 5;

export interface Session {
  connection: Connection;
  groups: ReadonlySet<string>;
}

/**
 * The session of a connection. Errors: `unauthorized` when there is none (any more), `token_expired` when its token has
 * run out: the client refreshes, or connects again with a new one.
 */
export async function sessionOf(
  connectionId: string,
  connections: Connections,
  now: number,
): Promise<Session> {
  const found = await connections.find(connectionId);
  if (found === undefined) throw new PulsecastError('unauthorized', 'This connection is not known any more.');
  const { tokenExpiresAt } = found.connection;
  if (tokenExpiresAt !== undefined && tokenExpiresAt + toleranceSeconds * 1000 <= now) {
    throw new PulsecastError('token_expired', 'The access token has expired.');
  }
  return { connection: found.connection, groups: new Set(found.groups) };
}

/** Until when the connection may get events, epoch ms. */
export function memberUntil({ tokenExpiresAt = Number.POSITIVE_INFINITY, connectedAt }: Connection): number {
  return Math.min(tokenExpiresAt + toleranceSeconds * 1000, connectedAt + connectionLifeMs);
}

/** Adds a membership. The connection's own row first: whatever is a member can be found when the connection ends. */
export async function join(
  connection: Connection,
  group: string,
  effects: { connections: Connections; members: Members },
): Promise<void> {
  await effects.connections.addGroup(connection, group);
  await effects.members.join(group, connection.connectionId, memberUntil(connection));
}

export async function leave(
  connectionId: string,
  group: string,
  effects: { connections: Connections; members: Members },
): Promise<void> {
  await effects.members.leave(group, connectionId);
  await effects.connections.removeGroup(connectionId, group);
}
