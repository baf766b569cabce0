/**
 * How the functions that post share the account's requests. Each sandbox keeps a rate of its own, so the sum is bounded
 * by how many of them may run: that number is reserved, which is also the most that Lambda runs.
 */
import type { AnyDomain } from '../core/domain.ts';
import type { FunctionName } from './function-specs.ts';
import type { Settings } from './props.ts';

/** Functions that reply to what a client does are not reserved, and are bounded by what clients may do. */
const fewShare = 1 / 50;

/** Broadcasters of the platform's own items: people come and go one after the other. */
export const platformLanes = 1;

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
export function sendersOf({ enabled, parallelization, senders }: SharedSettings) {
  const mappings = enabled.flatMap((domain) =>
    deliveries.filter((delivery) => entitiesOf(domain, delivery).length > 0),
  );
  return {
    broadcast: senders?.broadcast ?? Math.max(4, mappings.length * parallelization + platformLanes),
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

/** Most connections of a page: a page is what a sandbox may post at once, and no longer than one run wants to be. */
export function pageOf(settings: SharedSettings): number {
  return Math.max(125, Math.min(500, Math.floor(postRateOf('fanout', settings) / 2)));
}
