/**
 * A cabinet in the hands of a rule: taken from the state, changed, and written with all that follows from it: counts,
 * alarms, and the bookings that have run out meanwhile. Every command that touches slots goes through here.
 */
import * as v from 'valibot';
import type { Read, State, Write } from '../../core/domain.ts';
import { segmentOf } from '../../core/group.ts';
import { found } from '../../core/rules.ts';
import { alarmWrites } from './alarms.ts';
import type { BookingState } from './codes.ts';
import type { Slot, Stations, StationsItem } from './entities.ts';
import { notify } from './notices.ts';
import { alarmReads, deskOf, directory, riderOf, stationOf } from './partitions.ts';
import { hold as holdSchema } from './schemas.ts';
import { countsOf, resting } from './slots.ts';
import { statusAt } from './status.ts';

export type Hold = v.InferOutput<typeof holdSchema>;
const holdsSchema = v.array(holdSchema);

/** Who holds which slot. */
export const holdsOf = (cabinet: StationsItem<'cabinet'>): Hold[] =>
  v.parse(holdsSchema, cabinet.hidden.holds ?? []);

export interface Draft {
  readonly key: string;
  readonly station: StationsItem<'station'>;
  readonly cabinet: StationsItem<'cabinet'>;
  readonly meter: StationsItem<'meter'>;
  slots: Slot[];
  charges: number[];
  holds: Hold[];
  heartbeatAt: number | undefined;
  /** What else is written with it. */
  beside: Write<Stations>[];
}

/** What a rule needs of a station. */
export const cabinetReads = (station: string): Read<Stations>[] => [
  { partition: directory, entity: 'station', key: station },
  { partition: directory, entity: 'meter', key: station },
  { partition: stationOf(station), entity: 'cabinet', key: station },
  ...alarmReads(station),
];

/** What is read of riders by their `sub`. */
export const riderReads = (network: string, subs: readonly string[]): Read<Stations>[] =>
  [...new Set(subs)].flatMap((sub) => {
    const rider = segmentOf(sub);
    if (rider === undefined) return [];
    return [
      { partition: riderOf(rider), entity: 'booking' as const, key: rider },
      { partition: riderOf(rider), entity: 'hand' as const, key: rider },
      { partition: deskOf(network), entity: 'reservation' as const, key: rider },
    ];
  });

/** Most bookings that one transaction lets run out: each is 3 writes of at most 100. */
const mostLapsed = 20;

const dueOf = (cabinet: StationsItem<'cabinet'>, now: number) =>
  holdsOf(cabinet)
    .filter(({ until }) => until <= now)
    .slice(0, mostLapsed);

/** The network whose desk must be told, with the items of all riders whose booking is over, and of `subs`. */
export function furtherReads(state: State<Stations>, now: number, subs: readonly string[] = []) {
  return state
    .list('cabinet')
    .flatMap((cabinet) =>
      riderReads(cabinet.data.network, [...dueOf(cabinet, now).map(({ rider }) => rider), ...subs]),
    )
    .concat(
      state
        .list('station')
        .map(({ data }) => ({ partition: directory, entity: 'network', key: data.network })),
    );
}

/** Takes a cabinet out of the state; bookings that are over are closed on the way. Error: `not_found`. */
export function openCabinet(state: State<Stations>, key: string, now: number): Draft {
  const station = found(state.get('station', key), 'station');
  const cabinet = found(state.get('cabinet', key), 'station');
  const meter = found(state.get('meter', key), 'station');
  const draft: Draft = {
    key,
    station,
    cabinet,
    meter,
    slots: cabinet.data.slots.map((slot) => ({ ...slot })),
    charges: [...meter.data.charges],
    holds: holdsOf(cabinet),
    heartbeatAt: meter.data.heartbeatAt,
    beside: [],
  };
  for (const hold of dueOf(cabinet, now)) {
    release(draft, hold);
    draft.beside.push(
      ...closeBooking(state, draft, hold, 'expired', now),
      notify('booking_expired', {
        to: [hold.rider],
        values: { station: station.data.title },
        group: stationOf(key),
      }),
    );
  }
  return draft;
}

/** Gives a held slot free again. */
export function release(draft: Draft, { slot }: Hold): void {
  const battery = draft.slots[slot - 1]?.battery;
  draft.holds = draft.holds.filter((other) => other.slot !== slot);
  if (battery !== undefined) draft.slots[slot - 1] = resting(battery, draft.charges[slot - 1] ?? 0);
}

/** Ends the booking behind a hold, for its rider and for the desk. A later booking of the same rider stays as it is. */
export function closeBooking(
  state: State<Stations>,
  { key }: Draft,
  { rider, slot, until }: Hold,
  end: Exclude<BookingState, 'open'>,
  now: number,
): Write<Stations>[] {
  const segment = segmentOf(rider) ?? '';
  const writes: Write<Stations>[] = [];
  const same = (data: { station: string; slot: number; expiresAt: number; state: BookingState }) =>
    data.state === 'open' && data.station === key && data.slot === slot && data.expiresAt === until;
  const booking = state.get('booking', segment);
  if (booking !== undefined && same(booking.data)) {
    writes.push({ op: 'update', was: booking, data: { ...booking.data, state: end, closedAt: now } });
  }
  const reservation = state.get('reservation', segment);
  if (reservation !== undefined && same(reservation.data)) {
    writes.push({ op: 'update', was: reservation, data: { ...reservation.data, state: end, closedAt: now } });
  }
  return writes;
}

const differs = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);

/** The writes of a changed cabinet, with what follows from it. */
export function closeCabinet(state: State<Stations>, draft: Draft, now: number): Write<Stations>[] {
  const { station, cabinet, meter, slots, charges, holds, heartbeatAt } = draft;
  const writes: Write<Stations>[] = [];
  if (differs(slots, cabinet.data.slots) || differs(holds, holdsOf(cabinet))) {
    writes.push({ op: 'update', was: cabinet, data: { ...cabinet.data, slots }, hidden: { holds } });
  }
  const status = statusAt(heartbeatAt, now);
  const standing = { ...station.data, status, counts: countsOf(slots) };
  if (differs(standing, station.data)) writes.push({ op: 'update', was: station, data: standing });
  const measured = { ...(heartbeatAt === undefined ? {} : { heartbeatAt }), charges };
  if (differs(measured, meter.data)) writes.push({ op: 'update', was: meter, data: measured });
  writes.push(...alarmWrites(state, station, slots, charges, status, now), ...draft.beside);
  return writes;
}
