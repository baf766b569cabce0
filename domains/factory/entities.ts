/**
 * What the factory consists of, and which groups see it.
 *
 * | entity | partition | key |
 * |---|---|---|
 * | site, line | `plant` (the directory) | id |
 * | machine, employee, track | `line/<line>` | id; of a track its machine's |
 * | shift | `line/<line>` while active, `history/<line>` once ended | new id |
 * | report | `line/<line>` for the last shifts, then `history/<line>` | its shift's |
 * | downtime | `line/<line>` in the shift in which it ended, then `history/<line>` | `<machine>.<rev>` |
 * | andon | `line/<line>`, then `history/<line>` with `.<rev>` | `<machine>.<kind>` |
 * | security | `site/<site>`, `archive/<site>` once old | new id, or the gate's; `<key>.<rev>` in the archive |
 * | claim | `claims` | `machine.<id>`, `employee.<id>` |
 *
 * What is over goes by itself after `keptDays`: ended shifts, their reports, downtimes and tracks, closed calls, acknowledged
 * security events.
 */
import { type DataOf, entity, type ItemOf } from '../../core/domain.ts';
import { lineOf, siteOf } from './partitions.ts';
import * as schemas from './schemas.ts';

/** How many days what is over is kept: a year, and the time to look back on it. */
export const keptDays = 400;
const keptMs = keptDays * 86_400_000;

/** When what ended at a time goes; never while it goes on. */
const keptFrom = (endedAt: number | undefined) => (endedAt === undefined ? undefined : endedAt + keptMs);

/** What a line's group sees: items of the line's own partition, and nothing of its history. */
const ofLine = ({ partition, data }: { partition: string; data: { line: string } }) =>
  partition === lineOf(data.line) ? [lineOf(data.line)] : [];

export const entities = {
  site: entity({
    data: schemas.site,
    delivery: 'instant',
    latest: true,
    groups: ({ key }) => [`site/${key}`],
  }),
  line: entity({
    data: schemas.line,
    delivery: 'instant',
    latest: true,
    groups: ({ key, data }) => [`site/${data.site}`, `line/${key}`],
  }),
  machine: entity({ data: schemas.machine, delivery: 'instant', latest: true, groups: ofLine }),
  downtime: entity({
    data: schemas.downtime,
    delivery: 'instant',
    latest: true,
    groups: ofLine,
    until: ({ until }) => keptFrom(until),
  }),
  track: entity({
    data: schemas.track,
    delivery: 'relaxed',
    latest: true,
    groups: ofLine,
    until: ({ startedAt }) => keptFrom(startedAt),
  }),
  andon: entity({
    data: schemas.andon,
    delivery: 'instant',
    latest: true,
    groups: ofLine,
    until: ({ closedAt }) => keptFrom(closedAt),
  }),
  shift: entity({
    data: schemas.shift,
    delivery: 'instant',
    latest: true,
    groups: ofLine,
    until: ({ endedAt }) => keptFrom(endedAt),
  }),
  report: entity({
    data: schemas.report,
    delivery: 'relaxed',
    latest: true,
    groups: ofLine,
    until: ({ endedAt }) => keptFrom(endedAt),
  }),
  employee: entity({ data: schemas.employee, delivery: 'instant', latest: true, groups: ofLine }),
  security: entity({
    data: schemas.security,
    delivery: 'instant',
    latest: false,
    groups: ({ partition, data }) => (partition === siteOf(data.site) ? [`site/${data.site}`] : []),
    until: ({ acknowledgedAt }) => keptFrom(acknowledgedAt),
  }),
  claim: entity({ data: schemas.claim, delivery: 'relaxed', latest: true, groups: () => [] }),
};

export type Factory = typeof entities;
export type Site = DataOf<Factory, 'site'>;
export type Line = DataOf<Factory, 'line'>;
export type Machine = DataOf<Factory, 'machine'>;
export type Downtime = DataOf<Factory, 'downtime'>;
export type Track = DataOf<Factory, 'track'>;
export type Andon = DataOf<Factory, 'andon'>;
export type Shift = DataOf<Factory, 'shift'>;
export type Report = DataOf<Factory, 'report'>;
export type Employee = DataOf<Factory, 'employee'>;
export type Security = DataOf<Factory, 'security'>;
export type MachineStatus = Machine['status'];
export type DownReason = NonNullable<Machine['reason']>;
export type FactoryItem<N extends keyof Factory> = ItemOf<Factory, N>;
