import type { Clock, Meter, MeterKind } from './ports.ts';

/** Amounts by kind and resource since the start of the local cloud. */
export interface MeterTotals {
  /** ISO time from which the amounts count. */
  since: string;
  amounts: Partial<Record<MeterKind, Record<string, number>>>;
}

export interface Metering {
  meter: Meter;
  totals(): MeterTotals;
}

/** Counts what AWS would bill. */
export function createMetering(clock: Clock): Metering {
  const since = new Date(clock()).toISOString();
  const counters = new Map<MeterKind, Map<string, number>>();
  return {
    meter(kind, resource, amount) {
      let byResource = counters.get(kind);
      if (!byResource) {
        byResource = new Map();
        counters.set(kind, byResource);
      }
      byResource.set(resource, (byResource.get(resource) ?? 0) + amount);
    },
    totals: () => ({
      since,
      amounts: Object.fromEntries(
        [...counters].map(([kind, byResource]) => [kind, Object.fromEntries(byResource)]),
      ),
    }),
  };
}
