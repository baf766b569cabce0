/** The routes subscribe, unsubscribe and sync. */
import { domains } from '#domains';
import { type FoundGroup, joinGroup } from '../core/access.ts';
import { PulsecastError } from '../core/codes.ts';
import { isGroupName } from '../core/group.ts';
import { maxGroups } from '../core/limits.ts';
import {
  type ClientFrame,
  type GroupState,
  maxFrameBytes,
  readClientFrame,
  type ServerFrame,
  type Wanted,
} from '../core/protocol.ts';
import { type Connection, type Connections, createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { createItems } from './adapters/items.ts';
import { createLog } from './adapters/log.ts';
import { createMembers, type Members } from './adapters/members.ts';
import { createPresence } from './adapters/presence.ts';
import { frameChain } from './chain.ts';
import { enabledDomains, env, envOr, itemTables, once } from './environment.ts';
import { bodyText, frameReply, type SocketEvent } from './events.ts';
import { failedStanding, type Reading, standingOf, statesOf } from './joining.ts';
import { answerable, type Standing } from './paging.ts';
import { admitted, type Joining, join, leave, type Session, sessionOf } from './session.ts';

export interface GroupsEffects extends Reading, Joining {
  connections: Connections;
  members: Members;
}

/** Bytes of a reply without its groups: type, id of up to 64 characters that JSON may escape, time. */
const envelopeBytes = 512;

/** Bytes for the groups of a reply. */
const maxReplyBytes = maxFrameBytes - envelopeBytes;

const cloud = once(
  (): GroupsEffects => ({
    domains: enabledDomains(domains),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
    presence: createPresence(dynamo(), env('PRESENCE_TABLE')),
    log: createLog({
      db: dynamo(),
      table: env('LOG_TABLE'),
      retentionSeconds: Number(envOr('LOG_RETENTION_SECONDS', '3600')),
    }),
    items: createItems(dynamo(), itemTables()),
    now: Date.now,
  }),
);

export const handler = frameChain((event) => groups(event));

export async function groups(event: SocketEvent, effects: GroupsEffects = cloud()) {
  const frame = readClientFrame(bodyText(event));
  return frameReply(await answer(frame, event.requestContext.connectionId, effects));
}

async function answer(
  frame: ClientFrame,
  connectionId: string,
  effects: GroupsEffects,
): Promise<ServerFrame> {
  const id = frame.id === undefined ? {} : { id: frame.id };
  switch (frame.action) {
    case 'subscribe': {
      const session = await sessionOf(connectionId, effects.connections, effects.now());
      return { type: 'subscribed', ...id, groups: await subscribe(frame.groups, session, effects) };
    }
    case 'sync': {
      const session = await sessionOf(connectionId, effects.connections, effects.now());
      const states = await sync(frame.groups, session, effects);
      return { type: 'synced', ...id, at: new Date(effects.now()).toISOString(), groups: states };
    }
    case 'unsubscribe': {
      const spent = await effects.connections.spend(connectionId, 'frames', effects.now());
      const connection = admitted(spent, effects.now());
      await leaveAll(connection, frame.groups, effects);
      return { type: 'unsubscribed', ...id, groups: frame.groups };
    }
    default:
      throw new PulsecastError('unknown_action', 'This route takes subscribe, unsubscribe and sync.');
  }
}

async function leaveAll(
  connection: Connection,
  groups: readonly string[],
  effects: GroupsEffects,
): Promise<void> {
  const named = [...new Set(groups)].filter(isGroupName);
  await Promise.all(named.map((group) => leave(connection, group, effects)));
}

/** The last mention of each group: a group has one answer. */
function distinct<T extends { group: string }>(wanted: readonly T[]): T[] {
  return [...new Map(wanted.map((one) => [one.group, one])).values()];
}

/**
 * Whoever gets an error for a group is not its member. Errors: `too_many_groups` for the connection in total, `too_large`
 * when the answer would not fit a frame.
 */
async function subscribe(
  wanted: readonly Wanted[],
  { connection, groups: subscribed }: Session,
  effects: GroupsEffects,
): Promise<GroupState[]> {
  if (new Set([...subscribed, ...wanted.map(({ group }) => group)]).size > maxGroups) {
    throw new PulsecastError('too_many_groups', `A connection subscribes to at most ${maxGroups} groups.`);
  }
  if (!answerable(wanted, maxReplyBytes)) {
    throw new PulsecastError('too_large', 'The answer would be too large: ask for fewer pages at once.');
  }
  const found = new Map<string, FoundGroup>();
  const standings = await Promise.all(
    distinct(wanted).map(async (one): Promise<Standing> => {
      try {
        found.set(one.group, joinGroup(effects.domains, one.group, connection.principal));
        // A further page of a snapshot changes no membership.
        const goesOn = one.more !== undefined && subscribed.has(one.group);
        if (!goesOn) await join(connection, one.group, effects);
        return await standingOf(one, effects);
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

/** Answers the groups that were behind, are not to be seen any more, or were never joined. */
async function sync(
  held: readonly { group: string; after: number }[],
  session: Session,
  effects: GroupsEffects,
): Promise<GroupState[]> {
  const found = new Map<string, FoundGroup>();
  const standings = await Promise.all(
    distinct(held).map(async (one): Promise<Standing> => {
      try {
        found.set(one.group, await stillJoined(one.group, session, effects));
        return await standingOf(one, effects);
      } catch (error) {
        return failedStanding(one.group, error);
      }
    }),
  );
  const behind = standings.filter((standing) => standing.kind !== 'missing' || standing.events.length > 0);
  return statesOf(behind, found, effects, maxReplyBytes);
}

/** Checks access and membership again; a membership that got lost is put back before the log is read. */
async function stillJoined(group: string, session: Session, effects: GroupsEffects): Promise<FoundGroup> {
  const { connection, groups: subscribed } = session;
  if (!subscribed.has(group))
    throw new PulsecastError('forbidden', 'This connection has not subscribed to this group.');
  try {
    const found = joinGroup(effects.domains, group, connection.principal);
    if (!(await effects.members.has(group, connection.connectionId))) await join(connection, group, effects);
    return found;
  } catch (error) {
    if (error instanceof PulsecastError) await leave(connection, group, effects);
    throw error;
  }
}
