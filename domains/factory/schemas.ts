/** The shapes of the factory's items: what is stored, and what clients receive. */
import * as v from 'valibot';
import { id, text, time, whole } from '../../core/fields.ts';
import {
  andonKinds,
  andonStates,
  downReasons,
  employeeRoles,
  machineStatuses,
  scrapReasons,
  securityKinds,
  severities,
} from './codes.ts';
import { sparkBuckets } from './rates.ts';
import { maxStates } from './track.ts';

/** Most machines of one line: their ids stand in the line's item, which every batch of pulses reads. */
export const maxMachines = 60;

/** Most people who are told of a line or a site: one notice each, in the transaction of what it tells. */
export const maxLeads = 10;

/** Who is told of what happens: each the `sub` of a user. */
export const subs = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(64, 'is too long'))),
  v.maxLength(maxLeads, `must be at most ${maxLeads}`),
);

/** Pieces per minute that a machine makes when nothing holds it up. */
export const idealRate = v.pipe(
  v.number(),
  v.minValue(0.1, 'must be at least 0.1'),
  v.maxValue(10_000, 'must be at most 10000'),
);

export const site = v.strictObject({ title: text(60), leads: v.exactOptional(subs) });

export const line = v.strictObject({
  site: id,
  title: text(60),
  /** Ids of the line's machines: a batch of pulses names only its machine, and finds the line by this. */
  machines: v.pipe(v.array(id), v.maxLength(maxMachines)),
  /** Key of the active shift. Start and end write it, so that two people cannot start two shifts at once. */
  shift: v.exactOptional(v.string()),
  leads: v.exactOptional(subs),
});

/** Thrown away in a shift, by reason. Void under any other shift (`scrapOf`). */
const scrap = v.strictObject({
  shift: v.string(),
  counts: v.record(v.picklist(scrapReasons), whole(0)),
});

export const machine = v.strictObject({
  line: id,
  title: text(60),
  status: v.picklist(machineStatuses),
  statusSince: time,
  /** Only while `down`, and optional while in `maintenance`. */
  reason: v.exactOptional(v.picklist(downReasons)),
  /** What a person wrote with the status. */
  note: v.exactOptional(text(200)),
  /** When the downtime began that goes on; absent while there is none. A `down` that goes `offline` is one downtime. */
  stopSince: v.exactOptional(time),
  /** All pulses ever, each counted once. */
  counter: whole(0),
  /** Pulses per minute over the minute before the last write. */
  rate: v.pipe(v.number(), v.minValue(0)),
  /** Pulses per 10 s, oldest first, at most 30. */
  spark: v.pipe(v.array(whole(0)), v.maxLength(sparkBuckets)),
  /** Start of the newest bucket of `spark`; 0 before the first pulse. */
  sparkAt: time,
  lastPulseAt: v.exactOptional(time),
  /** Key of the shift that `shiftCount` belongs to: the count is void under any other shift (`shiftCountOf`). */
  shift: v.exactOptional(v.string()),
  shiftCount: whole(0),
  scrap: v.exactOptional(scrap),
  /** Absent: `defaultIdealRate`. */
  idealRate: v.exactOptional(idealRate),
  /** Key of the employee who runs the machine. */
  operator: v.exactOptional(id),
  /** Silence, in ms, after which a running machine is idle, then down, then offline. */
  idleAfterMs: whole(10_000, 86_400_000),
  downAfterMs: whole(10_000, 86_400_000),
  offlineAfterMs: whole(10_000, 86_400_000),
});

/** A downtime that is over. The one that goes on is the state of its machine. */
export const downtime = v.strictObject({
  line: id,
  machine: id,
  from: time,
  until: time,
  reason: v.picklist(downReasons),
  note: v.exactOptional(text(200)),
  /** Name of who gave the reason afterwards. */
  qualifiedBy: v.exactOptional(v.string()),
  qualifiedAt: v.exactOptional(time),
});

/** The states of a machine over a shift. */
export const track = v.strictObject({
  line: id,
  shift: v.string(),
  /** When the shift began. */
  startedAt: time,
  /** Seconds since the shift began, and the place of the status in `machineStatuses`; oldest first. */
  states: v.pipe(
    v.array(v.strictTuple([whole(0), whole(0, machineStatuses.length - 1)])),
    v.maxLength(maxStates),
  ),
});

/** A call for somebody to come to a machine. One at a time for each machine and kind. */
export const andon = v.strictObject({
  line: id,
  machine: id,
  kind: v.picklist(andonKinds),
  state: v.picklist(andonStates),
  calledAt: time,
  calledBy: v.string(),
  note: v.exactOptional(text(200)),
  /** 1: the line's leads were told; 2: nobody came in time, and the site's were. */
  level: whole(1, 2),
  acknowledgedAt: v.exactOptional(time),
  acknowledgedBy: v.exactOptional(v.string()),
  /** When it was resolved or cancelled, and by whom. */
  closedAt: v.exactOptional(time),
  closedBy: v.exactOptional(v.string()),
});

export const shift = v.strictObject({
  line: id,
  title: text(60),
  /** Name of who leads the shift. */
  lead: text(60),
  startedAt: time,
  plannedEnd: time,
  /** Only in the history. */
  endedAt: v.exactOptional(time),
  target: whole(0, 10_000_000),
  /** Pulses of the line's machines that happened within the shift, each counted once. */
  produced: whole(0),
});

/** What a shift came to: made when it ends; only pulses that come late correct it (`late.ts`). Times in ms (`oee.ts`). */
export const report = v.strictObject({
  ...shift.entries,
  endedAt: time,
  /** When pulses that came late were last added, and how many of `produced` they are. */
  correctedAt: v.exactOptional(time),
  late: v.exactOptional(whole(0)),
  machines: v.pipe(
    v.array(
      v.strictObject({
        machine: id,
        plannedMs: whole(0),
        runMs: whole(0),
        ideal: whole(0),
        count: whole(0),
        scrap: whole(0),
      }),
    ),
    v.maxLength(maxMachines),
  ),
  /** Downtimes by reason, the longest first. */
  reasons: v.array(v.strictObject({ reason: v.picklist(downReasons), ms: whole(0), count: whole(1) })),
});

export const employee = v.strictObject({
  line: id,
  name: text(60),
  role: v.picklist(employeeRoles),
  badge: text(20),
  onFloor: v.boolean(),
  /** When the person came or left; absent before the first time. */
  since: v.exactOptional(time),
  /** Finished stretches of work of the current working day, in ms; `workedAt` adds the running one. */
  workedMs: whole(0),
  /** Key of the shift that was active when the person came. */
  shift: v.exactOptional(v.string()),
});

export const security = v.strictObject({
  site: id,
  kind: v.picklist(securityKinds),
  severity: v.picklist(severities),
  place: text(60),
  person: v.exactOptional(text(60)),
  note: v.exactOptional(text(200)),
  at: time,
  /** Name (or `sub`) of who acknowledged it. */
  acknowledgedBy: v.exactOptional(v.string()),
  acknowledgedAt: v.exactOptional(time),
  /** What the person wrote with the acknowledgement; `note` came with the report. */
  answer: v.exactOptional(text(200)),
});

/** Makes an id unique over all lines, which live in partitions of their own. No group sees it. */
export const claim = v.strictObject({ line: id });
