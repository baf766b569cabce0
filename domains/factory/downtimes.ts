/**
 * Downtimes: from when a machine goes down, into maintenance or offline until it comes back. While one goes on it is the state
 * of its machine, so that the batch of pulses that ends it has nothing more to read; its end makes it an item of its own.
 */
import type { ItemWrite } from '../../core/domain.ts';
import { clockReasons, lossOf } from './codes.ts';
import type { DownReason, Downtime, Factory, FactoryItem, Machine, MachineStatus } from './entities.ts';
import { historyOf, lineOf } from './partitions.ts';

const standing: readonly MachineStatus[] = ['down', 'maintenance', 'offline'];

export interface Stop {
  from: number;
  reason: DownReason;
  note?: string;
}

/** What a standing machine is said to stand for, when nobody has said it. */
const unsaid: Partial<Record<MachineStatus, DownReason>> = {
  maintenance: 'maintenance',
  offline: 'no_contact',
};

/** The downtime that goes on. A machine that was never heard has none: it only waits for its device. */
export function stopOf(machine: Machine): Stop | undefined {
  const { status, statusSince, stopSince, lastPulseAt, reason, note } = machine;
  if (!standing.includes(status) || (status === 'offline' && lastPulseAt === undefined)) return undefined;
  return {
    from: stopSince ?? statusSince,
    reason: reason ?? unsaid[status] ?? 'no_pulses',
    ...(note === undefined ? {} : { note }),
  };
}

/**
 * When the downtime of a machine with another status began; undefined when it has none. Down and offline are one downtime,
 * of which more becomes known; maintenance is another.
 */
export function stopSinceOf(was: Machine, status: MachineStatus, since: number): number | undefined {
  if (!standing.includes(status)) return undefined;
  const goesOn = was.status !== 'maintenance' && status !== 'maintenance';
  return (goesOn ? stopOf(was)?.from : undefined) ?? since;
}

/** Key of the downtime that ends with a write: each write of a machine has a `rev` of its own, and ends at most one. */
export const downtimeKey = ({ key, rev }: Pick<FactoryItem<'machine'>, 'key' | 'rev'>): string =>
  `${key}.${rev.toString(36)}`;

/** The item of the downtime that ends when a machine becomes `next`; nothing when none ends. */
export function endOfStop(
  was: FactoryItem<'machine'>,
  next: Machine,
  shiftActive: boolean,
): ItemWrite<Factory>[] {
  const stop = stopOf(was.data);
  // One that ends before it began was a false alarm: a late pulse tells that the machine ran.
  if (stop === undefined || next.statusSince <= stop.from || stopOf(next)?.from === stop.from) return [];
  const { line } = was.data;
  return [
    {
      op: 'create',
      ref: {
        entity: 'downtime',
        partition: shiftActive ? lineOf(line) : historyOf(line),
        key: downtimeKey(was),
      },
      data: { line, machine: was.key, ...stop, until: next.statusSince },
    },
  ];
}

/** Whether nobody has said yet why the machine stood. */
export const isUnqualified = ({ reason }: Pick<Stop, 'reason'>): boolean =>
  clockReasons.some((word) => word === reason);

/** A stretch of time, epoch ms. */
export interface Window {
  from: number;
  until: number;
}

/** The time of a shift by `now`. */
export const windowOf = (
  { startedAt, endedAt }: { startedAt: number; endedAt?: number },
  now: number,
): Window => ({ from: startedAt, until: Math.max(startedAt, endedAt ?? now) });

/** A downtime as it counts: over, or going on, then without `until`. */
export type Standstill = Stop & Pick<Downtime, 'machine'> & { until?: number };

/** How much of a downtime lies within the time, in ms. */
export function within({ from, until }: Pick<Standstill, 'from' | 'until'>, window: Window): number {
  return Math.max(0, Math.min(until ?? window.until, window.until) - Math.max(from, window.from));
}

export interface Reason {
  reason: DownReason;
  ms: number;
  count: number;
}

/** Downtimes within the time by reason, the longest first. What was no downtime is left out. */
export function reasonsOf(stops: readonly Standstill[], window: Window): Reason[] {
  const sums = new Map<DownReason, Reason>();
  for (const stop of stops) {
    const ms = within(stop, window);
    if (ms === 0 || lossOf[stop.reason] === 'none') continue;
    const held = sums.get(stop.reason) ?? { reason: stop.reason, ms: 0, count: 0 };
    sums.set(stop.reason, { ...held, ms: held.ms + ms, count: held.count + 1 });
  }
  return [...sums.values()].sort((a, b) => b.ms - a.ms || (a.reason < b.reason ? -1 : 1));
}
