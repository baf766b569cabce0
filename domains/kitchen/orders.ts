/** Pure rules about orders: stages and their times, what a display shows first, what may be recalled, what is still to cook. */
import type { Location, Order } from './entities.ts';
import { isOpen, type OpenState, type Station } from './states.ts';

/** Orders that may be recalled, and most cards of one display. */
export const recallable = 20;
export const shownAtOnce = 20;

/** When the order entered the stage in which it is. */
export function stageSince({ state, placedAt, startedAt, readyAt, closedAt }: Order): number {
  if (state === 'pending') return placedAt;
  if (state === 'preparing') return startedAt ?? placedAt;
  if (state === 'ready') return readyAt ?? placedAt;
  return closedAt ?? placedAt;
}

/** Of a new location: seconds in a stage until its timer warns, and until it is late. */
export const usualThresholds: Location['thresholds'] = {
  pending: { warn: 180, late: 360 },
  preparing: { warn: 480, late: 900 },
  ready: { warn: 120, late: 300 },
};

export type Heat = 'calm' | 'warn' | 'late';

/** How urgent an order has become after `ms` in its stage. */
export function heatOf(thresholds: Location['thresholds'], state: OpenState, ms: number): Heat {
  const { warn, late } = thresholds[state];
  return ms >= late * 1000 ? 'late' : ms >= warn * 1000 ? 'warn' : 'calm';
}

interface Keyed {
  key: string;
  data: Order;
}

/** Rush orders first, then the longest waiting; keys decide between equals, so that every display has the same order. */
export const byUrgency = (a: Keyed, b: Keyed): number =>
  Number(b.data.rush) - Number(a.data.rush) ||
  stageSince(a.data) - stageSince(b.data) ||
  (a.key < b.key ? -1 : 1);

export const linesAt = ({ lines }: Order, station: Station | undefined) =>
  station === undefined ? lines : lines.filter((line) => line.station === station);

export const preparedAt = (order: Order, station: Station | undefined) =>
  linesAt(order, station).every(({ prepared }) => prepared);

/** Whether a display of a state (all open ones without) and a station (all without) shows the order. */
export function belongs(order: Order, state: OpenState | undefined, station: Station | undefined): boolean {
  if (!isOpen(order.state) || (state !== undefined && order.state !== state)) return false;
  if (station === undefined) return true;
  if (linesAt(order, station).length === 0) return false;
  // What a station has done leaves its screen; the display of what is ready keeps it.
  return state === 'ready' || !preparedAt(order, station);
}

/** The cards of a display, the most urgent first: rush orders and the most recent ones; `older` is how many do not fit. */
export function displayed<T extends Keyed>(orders: readonly T[], most: number): { shown: T[]; older: T[] } {
  const recentFirst = [...orders].sort(
    (a, b) =>
      Number(b.data.rush) - Number(a.data.rush) ||
      stageSince(b.data) - stageSince(a.data) ||
      (a.key < b.key ? 1 : -1),
  );
  return {
    shown: recentFirst.slice(0, most).sort(byUrgency),
    older: recentFirst.slice(most).sort(byUrgency),
  };
}

/** What was bumped last comes first: orders that are ready or served. */
export const bumped = <T extends Keyed>(orders: readonly T[]): T[] =>
  orders
    .filter(({ data }) => data.state === 'ready' || data.state === 'served')
    .sort((a, b) => b.data.changedAt - a.data.changedAt || (a.key < b.key ? 1 : -1))
    .slice(0, recallable);

export interface Count {
  station: Station;
  dish: string;
  quantity: number;
}

/** All-day counts: how many of each dish are still to make, by station, the most first. */
export function allDay(orders: readonly Order[]): Count[] {
  const counts = new Map<string, Count>();
  for (const order of orders) {
    if (order.state !== 'pending' && order.state !== 'preparing') continue;
    for (const { station, dish, quantity, prepared } of order.lines) {
      if (prepared) continue;
      const key = `${station}\n${dish}`;
      const count = counts.get(key) ?? { station, dish, quantity: 0 };
      counts.set(key, { ...count, quantity: count.quantity + quantity });
    }
  }
  return [...counts.values()].sort((a, b) => b.quantity - a.quantity || (a.dish < b.dish ? -1 : 1));
}
