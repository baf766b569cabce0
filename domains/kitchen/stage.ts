/** What a step makes of an order, and what of it is counted. Pure: the commands read and write around it. */
import { invalid } from '../../core/rules.ts';
import type { Line, Order } from './entities.ts';
import { type Happened, undone } from './hours.ts';
import { linesAt, preparedAt } from './orders.ts';
import { type Station, type StepName, steps } from './states.ts';

export interface Act {
  now: number;
  by: string;
}

export interface Stepped {
  order: Order;
  happened: readonly Happened[];
}

const started = (order: Order, now: number): Happened => ({
  at: now,
  amounts: { started: 1, pendingMs: Math.max(0, now - order.placedAt) },
});
const prepared = ({ startedAt = 0 }: Order, at: number): Happened => ({
  at,
  amounts: { prepared: 1, preparingMs: Math.max(0, at - startedAt) },
});
const served = ({ readyAt = 0 }: Order, at: number): Happened => ({
  at,
  amounts: { served: 1, readyMs: Math.max(0, at - readyAt) },
});

const mark = (lines: readonly Line[], station: Station | undefined, done: boolean): Line[] =>
  lines.map((line) =>
    station === undefined || line.station === station ? { ...line, prepared: done } : line,
  );

/** Whether the step is a valid one for the order as it is. */
export function mayStep(order: Order, name: StepName, station?: Station): boolean {
  if (!steps[name].from.includes(order.state)) return false;
  if (name === 'bump-station') return !preparedAt(order, station);
  if (name === 'recall-station') return linesAt(order, station).some((line) => line.prepared);
  return true;
}

/**
 * The order after a valid step (`mayStep`). `station` is needed by the steps of a station.
 * A recall takes back what was counted, so that an order counts once however often it goes back and forth.
 */
export function stepped(was: Order, name: Exclude<StepName, 'rush'>, act: Act, station?: Station): Stepped {
  const { now, by } = act;
  const order: Order = { ...was, changedAt: now, changedBy: by };
  switch (name) {
    case 'start':
      return { order: { ...order, state: 'preparing', startedAt: now }, happened: [started(was, now)] };
    case 'bump':
      return finished({ order: { ...order, lines: mark(was.lines, undefined, true) }, happened: [] }, now);
    case 'bump-station': {
      const begun = was.state === 'pending' ? stepped(was, 'start', act) : { order, happened: [] };
      const next = { ...begun, order: { ...begun.order, lines: mark(was.lines, station, true) } };
      return preparedAt(next.order, undefined) ? finished(next, now) : next;
    }
    case 'serve':
      return { order: { ...order, state: 'served', closedAt: now }, happened: [served(was, now)] };
    case 'cancel':
      return {
        order: { ...order, state: 'cancelled', closedAt: now },
        happened: [{ at: now, amounts: { cancelled: 1 } }],
      };
    case 'recall':
      return was.state === 'served' ? unserved(was, order) : unprepared(was, order, undefined);
    case 'recall-station':
      return was.state === 'ready'
        ? unprepared(was, order, station)
        : { order: { ...order, lines: mark(was.lines, station, false) }, happened: [] };
  }
}

function finished({ order, happened }: Stepped, now: number): Stepped {
  return {
    order: { ...order, state: 'ready', readyAt: now },
    happened: [...happened, prepared(order, now)],
  };
}

function unserved(was: Order, order: Order): Stepped {
  const { closedAt, ...open } = order;
  return {
    order: { ...open, state: 'ready' },
    happened: closedAt === undefined ? [] : [undone(served(was, closedAt))],
  };
}

function unprepared(was: Order, order: Order, station: Station | undefined): Stepped {
  const { readyAt, ...open } = order;
  return {
    order: { ...open, state: 'preparing', lines: mark(was.lines, station, false) },
    happened: readyAt === undefined ? [] : [undone(prepared(was, readyAt))],
  };
}

/** Refuses a station that has nothing to do for the order. */
export function routed(order: Order, station: Station): void {
  if (linesAt(order, station).length === 0) throw invalid('station', 'has nothing to do for this order');
}
