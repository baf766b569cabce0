/**
 * What the records store consists of, and which groups see it.
 *
 * | entity | partition | key |
 * |---|---|---|
 * | unit | `registry` (the directory) | id |
 * | store | `store/<store>`, and its name in `registry` as `depot` | id |
 * | team, counter | `unit/<unit>` | the unit's id |
 * | crate | `unit/<unit>`, `archive/<unit>` once destroyed and old | number; `<key>.<rev>` in the archive |
 * | request | `unit/<unit>`, `archive/<unit>` once closed and old | `s-1`, `w-2`, `d-3`: counted per unit |
 * | shelf | `unit/<unit>` | the place's id |
 * | place | `store/<store>` | id |
 * | job | `store/<store>` while the store has to act | `<unit>.<request>` |
 */
import * as v from 'valibot';
import { type DataOf, entity, type ItemOf } from '../../core/domain.ts';
import { text } from '../../core/fields.ts';
import { storeOf, unitOf } from './partitions.ts';
import * as schemas from './schemas.ts';

const instant = { delivery: 'instant', latest: true } as const;

/** The group of a unit sees what lies in the unit's partition, and nothing of the archive. */
const ofUnit = ({ partition, data }: { partition: string; data: { unit: string } }) =>
  partition === unitOf(data.unit) ? [unitOf(data.unit)] : [];

export const entities = {
  depot: entity({ data: v.strictObject({ title: text(60) }), ...instant, groups: () => [] }),
  unit: entity({ data: schemas.unit, ...instant, groups: () => [] }),
  counter: entity({ data: schemas.counter, ...instant, groups: () => [] }),
  team: entity({ data: schemas.team, ...instant, groups: ofUnit }),
  crate: entity({ data: schemas.crate, ...instant, groups: ofUnit }),
  request: entity({ data: schemas.request, ...instant, groups: ofUnit }),
  shelf: entity({ data: schemas.shelf, ...instant, groups: ofUnit }),
  store: entity({ data: schemas.store, ...instant, groups: ({ key }) => [storeOf(key)] }),
  place: entity({ data: schemas.place, ...instant, groups: ({ data }) => [storeOf(data.store)] }),
  job: entity({ data: schemas.job, ...instant, groups: ({ data }) => [storeOf(data.store)] }),
};

export type Records = typeof entities;
export type RecordsItem<N extends keyof Records> = ItemOf<Records, N>;
export type Request = DataOf<Records, 'request'>;
export type Crate = DataOf<Records, 'crate'>;
export type Job = DataOf<Records, 'job'>;
export type Place = DataOf<Records, 'place'>;
export type Store = DataOf<Records, 'store'>;
export type Team = DataOf<Records, 'team'>;
export type Details = Request['details'];
export type Step = Request['steps'][number];
export type Reason = NonNullable<Step['reason']>;
