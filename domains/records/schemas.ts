/** The shapes of what clients of the records store receive. */
import * as v from 'valibot';
import { id, text, time, whole } from '../../core/fields.ts';
import {
  bases,
  crateStates,
  kinds,
  rejectReasons,
  requestStates,
  sendBackReasons,
  services,
  unitRoles,
} from './codes.ts';
import { moveNames, onDesk } from './lifecycle.ts';

/** Most crates of one request: all of them, their request and its job change in one transaction. */
export const maxCratesAtOnce = 10;
/** Largest storage place, in crates: their numbers stand in its item. */
export const maxCapacity = 60;
/** Steps that stand in a request, the first and the newest; the audit trail has all. A request stays below 12 KB. */
export const maxSteps = 12;

const title = text(60);
export const note = text(140);

/** One crate at least, none twice. */
export const crateIds = v.pipe(
  v.array(id),
  v.minLength(1, 'names no crate'),
  v.maxLength(maxCratesAtOnce, `must be at most ${maxCratesAtOnce} crates`),
  v.check((ids) => new Set(ids).size === ids.length, 'names a crate twice'),
);

/** Calendar year at whose end a crate's retention ends. */
export const keepUntil = whole(1990, 2199);

/** What each kind of request says for itself. */
export const details = v.variant('kind', [
  v.strictObject({ kind: v.literal('storage'), subject: text(100), keepUntil }),
  v.strictObject({
    kind: v.literal('withdrawal'),
    purpose: text(100),
    deliverTo: text(60),
    /** How long the crates are lent, in days from the issue. */
    days: whole(1, 90),
  }),
  v.strictObject({ kind: v.literal('destruction'), basis: v.picklist(bases), witness: text(60) }),
]);

const person = v.strictObject({ sub: text(128), name: text(60), role: v.picklist(unitRoles) });
const keeper = v.strictObject({ sub: text(128), name: text(60) });

/** Nobody is told twice. */
const noTwins = (people: readonly { sub: string }[]) =>
  new Set(people.map(({ sub }) => sub)).size === people.length;
const twice = 'names somebody twice';

export const unit = v.strictObject({ store: id, title });

export const team = v.strictObject({
  unit: id,
  store: id,
  title,
  people: v.pipe(
    v.array(person),
    v.maxLength(30),
    v.check((people) => noTwins(people), twice),
  ),
});

export const counter = v.strictObject({ last: whole(0) });

export const store = v.strictObject({
  title,
  /** The units whose crates it keeps. */
  units: v.pipe(v.array(v.strictObject({ unit: id, title })), v.maxLength(40)),
  /** Who is told of new jobs. */
  people: v.pipe(
    v.array(keeper),
    v.maxLength(20),
    v.check((people) => noTwins(people), twice),
  ),
});

const space = {
  store: id,
  unit: id,
  title,
  /** In crates. */
  capacity: whole(1, maxCapacity),
  /** Numbers of the crates that have a place here, those lent out included. Never more than `capacity`. */
  crates: v.pipe(v.array(id), v.maxLength(maxCapacity)),
};

/** A place that the store keeps for one unit: what fills it is that unit's alone. */
export const place = v.pipe(
  v.strictObject(space),
  v.check(({ capacity, crates }) => crates.length <= capacity, 'holds more than fits'),
);
/** The same place as its unit sees it; written with it, always. */
export const shelf = place;

export const crate = v.strictObject({
  unit: id,
  title,
  state: v.picklist(crateStates),
  /** Set once it was stored. */
  keepUntil: v.exactOptional(keepUntil),
  place: v.exactOptional(id),
  /** The open request that has it. A crate is in one at most. */
  request: v.exactOptional(v.string()),
});

const step = v.strictObject({
  at: time,
  by: v.string(),
  command: v.picklist(['submit', ...moveNames]),
  state: v.picklist(requestStates),
  reason: v.exactOptional(v.picklist([...new Set([...rejectReasons, ...sendBackReasons])])),
  note: v.exactOptional(note),
});

export const request = v.strictObject({
  unit: id,
  details,
  crates: crateIds,
  state: v.picklist(requestStates),
  service: v.picklist(services),
  /** When the store is to have acted; of issued crates, when they are to be back. */
  dueAt: time,
  /** The `dueAt` that was missed, set by the sweep with its notice. */
  missed: v.exactOptional(time),
  requester: v.strictObject({ sub: v.string(), name: v.string() }),
  submittedAt: time,
  approvedAt: v.exactOptional(time),
  closedAt: v.exactOptional(time),
  steps: v.pipe(v.array(step), v.minLength(1), v.maxLength(maxSteps)),
});

/**
 * What the store sees of a request while it has to act: whose, which crates, where to and until when. Not what is in the
 * crates, nor why, by whom and with which words the unit decided.
 */
export const job = v.strictObject({
  store: id,
  unit: id,
  request: v.string(),
  kind: v.picklist(kinds),
  crates: crateIds,
  state: v.picklist(onDesk),
  dueAt: time,
  /** The `dueAt` that was missed, set by the sweep with its notice. */
  missed: v.exactOptional(time),
  approvedAt: time,
  deliverTo: v.exactOptional(text(60)),
  /** Who has to be there when the crates are destroyed. */
  witness: v.exactOptional(text(60)),
  /** What the store asked last, and the unit's answer to it. */
  question: v.exactOptional(note),
  answer: v.exactOptional(note),
});
