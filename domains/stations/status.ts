/** Whether a station is heard of, and what is wrong with its cabinet. */
import type { AlarmKind, StationStatus } from './codes.ts';
import type { Slot } from './entities.ts';

/** Silence of a cabinet, in ms, after which its station is degraded. Cabinets report each 10 s or so. */
export const degradedAfterMs = 60_000;
/** ... and offline. */
export const offlineAfterMs = 180_000;

/** The status by the last heartbeat. A station that was never heard of is offline. */
export function statusAt(heartbeatAt: number | undefined, now: number): StationStatus {
  const silence = heartbeatAt === undefined ? Number.POSITIVE_INFINITY : now - heartbeatAt;
  if (silence >= offlineAfterMs) return 'offline';
  return silence >= degradedAfterMs ? 'degraded' : 'online';
}

/** Mean charge in per cent below which a cabinet is low, and from which it is no longer. */
export const lowBelow = 40;
export const lowUntil = 50;

/** The alarms that a cabinet gives. `raised` are those that it gives already: low charge has a margin, so as not to flicker. */
export function alarmsOf(
  slots: readonly Slot[],
  charges: readonly number[],
  status: StationStatus,
  raised: readonly AlarmKind[],
): AlarmKind[] {
  const free = slots.flatMap(({ state }, index) =>
    state === 'available' || state === 'charging' ? [charges[index] ?? 0] : [],
  );
  const mean = free.reduce((sum, charge) => sum + charge, 0) / Math.max(1, free.length);
  const usable = slots.filter(({ state }) => state !== 'broken');
  const given: Record<AlarmKind, boolean> = {
    'empty-cabinet': !slots.some(({ state }) => state === 'available'),
    'full-cabinet': usable.length > 0 && !usable.some(({ state }) => state === 'empty'),
    'low-charge': free.length > 0 && mean < (raised.includes('low-charge') ? lowUntil : lowBelow),
    offline: status === 'offline',
  };
  return (Object.keys(given) as AlarmKind[]).filter((kind) => given[kind]);
}
