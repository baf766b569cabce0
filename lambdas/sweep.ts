/** Each minute: what becomes of items when nothing happens to them, and of connections whose token has run out. */
import { domains } from '#domains';
import { type AnyDomain, type State, stateOf } from '../core/domain.ts';
import { createConnections } from './adapters/connections.ts';
import { dynamo, dynamoUnrepeated } from './adapters/dynamo.ts';
import { createHangUp } from './adapters/hangup.ts';
import { createItems, type Items } from './adapters/items.ts';
import { createMembers } from './adapters/members.ts';
import { createPoster, signedSend } from './adapters/post.ts';
import { createPresence } from './adapters/presence.ts';
import { quietChain } from './chain.ts';
import { domainTables, enabledDomains, env, once } from './environment.ts';
import { type ExpiryEffects, endExpired } from './expiry.ts';
import { eachOf } from './pacing.ts';
import { readState } from './rule.ts';
import { count, logger } from './telemetry.ts';

export interface SweepEffects extends ExpiryEffects {
  domains: readonly AnyDomain[];
  items: Items;
}

const cloud = once(
  (): SweepEffects => ({
    domains: enabledDomains(domains),
    items: createItems(dynamo(), domainTables(), dynamoUnrepeated()),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
    presence: createPresence(dynamo(), env('PRESENCE_TABLE')),
    post: createPoster({ send: signedSend() }),
    hangUp: createHangUp(),
    now: Date.now,
  }),
);

/** Partitions visited at a time. */
const width = 8;

export const handler = quietChain(() => sweep());

/** Throws at the end when a partition, or ending connections, failed; the others are swept all the same. */
export async function sweep(effects: SweepEffects = cloud()): Promise<void> {
  const [items, connections] = await Promise.allSettled([sweepItems(effects), endExpired(effects)]);
  for (const outcome of [items, connections]) if (outcome.status === 'rejected') throw outcome.reason;
}

async function sweepItems(effects: SweepEffects): Promise<void> {
  const failures: unknown[] = [];
  for (const domain of effects.domains) {
    if (domain.sweep === undefined) continue;
    const directory = stateOf(await effects.items.read(domain.name, [{ partition: domain.directory }]));
    await eachOf([...new Set(domain.sweep.partitions(directory))], width, async (partition) => {
      try {
        await sweepPartition(domain, partition, directory, effects);
      } catch (error) {
        failures.push(error);
        logger.error('partition not swept', { error: error as Error, domain: domain.name, partition });
      }
    });
  }
  if (failures.length > 0)
    throw new Error(`${failures.length} partitions were not swept.`, { cause: failures[0] });
}

/** One transaction after the other, in the rule's order. A lost race is left to the next minute. */
async function sweepPartition(
  domain: AnyDomain,
  partition: string,
  directory: State,
  { items, now }: SweepEffects,
): Promise<void> {
  const at = now();
  const further = (state: State) => domain.sweep?.further?.(state, at) ?? [];
  const state = await readState(items, domain.name, [{ partition }], at, further);
  for (const writes of domain.sweep?.run(state, at, directory) ?? []) {
    if (writes.length === 0) continue;
    if ((await items.write(domain, writes, at)) === 'done') count('swept', writes.length);
    else count('conflicts');
  }
}
