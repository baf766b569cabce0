/**
 * What a battery-swap network consists of, and which groups see it.
 *
 * | entity | partition | key |
 * |---|---|---|
 * | network, station | `network` (the directory) | id |
 * | meter | `network` | its station's |
 * | alarm | `network` | `<station>.<kind>` |
 * | cabinet | `station/<station>` | its station's |
 * | booking | `bookings/<rider>` | `<rider>`: the last one; `<rider>.<rev>`: earlier ones |
 * | hand | `bookings/<rider>` | `<rider>` |
 * | reservation | `manage/<network>` | `<rider>` |
 * | battery | `batteries` | id |
 */
import { type DataOf, entity, type Item, type ItemOf } from '../../core/domain.ts';
import { deskOf, stationOf, trailOf } from './partitions.ts';
import * as schemas from './schemas.ts';

const dayMs = 24 * 60 * 60_000;

export const entities = {
  network: entity({
    data: schemas.network,
    delivery: 'instant',
    latest: true,
    groups: ({ key }) => [deskOf(key)],
  }),
  station: entity({
    data: schemas.station,
    delivery: 'instant',
    latest: true,
    groups: ({ key, data }) => ['all', stationOf(key), deskOf(data.network)],
  }),
  meter: entity({
    data: schemas.meter,
    delivery: 'relaxed',
    latest: true,
    groups: ({ key }) => ['all', stationOf(key)],
  }),
  alarm: entity({
    data: schemas.alarm,
    delivery: 'instant',
    latest: true,
    groups: ({ data }) => [deskOf(data.network)],
  }),
  cabinet: entity({
    data: schemas.cabinet,
    delivery: 'instant',
    latest: true,
    groups: ({ key }) => [stationOf(key)],
  }),
  booking: entity({
    data: schemas.booking,
    delivery: 'instant',
    latest: true,
    groups: ({ partition }) => [partition],
    until: ({ bookedAt }) => bookedAt + 30 * dayMs,
  }),
  hand: entity({
    data: schemas.hand,
    delivery: 'instant',
    latest: true,
    groups: ({ partition }) => [partition],
  }),
  reservation: entity({
    data: schemas.reservation,
    delivery: 'instant',
    latest: true,
    groups: ({ data }) => [deskOf(data.network)],
    until: ({ bookedAt }) => bookedAt + dayMs,
  }),
  battery: entity({ data: schemas.batteryItem, delivery: 'relaxed', latest: true, groups: () => [] }),
};

export type Stations = typeof entities;
export type Station = DataOf<Stations, 'station'>;
export type Meter = DataOf<Stations, 'meter'>;
export type Cabinet = DataOf<Stations, 'cabinet'>;
export type Slot = Cabinet['slots'][number];
export type Counts = Station['counts'];
export type Booking = DataOf<Stations, 'booking'>;
export type Reservation = DataOf<Stations, 'reservation'>;
export type Hand = DataOf<Stations, 'hand'>;
export type Alarm = DataOf<Stations, 'alarm'>;
export type StationsItem<N extends keyof Stations & string> = ItemOf<Stations, N>;

/** Where a change is filed in the audit trail. What is a rider's own, and what cabinets measure, is filed nowhere. */
export function filedUnder({ entity: name, data }: Item): readonly string[] {
  if (name === 'booking' || name === 'hand' || name === 'meter') return [];
  const network: unknown = Reflect.get(data, 'network');
  return typeof network === 'string' ? [trailOf(network)] : ['audit'];
}
