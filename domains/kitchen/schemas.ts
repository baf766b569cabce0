/** The shapes of the kitchen's items: what is stored, and what clients receive. */
import * as v from 'valibot';
import { id, text, time, whole } from '../../core/fields.ts';
import { openStates, orderStates, services, stations } from './states.ts';

/** The number that a guest holds. Free again once the order was served. */
export const number = whole(1, 9999);

/** Keeps an order far below the 12 KB of an item: a character takes up to 3 bytes. */
const maxWords = 2500;

/** One dish of an order as it is ordered. */
export const orderedLine = v.strictObject({
  dish: text(60),
  quantity: whole(1, 99),
  /** Such as `no onions`. */
  modifiers: v.pipe(v.array(text(40)), v.maxLength(6, 'must be at most 6')),
  station: v.picklist(stations, `must be one of ${stations.join(', ')}`),
});

const words = ({ dish, modifiers }: v.InferOutput<typeof orderedLine>) =>
  modifiers.reduce((sum, one) => sum + one.length, dish.length);

export const orderedLines = v.pipe(
  v.array(orderedLine),
  v.minLength(1, 'names no dish'),
  v.maxLength(20, 'must be at most 20'),
  v.check(
    (lines) => lines.reduce((sum, line) => sum + words(line), 0) <= maxWords,
    `must be at most ${maxWords} characters in all`,
  ),
);

/** What is said of an order besides its lines. */
export const orderFields = {
  number,
  service: v.picklist(services, `must be one of ${services.join(', ')}`),
  /** Number or name of the table. */
  table: v.exactOptional(text(12)),
  guest: v.exactOptional(text(40)),
  /** What every station must know, such as an allergy. */
  note: v.exactOptional(text(120)),
};

export const order = v.strictObject({
  location: id,
  ...orderFields,
  rush: v.boolean(),
  lines: v.array(v.strictObject({ ...orderedLine.entries, prepared: v.boolean() })),
  state: v.picklist(orderStates),
  placedAt: time,
  /** Begin of the stages that the order has reached. */
  startedAt: v.exactOptional(time),
  readyAt: v.exactOptional(time),
  /** When it was served or cancelled. */
  closedAt: v.exactOptional(time),
  /** The last step: whose and when. Also the order of what may be recalled. */
  changedAt: time,
  changedBy: v.string(),
});

/** Seconds in a stage after which its timer turns to a warning, and to late. */
const threshold = v.pipe(
  v.strictObject({ warn: whole(10, 7200), late: whole(10, 7200) }),
  v.forward(
    v.check(({ warn, late }) => warn < late, 'must be more than warn'),
    ['late'],
  ),
);
export const thresholds = v.strictObject(v.entriesFromList(openStates, threshold));

export const location = v.strictObject({ title: text(60), thresholds });

/** What guests see of an order: its number, and whether it is ready. */
export const ticket = v.strictObject({
  location: id,
  state: v.picklist(openStates),
  since: time,
});

/** What happened in an hour: orders that reached a stage, and the time in ms that they spent in the stage before it. */
export const hour = v.strictObject({
  location: id,
  /** Begin of the hour. */
  at: time,
  placed: whole(0),
  started: whole(0),
  pendingMs: whole(0),
  prepared: whole(0),
  preparingMs: whole(0),
  served: whole(0),
  readyMs: whole(0),
  cancelled: whole(0),
});
