/**
 * What the factory consists of, and which groups see it. The schemas are the shape of what clients receive.
 *
 * | entity | partition | key |
 * |---|---|---|
 * | site, line | `plant` (the directory) | id |
 * | machine, employee | `line/<line>` | id |
 * | shift | `line/<line>` while active, `history/<line>` once ended | new id |
 * | security | `site/<site>`, `archive/<site>` once old | new id, or the gate's; `<key>.<rev>` in the archive |
 * | claim | `claims` | `machine.<id>`, `employee.<id>` |
 */
import * as v from 'valibot';
import { type DataOf, entity, type ItemOf } from '../../core/domain.ts';
import { id, text, time, whole } from '../../core/fields.ts';
import { sparkBuckets } from './rates.ts';

/** Most machines of one line: their ids stand in the line's item, which every batch of pulses reads. */
export const maxMachines = 60;

export const machineStatuses = ['running', 'idle', 'down', 'maintenance', 'offline'] as const;

/** Why a machine stands. `no_pulses` is set by the sweep, the others by people. */
export const downReasons = [
  'no_pulses',
  'thread_break',
  'mechanical',
  'electrical',
  'no_material',
  'changeover',
  'quality',
  'other',
] as const;

export const employeeRoles = ['operator', 'shift-lead', 'mechanic', 'quality'] as const;
export const securityKinds = ['door', 'access_denied', 'alarm'] as const;
export const severities = ['info', 'warning', 'critical'] as const;

const site = v.strictObject({ title: text(60) });

const line = v.strictObject({
  site: id,
  title: text(60),
  /** Ids of the line's machines: a batch of pulses names only its machine, and finds the line by this. */
  machines: v.pipe(v.array(id), v.maxLength(maxMachines)),
  /** Key of the active shift. Start and end write it, so that two people cannot start two shifts at once. */
  shift: v.exactOptional(v.string()),
});

const machine = v.strictObject({
  line: id,
  title: text(60),
  status: v.picklist(machineStatuses),
  statusSince: time,
  /** Only while `down`, and optional while in `maintenance`. */
  reason: v.exactOptional(v.picklist(downReasons)),
  /** What a person wrote with the status. */
  note: v.exactOptional(text(200)),
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
  /** Key of the employee who runs the machine. */
  operator: v.exactOptional(id),
  /** Silence, in ms, after which a running machine is idle, then down, then offline. */
  idleAfterMs: whole(10_000, 86_400_000),
  downAfterMs: whole(10_000, 86_400_000),
  offlineAfterMs: whole(10_000, 86_400_000),
});

const shift = v.strictObject({
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

const employee = v.strictObject({
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

const security = v.strictObject({
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
const claim = v.strictObject({ line: id });

export const entities = {
  site: entity({ data: site, delivery: 'instant', latest: true, groups: ({ key }) => [`site/${key}`] }),
  line: entity({
    data: line,
    delivery: 'instant',
    latest: true,
    groups: ({ key, data }) => [`site/${data.site}`, `line/${key}`],
  }),
  machine: entity({
    data: machine,
    delivery: 'instant',
    latest: true,
    groups: ({ data }) => [`line/${data.line}`],
  }),
  shift: entity({
    data: shift,
    delivery: 'instant',
    latest: true,
    groups: ({ partition, data }) => (partition === lineOf(data.line) ? [`line/${data.line}`] : []),
  }),
  employee: entity({
    data: employee,
    delivery: 'instant',
    latest: true,
    groups: ({ data }) => [`line/${data.line}`],
  }),
  security: entity({
    data: security,
    delivery: 'instant',
    latest: false,
    groups: ({ partition, data }) => (partition === siteOf(data.site) ? [`site/${data.site}`] : []),
  }),
  claim: entity({ data: claim, delivery: 'relaxed', latest: true, groups: () => [] }),
};

/** The partition that lists sites and lines. */
export const plant = 'plant';
export const claims = 'claims';
/** Partition of a line: its machines, people and active shift; also the path of its group. */
export const lineOf = (line: string) => `line/${line}`;
/** Partition of a site: its open and recent security events; also the path of its group. */
export const siteOf = (site: string) => `site/${site}`;
/** Partition of a line's ended shifts. */
export const historyOf = (line: string) => `history/${line}`;
/** Partition of a site's old acknowledged security events. */
export const archiveOf = (site: string) => `archive/${site}`;

export type Factory = typeof entities;
export type Site = DataOf<Factory, 'site'>;
export type Line = DataOf<Factory, 'line'>;
export type Machine = DataOf<Factory, 'machine'>;
export type Shift = DataOf<Factory, 'shift'>;
export type Employee = DataOf<Factory, 'employee'>;
export type Security = DataOf<Factory, 'security'>;
export type MachineStatus = Machine['status'];
export type DownReason = NonNullable<Machine['reason']>;
export type FactoryItem<N extends keyof Factory> = ItemOf<Factory, N>;
