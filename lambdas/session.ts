/** The connection behind a frame, and how it joins and leaves groups. */
import { findGroup } from '../core/access.ts';
import { PulsecastError } from '../core/codes.ts';
import type { AnyDomain } from '../core/domain.ts';
import { toleranceSeconds } from '../core/limits.ts';
import { type Connection, type Connections, endOf, type Found } from './adapters/connections.ts';
import { rateLimited } from './adapters/limiter.ts';
import type { Members } from './adapters/members.ts';
import type { Presence } from './adapters/presence.ts';
import type { Subscription, Subscriptions } from './adapters/subscriptions.ts';

export interface Session {
  connection: Connection;
  groups: ReadonlySet<string>;
  subscriptions: Found['subscriptions'];
}

/** What it takes to join and to leave. */
export interface Joining {
  domains: readonly AnyDomain[];
  connections: Subscriptions;
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
  return { connection, groups: new Set(found?.groups), subscriptions: found?.subscriptions ?? new Map() };
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
 * Adds a membership. The connection's own row first: whatever is a member, or is shown as present, can be found when the
 * connection ends. What the row says must still hold afterwards (`settle`).
 */
export async function join(connection: Connection, group: string, joining: Joining): Promise<Subscription> {
  const sub = shownAs(connection, group, joining.domains);
  const subscription = await joining.connections.addGroup(connection, group, sub);
  await enter(connection, group, joining);
  return subscription;
}

/** Leaves a group, joined or not. */
export async function leave(connection: Connection, group: string, joining: Joining): Promise<void> {
  const left = await joining.connections.leaveGroup(connection.connectionId, group);
  await settle(connection, group, left, joining);
}

/** Rounds until other frames of the same connection have had their turn. Each means that another one came in between. */
const maxRounds = 20;

/**
 * Makes membership and presence what the connection's row says (`was`, as it was read), until the row says the same
 * afterwards. So frames of one connection that are handled at the same time end as if one had come after the other. Also
 * prolongs a membership. Whether it is a member.
 */
export async function settle(
  connection: Connection,
  group: string,
  was: Subscription | undefined,
  joining: Joining,
): Promise<boolean> {
  const { connections } = joining;
  const { connectionId } = connection;
  let row = was;
  for (let round = 0; round < maxRounds; round += 1) {
    const joined = row?.left === false;
    await (joined ? enter : exit)(connection, group, joining);
    if (row?.left === true && (await connections.removeGroup(connectionId, group, row))) return false;
    const now = await connections.subscription(connectionId, group);
    if (now?.turn === row?.turn) return joined;
    row = now;
  }
  throw new Error(`A connection joins and leaves ${group} faster than it could be written.`);
}

async function enter(
  connection: Connection,
  group: string,
  { domains, members, presence, now }: Joining,
): Promise<void> {
  const { connectionId, principal } = connection;
  const until = endOf(connection);
  const isShown = shownAs(connection, group, domains) !== undefined;
  await Promise.all([
    members.join(group, connectionId, until),
    ...(isShown ? [presence.enter(group, principal, connectionId, until, now())] : []),
  ]);
}

async function exit(
  connection: Connection,
  group: string,
  { domains, members, presence, now }: Joining,
): Promise<void> {
  const { connectionId } = connection;
  const sub = shownAs(connection, group, domains);
  await Promise.all([
    members.leave(group, connectionId),
    ...(sub === undefined ? [] : [presence.leave(group, sub, connectionId, now())]),
  ]);
}
