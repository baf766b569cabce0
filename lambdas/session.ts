/** The connection behind a frame, and how it joins and leaves groups. */
import { findGroup } from '../core/access.ts';
import { PulsecastError } from '../core/codes.ts';
import type { AnyDomain } from '../core/domain.ts';
import { toleranceSeconds } from '../core/limits.ts';
import { type Connection, type Connections, endOf } from './adapters/connections.ts';
import { rateLimited } from './adapters/limiter.ts';
import type { Members } from './adapters/members.ts';
import type { Presence } from './adapters/presence.ts';

export interface Session {
  connection: Connection;
  groups: ReadonlySet<string>;
}

/** What it takes to join and to leave. */
export interface Joining {
  domains: readonly AnyDomain[];
  connections: Pick<Connections, 'addGroup' | 'removeGroup'>;
  members: Pick<Members, 'join' | 'leave'>;
  presence: Presence;
  now: () => number;
}

/**
 * The session of a connection, one frame taken off its limit. Errors: `forgotten` when there is none (any more),
 * `token_expired` when its token has run out: the client refreshes, or connects again with a new one; `rate_limited`.
 */
export async function sessionOf(
  connectionId: string,
  connections: Pick<Connections, 'find' | 'spend'>,
  now: number,
): Promise<Session> {
  const [spent, found] = await Promise.all([
    connections.spend(connectionId, 'frames', now),
    connections.find(connectionId),
  ]);
  const connection = admitted(spent, now);
  return { connection, groups: new Set(found?.groups) };
}

/**
 * A connection whose rows are gone while its socket lives, as after a 410 that was none. Nothing is wrong with its
 * credential: the chain makes this a `disconnect` frame, and the client connects again.
 */
export function forgotten(): PulsecastError {
  return new PulsecastError('internal', 'This connection is not known any more.', { reconnect: true });
}

/** The connection that spent. Errors as of `sessionOf`. */
export function admitted(spent: Awaited<ReturnType<Connections['spend']>>, now: number): Connection {
  if (spent === undefined) throw forgotten();
  const { connection, waitMs } = spent;
  const { tokenExpiresAt } = connection;
  if (tokenExpiresAt !== undefined && tokenExpiresAt + toleranceSeconds * 1000 <= now) {
    throw new PulsecastError('token_expired', 'The access token has expired.');
  }
  if (waitMs > 0) throw rateLimited(waitMs);
  return connection;
}

/** The `sub` under which a connection is shown in a group; undefined where nobody is, and for anonymous principals. */
function shownAs(
  { principal }: Pick<Connection, 'principal'>,
  group: string,
  domains: readonly AnyDomain[],
): string | undefined {
  if (principal.kind === 'anonymous') return undefined;
  try {
    return findGroup(domains, group).definition.presence === true ? principal.sub : undefined;
  } catch (error) {
    if (error instanceof PulsecastError) return undefined;
    throw error;
  }
}

/**
 * Adds a membership, or prolongs it. The connection's own row first: whatever is a member, or is shown as present, can be
 * found when the connection ends.
 */
export async function join(
  connection: Connection,
  group: string,
  { domains, connections, members, presence, now }: Joining,
): Promise<void> {
  const { connectionId, principal } = connection;
  const until = endOf(connection);
  const sub = shownAs(connection, group, domains);
  await connections.addGroup(connection, group, sub);
  await Promise.all([
    members.join(group, connectionId, until),
    ...(sub === undefined ? [] : [presence.enter(group, principal, connectionId, until, now())]),
  ]);
}

/** Leaves a group, joined or not. */
export async function leave(
  connection: Connection,
  group: string,
  { domains, connections, members, presence, now }: Joining,
): Promise<void> {
  const { connectionId } = connection;
  const sub = shownAs(connection, group, domains);
  await Promise.all([
    members.leave(group, connectionId),
    ...(sub === undefined ? [] : [presence.leave(group, sub, connectionId, now())]),
  ]);
  await connections.removeGroup(connectionId, group);
}
