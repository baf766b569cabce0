/** Batteries that leave a station and come back: by a booking, by its code at the cabinet, or by walking in. */
import * as v from 'valibot';
import type { State } from '../../../core/domain.ts';
import { id } from '../../../core/fields.ts';
import { segmentOf } from '../../../core/group.ts';
import { conflict, found, invalid } from '../../../core/rules.ts';
import { rides, speaksFor } from '../access.ts';
import { cabinetReads, closeBooking, type Draft, furtherReads, type Hold, openCabinet } from '../cabinet.ts';
import type { Stations } from '../entities.ts';
import { batteries, riderOf } from '../partitions.ts';
import { battery, charge } from '../schemas.ts';
import { bestOf, resting } from '../slots.ts';
import { heldBy } from './booking.ts';
import { changed, command } from './command.ts';

/** Most batteries that a rider has out. */
const mostOut = 2;

const batteryRead = (key: string | undefined) =>
  key === undefined ? [] : [{ partition: batteries, entity: 'battery' as const, key }];

/** Takes the battery out of a slot, for a rider or a walk-in. */
function takeOut(state: State<Stations>, draft: Draft, index: number, rider?: string): string {
  const key = draft.slots[index]?.battery ?? '';
  draft.slots[index] = { state: 'empty' };
  draft.charges[index] = 0;
  const was = found(state.get('battery', key), 'battery');
  const data = { place: 'rider' as const, ...(rider === undefined ? {} : { rider }) };
  draft.beside.push({ op: 'update', was, data });
  return key;
}

/** Puts a battery into the lowest empty slot: at least the one that was just emptied. Gives its number. */
function putBack(state: State<Stations>, draft: Draft, key: string, level: number): number {
  const index = draft.slots.findIndex((slot) => slot.state === 'empty');
  draft.slots[index] = resting(key, level);
  draft.charges[index] = level;
  const was = found(state.get('battery', key), 'battery');
  draft.beside.push({ op: 'update', was, data: { place: 'station', station: draft.key } });
  return index + 1;
}

/** A held battery goes with its rider, and one that the rider had out comes back if it is named. */
function collected(
  state: State<Stations>,
  draft: Draft,
  hold: Hold,
  returned: string | undefined,
  now: number,
) {
  const rider = segmentOf(hold.rider) ?? '';
  const hand = state.get('hand', rider);
  const out = hand?.data.batteries ?? [];
  if (returned !== undefined && !out.includes(returned)) {
    throw invalid('returned', 'is not a battery that this rider has out');
  }
  const kept = out.filter((key) => key !== returned);
  if (kept.length >= mostOut) throw conflict('Bring a battery back first: two are out already.', hand);
  const taken = takeOut(state, draft, hold.slot - 1, hold.rider);
  draft.holds = draft.holds.filter((other) => other !== hold);
  const data = { batteries: [...kept, taken] };
  draft.beside.push(
    hand === undefined
      ? { op: 'create', ref: { entity: 'hand', partition: riderOf(rider), key: rider }, data }
      : { op: 'update', was: hand, data },
    ...closeBooking(state, draft, hold, 'collected', now),
  );
  // The cabinet will measure it.
  const into = returned === undefined ? undefined : putBack(state, draft, returned, 0);
  return { slot: hold.slot, battery: taken, ...(into === undefined ? {} : { returnedTo: into }) };
}

const returned = v.exactOptional(battery);

/** What is read for the hold of a rider, or of a code. */
const heldReads = (
  state: State<Stations>,
  station: string,
  now: number,
  which: (hold: Hold) => boolean,
  sub?: string,
) => {
  const { holds, slots } = openCabinet(state, station, now);
  const hold = holds.find(which);
  const subs = [hold?.rider, sub].filter((one) => one !== undefined);
  return [...furtherReads(state, now, subs), ...batteryRead(hold && slots[hold.slot - 1]?.battery)];
};

/** The rider, standing before the cabinet, has the slot opened and takes the battery. */
export const collect = command({
  input: v.strictObject({ station: id, returned }),
  reads: ({ station, returned: back }) => [...cabinetReads(station), ...batteryRead(back)],
  further: (state, { station }, { sub }, now) =>
    heldReads(state, station, now, ({ rider }) => rider === sub, sub),
  allow: (principal) => rides(principal),
  run: (state, { station, returned: back }, { principal, now }) =>
    changed(state, station, now, (draft) => collected(state, draft, heldBy(draft, principal.sub), back, now)),
});

/** The cabinet was told a code, and gives out the battery that is kept under it. */
export const handOut = command({
  input: v.strictObject({
    station: id,
    code: v.pipe(v.string(), v.regex(/^\d{6}$/, 'must be six digits')),
    returned,
  }),
  reads: ({ station, returned: back }) => [...cabinetReads(station), ...batteryRead(back)],
  further: (state, { station, code }, _principal, now) =>
    heldReads(state, station, now, (hold) => hold.code === code),
  allow: (principal, { station }) => speaksFor(principal, station),
  run: (state, { station, code, returned: back }, { now }) =>
    changed(state, station, now, (draft) => {
      const hold = draft.holds.find((other) => other.code === code);
      if (hold === undefined) throw conflict('No open booking has this code.');
      return collected(state, draft, hold, back, now);
    }),
});

/** A swap without a booking, at the cabinet: the best battery goes out, an empty one may come in. */
export const swap = command({
  input: v.strictObject({
    station: id,
    returned: v.exactOptional(v.strictObject({ battery, charge })),
  }),
  reads: ({ station, returned: back }) => [...cabinetReads(station), ...batteryRead(back?.battery)],
  further: (state, { station }, _principal, now) => {
    const { slots, charges } = openCabinet(state, station, now);
    const best = bestOf(slots, charges);
    return [
      ...furtherReads(state, now),
      ...batteryRead(best === undefined ? undefined : slots[best]?.battery),
    ];
  },
  allow: (principal, { station }) => speaksFor(principal, station),
  run: (state, { station, returned: back }, { now }) =>
    changed(state, station, now, (draft) => {
      const best = bestOf(draft.slots, draft.charges);
      if (best === undefined) throw conflict('No battery is available here any longer.', draft.station);
      const known = back && state.get('battery', back.battery)?.data;
      if (back !== undefined && (known?.place !== 'rider' || known.rider !== undefined)) {
        throw invalid('returned.battery', 'is not a battery that a walk-in has out');
      }
      const level = draft.charges[best] ?? 0;
      const taken = takeOut(state, draft, best);
      const into = back && putBack(state, draft, back.battery, back.charge);
      return {
        slot: best + 1,
        battery: taken,
        charge: level,
        ...(into === undefined ? {} : { returnedTo: into }),
      };
    }),
});
