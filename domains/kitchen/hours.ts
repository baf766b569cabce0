/** Analytics: what happened is added to the item of its hour, in the transaction in which it happened. No raw history. */
import type { State, Write } from '../../core/domain.ts';
import type { Hour, Kitchen } from './entities.ts';
import { analyticsOf } from './partitions.ts';

export const hourMs = 60 * 60 * 1000;
export const shownHours = 24;

export type Amounts = Partial<Omit<Hour, 'location' | 'at'>>;

export const beginOf = (at: number) => at - (at % hourMs);

/** What a command reads, as it does not know the hour before it runs: a day of them, a few bytes each. */
export const hoursRead = (location: string) => ({
  partition: analyticsOf(location),
  entity: 'hour' as const,
});

const empty = {
  placed: 0,
  started: 0,
  pendingMs: 0,
  prepared: 0,
  preparingMs: 0,
  served: 0,
  readyMs: 0,
  cancelled: 0,
};

/** What happened at a time, epoch ms. */
export interface Happened {
  at: number;
  amounts: Amounts;
}

/** Adds what happened to its hours, one write each. What is taken back from an hour that is gone needs nothing. */
export function tally(
  state: State<Kitchen>,
  location: string,
  happened: readonly Happened[],
): Write<Kitchen>[] {
  const hours = new Map<number, Amounts>();
  for (const { at, amounts } of happened) {
    const begin = beginOf(at);
    hours.set(begin, added(hours.get(begin) ?? {}, amounts));
  }
  return [...hours].flatMap(([at, amounts]): Write<Kitchen>[] => {
    const key = String(at);
    const was = state.get('hour', key);
    if (was !== undefined) return [{ op: 'add', was, amounts }];
    if (Object.values(amounts).some((amount) => amount < 0)) return [];
    const ref = { entity: 'hour' as const, partition: analyticsOf(location), key };
    return [{ op: 'create', ref, data: { location, at, ...empty, ...amounts } }];
  });
}

function added(a: Amounts, b: Amounts): Amounts {
  const names = Object.keys(empty) as (keyof Amounts)[];
  return Object.fromEntries(
    names.flatMap((name) =>
      a[name] === undefined && b[name] === undefined ? [] : [[name, (a[name] ?? 0) + (b[name] ?? 0)]],
    ),
  );
}

/** The opposite of what happened, for a step that is taken back. */
export const undone = ({ at, amounts }: Happened): Happened => ({
  at,
  amounts: Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, -amount])),
});

export interface HourSums {
  placed: number;
  served: number;
  cancelled: number;
  /** Mean time of a stage in ms; undefined when no order left it. */
  pending: number | undefined;
  preparing: number | undefined;
  ready: number | undefined;
}

/** Sums of some hours: the times of stages as means over the orders that left them. */
export function sumsOf(hours: readonly Hour[]): HourSums {
  const sum = (name: keyof typeof empty) => hours.reduce((total, hour) => total + hour[name], 0);
  const mean = (ms: number, count: number) => (count === 0 ? undefined : Math.round(ms / count));
  return {
    placed: sum('placed'),
    served: sum('served'),
    cancelled: sum('cancelled'),
    pending: mean(sum('pendingMs'), sum('started')),
    preparing: mean(sum('preparingMs'), sum('prepared')),
    ready: mean(sum('readyMs'), sum('served')),
  };
}

/** The last 24 hours, the oldest first, with a place for those in which nothing happened. */
export function lastHours(hours: readonly Hour[], now: number): { at: number; hour: Hour | undefined }[] {
  const last = beginOf(now);
  return Array.from({ length: shownHours }, (_, index) => {
    const at = last - (shownHours - 1 - index) * hourMs;
    return { at, hour: hours.find((hour) => hour.at === at) };
  });
}
