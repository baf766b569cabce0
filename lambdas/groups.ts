/** The routes subscribe, unsubscribe and sync. */
import { domains } from '#domains';
import { type FoundGroup, joinGroup } from '../core/access.ts';
import { PulsecastError } from '../core/codes.ts';
import { type ClientFrame, type GroupState, readClientFrame, type ServerFrame } from '../core/protocol.ts';
import { createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { createItems } from './adapters/items.ts';
import { createLog } from './adapters/log.ts';
import { createMembers } from './adapters/members.ts';
import { createPresence } from './adapters/presence.ts';
import { frameChain } from './chain.ts';
import { enabledDomains, env, envOr, itemTables, once } from './environment.ts';
import { bodyText, frameReply, type SocketEvent } from './events.ts';
import { failedStanding, standingOf, statesOf } from './joining.ts';
import type { Standing } from './paging.ts';
import { admitted, leave, type Session, sessionOf, settle } from './session.ts';
import { distinct, type GroupsEffects, leaveAll, maxReplyBytes, subscribe } from './subscribe.ts';

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

const notSubscribed = () =>
  new PulsecastError('forbidden', 'This connection has not subscribed to this group.');

/** Checks access and membership again; a membership that got lost is put back before the log is read. */
async function stillJoined(group: string, session: Session, effects: GroupsEffects): Promise<FoundGroup> {
  const { connection, groups: subscribed } = session;
  if (!subscribed.has(group)) throw notSubscribed();
  try {
    const found = joinGroup(effects.domains, group, connection.principal);
    if (!(await effects.members.has(group, connection.connectionId))) {
      const isMember = await settle(connection, group, session.subscriptions.get(group), effects);
      if (!isMember) throw notSubscribed();
    }
    return found;
  } catch (error) {
    if (error instanceof PulsecastError) await leave(connection, group, effects);
    throw error;
  }
}
