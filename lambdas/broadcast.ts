/**
 * From a table's stream to the screens: changes -> events of groups -> log entries -> members -> one frame a connection.
 * Appends before it reads the members, as a subscriber writes its membership before it reads the log.
 */
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { domains } from '#domains';
import type { AnyDomain } from '../core/domain.ts';
import { cut } from '../core/log.ts';
import { presence, trail } from '../core/platform.ts';
import type { GroupEvents } from '../core/protocol.ts';
import { createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { createInvoke } from './adapters/invoke.ts';
import { createLog, type Log } from './adapters/log.ts';
import { createMembers, type Members } from './adapters/members.ts';
import { createPoster, postBucket, signedSend } from './adapters/post.ts';
import { createPresence } from './adapters/presence.ts';
import { quietChain } from './chain.ts';
import { changesOf, type DomainOf } from './changes.ts';
import { type DeliveryEffects, deliver, reserveMs } from './delivery.ts';
import { domainTables, enabledDomains, env, envOr, once } from './environment.ts';
import { type GroupWork, messagesOf, workOf } from './merging.ts';
import { eachOf } from './pacing.ts';
import type { Tree } from './pages.ts';
import { count, logger } from './telemetry.ts';

export interface BroadcastEffects extends DeliveryEffects {
  /** The domain of a table. */
  domainOf: DomainOf;
  log: Pick<Log, 'append'>;
  members: Pick<Members, 'of' | 'leave'>;
  tree: Tree;
  now: () => number;
}

const cloud = once((): BroadcastEffects => {
  const tables = domainTables();
  const byTable = new Map<string, AnyDomain>();
  for (const domain of enabledDomains(domains, tables)) byTable.set(tables[domain.name] ?? '', domain);
  byTable.set(env('PRESENCE_TABLE'), presence);
  byTable.set(env('AUDIT_TABLE'), trail);
  const bucket = postBucket(Date.now());
  return {
    domainOf: (table) => byTable.get(table),
    log: createLog({
      db: dynamo(),
      table: env('LOG_TABLE'),
      retentionSeconds: Number(envOr('LOG_RETENTION_SECONDS', '3600')),
    }),
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    presence: createPresence(dynamo(), env('PRESENCE_TABLE')),
    post: createPoster({ send: signedSend(), bucket }),
    fanOut: createInvoke(env('FANOUT_FUNCTION')),
    tree: {
      senders: Number(env('FANOUT_SENDERS')),
      page: Number(env('FANOUT_PAGE')),
      pace: Number(env('POST_RATE')) / Number(env('FANOUT_RATE')),
      ready: () => bucket.ready(Date.now()),
    },
    now: Date.now,
  };
});

/** Groups worked on at a time. */
const width = 16;

export const handler = quietChain((event: DynamoDBStreamEvent, context: Context) =>
  broadcast(event.Records, () => context.getRemainingTimeInMillis()),
);

/**
 * Reports the first record that could not be read, or whose group could not be appended to: it and what follows come
 * again, which is harmless to clients. A record that cannot be read does not hold up the others of its batch.
 */
export async function broadcast(
  records: readonly DynamoDBRecord[],
  remainingMs: () => number,
  effects: BroadcastEffects = cloud(),
): Promise<DynamoDBBatchResponse> {
  const deadline = effects.now() + remainingMs() - reserveMs;
  const { changes, unreadable } = changesOf(records, effects.domainOf);
  const failed = new Set(unreadable);
  count('poison', unreadable.length);

  const reached: { members: readonly string[]; entries: GroupEvents[] }[] = [];
  await eachOf(workOf(changes), width, async (work) => {
    try {
      reached.push(await append(work, effects));
    } catch (error) {
      failed.add(work.firstRecord);
      logger.error('group not appended', { error: error as Error, group: work.group });
    }
  });

  await deliver(messagesOf(reached), deadline, effects.tree, effects);
  // Lambda goes on from the lowest number, and compares them itself.
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

async function append(
  { group, events }: GroupWork,
  { log, members, now }: BroadcastEffects,
): Promise<{ members: string[]; entries: GroupEvents[] }> {
  const entries: GroupEvents[] = [];
  for (const part of cut(events)) {
    const { offset, conflicts } = await log.append(group, part);
    count('appended');
    count('conflicts', conflicts);
    entries.push({ group, offset, events: part });
  }
  return { members: await members.of(group, now()), entries };
}
