/** Subscribing to groups, and leaving them, while other frames of the same connection are handled. */
import { type FoundGroup, joinGroup } from '../core/access.ts';
import { PulsecastError } from '../core/codes.ts';
import { isGroupName } from '../core/group.ts';
import { maxGroups } from '../core/limits.ts';
import { type GroupState, maxFrameBytes, type Wanted } from '../core/protocol.ts';
import { type Connection, type Connections, endOf } from './adapters/connections.ts';
import type { Members } from './adapters/members.ts';
import type { Subscription } from './adapters/subscriptions.ts';
import { failedStanding, type Reading, standingOf, statesOf } from './joining.ts';
import { answerable, type Standing } from './paging.ts';
import { forgotten, type Joining, join, leave, type Session, settle } from './session.ts';

export interface GroupsEffects extends Reading, Joining {
  connections: Connections;
  members: Members;
}

/** Bytes of a reply without its groups: type, id of up to 64 characters that JSON may escape, time. */
const envelopeBytes = 512;

/** Bytes for the groups of a reply. */
export const maxReplyBytes = maxFrameBytes - envelopeBytes;

/** The last mention of each group: a group has one answer. */
export function distinct<T extends { group: string }>(wanted: readonly T[]): T[] {
  return [...new Map(wanted.map((one) => [one.group, one])).values()];
}

/**
 * Whoever gets an error for a group is not its member. Errors: `too_many_groups` for the connection in total, `too_large`
 * when the answer would not fit a frame.
 */
export async function subscribe(
  wanted: readonly Wanted[],
  session: Session,
  effects: GroupsEffects,
): Promise<GroupState[]> {
  const { connection, groups: subscribed } = session;
  mustBeFew([...subscribed, ...wanted.map(({ group }) => group)]);
  if (!answerable(wanted, maxReplyBytes)) {
    throw new PulsecastError('too_large', 'The answer would be too large: ask for fewer pages at once.');
  }
  const asked = distinct(wanted);
  const found = new Map<string, FoundGroup>();
  const joined = new Map<string, Subscription>();
  const refused = new Map<string, Standing>();
  await Promise.all(
    asked.map(async ({ group, more }) => {
      try {
        found.set(group, joinGroup(effects.domains, group, connection.principal));
        // A further page of a snapshot changes no membership.
        const goesOn = more !== undefined && subscribed.has(group);
        if (!goesOn) joined.set(group, await join(connection, group, effects));
      } catch (error) {
        refused.set(group, failedStanding(group, error));
      }
    }),
  );
  const lost = joined.size === 0 ? new Map() : await lostOf(joined, session, effects);
  const standings = await Promise.all(
    asked.map(async (one): Promise<Standing> => {
      try {
        return refused.get(one.group) ?? lost.get(one.group) ?? (await standingOf(one, effects));
      } catch (error) {
        return failedStanding(one.group, error);
      }
    }),
  );
  const states = await statesOf(standings, found, effects, maxReplyBytes);
  const failed = states.filter((state) => 'error' in state && found.has(state.group));
  await leaveAll(
    connection,
    failed.map(({ group }) => group),
    effects,
  );
  return states;
}

function mustBeFew(groups: readonly string[]): void {
  if (new Set(groups).size <= maxGroups) return;
  throw new PulsecastError('too_many_groups', `A connection subscribes to at most ${maxGroups} groups.`);
}

/**
 * What became of the groups that this frame joined, where it is not its member any more. Other frames (`unsubscribe`, a
 * `refresh` with fewer rights), and the end of the connection, may have come in between unseen: this reads after it wrote, as
 * they do. Errors: `too_many_groups`, `forgotten`; then all that it added is left again.
 */
async function lostOf(
  joined: ReadonlyMap<string, Subscription>,
  { connection, groups: before }: Session,
  effects: GroupsEffects,
): Promise<ReadonlyMap<string, Standing>> {
  const now = await effects.connections.find(connection.connectionId);
  try {
    if (now === undefined) throw forgotten();
    mustBeFew(now.groups);
  } catch (error) {
    const added = [...joined.keys()].filter((group) => now === undefined || !before.has(group));
    await leaveAll(connection, added, effects);
    throw error;
  }
  const isRenewed = endOf(now.connection) !== endOf(connection);
  const lost = new Map<string, Standing>();
  await Promise.all(
    [...joined].map(async ([group, { turn }]) => {
      try {
        joinGroup(effects.domains, group, now.connection.principal);
        const row = now.subscriptions.get(group);
        if (row?.turn === turn && !isRenewed) return;
        if (await settle(now.connection, group, row, effects)) return;
        throw new PulsecastError('conflict', 'It was unsubscribed from meanwhile.');
      } catch (error) {
        lost.set(group, failedStanding(group, error));
      }
    }),
  );
  return lost;
}

export async function leaveAll(
  connection: Connection,
  groups: readonly string[],
  effects: GroupsEffects,
): Promise<void> {
  const named = [...new Set(groups)].filter(isGroupName);
  await Promise.all(named.map((group) => leave(connection, group, effects)));
}
