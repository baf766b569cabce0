/** The steps of an order's life (`states.ts`). */
import * as v from 'valibot';
import type { State, Write } from '../../../core/domain.ts';
import { id, rev } from '../../../core/fields.ts';
import { conflict, found, fresh, signature } from '../../../core/rules.ts';
import { takes } from '../access.ts';
import type { Kitchen, KitchenItem, Order } from '../entities.ts';
import { hoursRead, tally } from '../hours.ts';
import { bumped, recallable } from '../orders.ts';
import { archiveOf, locationOf, pickupOf } from '../partitions.ts';
import { mayStep, routed, stepped } from '../stage.ts';
import { isOpen, type Station, type StepName, stations } from '../states.ts';
import { command } from './command.ts';

const entries = { location: id, order: id, rev };
const station = v.picklist(stations, `must be one of ${stations.join(', ')}`);

const readsOf = ({ location, order }: { location: string; order: string }) => [
  { partition: locationOf(location), entity: 'order' as const, key: order },
  { partition: archiveOf(location), entity: 'past' as const, key: order },
  { partition: pickupOf(location), entity: 'ticket' as const },
  hoursRead(location),
];

/** The order, when the step is a valid one for it; else a conflict that says how it is. */
function steppable(
  state: State<Kitchen>,
  name: StepName,
  input: { order: string; rev?: number },
  at?: Station,
): KitchenItem<'order'> {
  const past = state.get('past', input.order);
  if (past !== undefined) throw conflict(`Order ${past.data.number} is ${past.data.state}.`, past);
  const was = found(state.get('order', input.order), 'order');
  if (at !== undefined) routed(was.data, at);
  if (!mayStep(was.data, name, at)) throw conflict(`Order ${was.data.number} is ${was.data.state}.`, was);
  return fresh(was, input.rev);
}

/** Its number as guests see it: until the order is closed, and again when it was recalled. */
function ticketWrites(state: State<Kitchen>, was: Order, next: Order): Write<Kitchen>[] {
  const key = String(next.number);
  const held = state.get('ticket', key);
  if (!isOpen(next.state)) return held === undefined ? [] : [{ op: 'remove', was: held }];
  if (was.state === next.state) return [];
  const data = { location: next.location, state: next.state, since: next.changedAt };
  if (isOpen(was.state)) return held === undefined ? [] : [{ op: 'update', was: held, data }];
  if (held !== undefined) throw conflict(`Number ${key} is out again, for another order.`, held);
  return [{ op: 'create', ref: { entity: 'ticket', partition: pickupOf(next.location), key }, data }];
}

function decide(
  state: State<Kitchen>,
  was: KitchenItem<'order'>,
  next: ReturnType<typeof stepped>,
): { writes: Write<Kitchen>[] } {
  return {
    writes: [
      { op: 'update', was, data: next.order },
      ...ticketWrites(state, was.data, next.order),
      ...tally(state, was.data.location, next.happened),
    ],
  };
}

function ofOrder(name: 'start' | 'bump' | 'serve' | 'cancel') {
  return command({
    input: v.strictObject(entries),
    reads: readsOf,
    allow: (principal, { location }) => takes(principal, location, name),
    run: (state, input, { principal, now }) => {
      const was = steppable(state, name, input);
      return decide(state, was, stepped(was.data, name, { now, by: signature(principal) }));
    },
  });
}

function ofStation(name: 'bump-station' | 'recall-station') {
  return command({
    input: v.strictObject({ ...entries, station }),
    reads: readsOf,
    allow: (principal, { location }) => takes(principal, location, name),
    run: (state, input, { principal, now }) => {
      const was = steppable(state, name, input, input.station);
      return decide(state, was, stepped(was.data, name, { now, by: signature(principal) }, input.station));
    },
  });
}

/** Begins to prepare. */
export const startOrder = ofOrder('start');
/** The whole order is prepared. */
export const bumpOrder = ofOrder('bump');
/** It was handed out. */
export const serveOrder = ofOrder('serve');
export const cancelOrder = ofOrder('cancel');
/** What one station makes of the order is prepared. */
export const bumpStation = ofStation('bump-station');
/** What one station made must be made again. */
export const recallStation = ofStation('recall-station');

/** Back by one step, for one of the last orders that were bumped. */
export const recallOrder = command({
  input: v.strictObject(entries),
  reads: ({ location, order }) => [
    { partition: locationOf(location), entity: 'order' },
    { partition: archiveOf(location), entity: 'past', key: order },
    { partition: pickupOf(location), entity: 'ticket' },
    hoursRead(location),
  ],
  allow: (principal, { location }) => takes(principal, location, 'recall'),
  run: (state, input, { principal, now }) => {
    const was = steppable(state, 'recall', input);
    if (!bumped(state.list('order')).some(({ key }) => key === input.order)) {
      throw conflict(`Only the last ${recallable} bumped orders can be recalled.`, was);
    }
    return decide(state, was, stepped(was.data, 'recall', { now, by: signature(principal) }));
  },
});

/** Puts an order before the others, or back among them. */
export const setRush = command({
  input: v.strictObject({ ...entries, rush: v.boolean() }),
  reads: readsOf,
  allow: (principal, { location }) => takes(principal, location, 'rush'),
  run: (state, input) => {
    const was = steppable(state, 'rush', input);
    return { writes: [{ op: 'update', was, data: { ...was.data, rush: input.rush } }] };
  },
});
