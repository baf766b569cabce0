/** Where machines are: what to read for their pulses. Kept for a while, since machines hardly ever move. */
import { type AnyDomain, type IngestDef, type Read, stateOf } from '../core/domain.ts';
import type { Items } from './adapters/items.ts';

export interface Place {
  domain: AnyDomain;
  rules: IngestDef;
  reads: readonly Read[];
}

/** The place of a machine, undefined when there is none. `fresh`: as the directory is now. */
export type Places = (machineId: string, fresh: boolean) => Promise<Place | undefined>;

/** How long a place is taken as it was read, in ms. One that does not hold any more is found out by the pulse that it is for. */
const keptMs = 60_000;

/** Most places that are kept. */
const maxKept = 5000;

export function createPlaces(
  domains: readonly AnyDomain[],
  items: Pick<Items, 'read'>,
  now: () => number,
): Places {
  const kept = new Map<string, { place: Place; until: number }>();
  return async (machineId, fresh) => {
    const known = kept.get(machineId);
    if (!fresh && known !== undefined && known.until > now()) return known.place;
    kept.delete(machineId);
    const place = await search(machineId, domains, items);
    if (kept.size >= maxKept) kept.clear();
    if (place !== undefined) kept.set(machineId, { place, until: now() + keptMs });
    return place;
  };
}

async function search(
  machineId: string,
  domains: readonly AnyDomain[],
  items: Pick<Items, 'read'>,
): Promise<Place | undefined> {
  for (const domain of domains) {
    const rules = domain.ingest;
    if (rules === undefined) continue;
    const directory = await items.read(domain.name, [{ partition: domain.directory }]);
    const reads = rules.reads(machineId, stateOf(directory));
    if (reads !== undefined) return { domain, rules, reads };
  }
  return undefined;
}
