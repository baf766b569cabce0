/**
 * How the functions that post share the account's requests. Each sandbox keeps a rate of its own, so the sum is bounded
 * by how many of them may run: that number is reserved, which is also the most that Lambda runs.
 */
import type { AnyDomain } from '../core/domain.ts';
import { notifications } from '../core/notices.ts';
import { isOwn, ownDomains } from '../core/platform.ts';
import type { FunctionName } from './function-specs.ts';
import type { Settings } from './props.ts';

/** Functions that reply to what a client does are not reserved, and are bounded by what clients may do. */
const fewShare = 1 / 50;

/** Broadcasters that work on one shard of a domain's stream; what the platform itself shows changes one by one. */
export function lanesOf(domain: AnyDomain, { parallelization }: Pick<Settings, 'parallelization'>): number {
  return isOwn(domain) || domain === notifications ? 1 : parallelization;
}

export type Delivery = 'instant' | 'relaxed';
export const deliveries: readonly Delivery[] = ['instant', 'relaxed'];

/** The entities of a domain that are delivered in one way. */
export function entitiesOf(domain: AnyDomain, delivery: Delivery): string[] {
  return Object.entries(domain.entities)
    .filter(([, definition]) => definition.delivery === delivery)
    .map(([name]) => name);
}

type SharedSettings = Pick<Settings, 'enabled' | 'parallelization' | 'postsPerSecond' | 'senders'>;

/** How many of each may run at a time: a broadcaster for each way that batches take, unless the props say otherwise. */
export function sendersOf(settings: SharedSettings) {
  const { enabled, senders } = settings;
  const lanes = [...enabled, ...ownDomains].map((domain) => {
    const mappings = deliveries.filter((delivery) => entitiesOf(domain, delivery).length > 0);
    return mappings.length * lanesOf(domain, settings);
  });
  return {
    broadcast: senders?.broadcast ?? lanes.reduce((sum, count) => sum + count, 0),
    fanout: senders?.fanout ?? 6,
  };
}

/** Posts a second of one sandbox: half of all is shared by the broadcasters, half by the fan-out beside them. */
export function postRateOf(name: FunctionName, settings: SharedSettings): number {
  const { postsPerSecond } = settings;
  const { broadcast, fanout } = sendersOf(settings);
  if (name === 'broadcast') return Math.floor(postsPerSecond / 2 / broadcast);
  if (name === 'fanout') return Math.floor(postsPerSecond / 2 / fanout);
  return Math.max(1, Math.floor(postsPerSecond * fewShare));
}

/**
 * Posts that one sandbox may make at once. The account's burst is half of its rate, and each broadcaster and fan-out has an
 * equal part of it: what they do first counts alike, however long they may go on.
 */
export function postBurstOf(name: FunctionName, settings: SharedSettings): number {
  const { broadcast, fanout } = sendersOf(settings);
  if (name !== 'broadcast' && name !== 'fanout')
    return Math.max(1, Math.floor(postRateOf(name, settings) / 2));
  return Math.max(1, Math.floor(settings.postsPerSecond / 2 / (broadcast + fanout)));
}

/** Most connections of a page: a page is what a sandbox may post at once, and no longer than one run wants to be. */
export function pageOf(settings: SharedSettings): number {
  return Math.max(125, Math.min(500, postBurstOf('fanout', settings)));
}
