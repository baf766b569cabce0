/** What managers do at a cabinet: batteries in and out, slots out of use and back. */
import * as v from 'valibot';
import { id, text } from '../../../core/fields.ts';
import { conflict } from '../../../core/rules.ts';
import { cabinetReads, closeBooking, furtherReads, holdsOf, release } from '../cabinet.ts';
import { slotStates } from '../codes.ts';
import { notify } from '../notices.ts';
import { batteries, stationOf } from '../partitions.ts';
import { battery, charge, slotNumber } from '../schemas.ts';
import { resting } from '../slots.ts';
import { changed, command, managersOnly, slotOf, unchanged } from './command.ts';

const place = {
  station: id,
  slot: slotNumber,
  /** The slot's state as the person saw it; another one is a conflict. Not `rev`, which every booking raises. */
  was: v.exactOptional(v.picklist(slotStates)),
};

/** Puts a battery into a slot; the lowest empty one when none is named. */
export const addBattery = command({
  input: v.strictObject({ station: id, battery, charge, slot: v.exactOptional(slotNumber) }),
  reads: (input) => [
    ...cabinetReads(input.station),
    { partition: batteries, entity: 'battery', key: input.battery },
  ],
  further: (state, _input, _principal, now) => furtherReads(state, now),
  allow: managersOnly,
  run: (state, input, { now }) =>
    changed(state, input.station, now, (draft) => {
      const known = state.get('battery', input.battery);
      if (known !== undefined && known.data.place !== 'store') {
        const where = known.data.place === 'station' ? 'in a station' : 'with a rider';
        throw conflict(`Battery ${input.battery} is ${where} already.`);
      }
      const number = input.slot ?? draft.slots.findIndex(({ state: held }) => held === 'empty') + 1;
      if (number === 0) throw conflict('No slot of this station is empty.', draft.cabinet);
      const { state: held } = slotOf(draft, number);
      if (held !== 'empty') throw conflict(`Slot ${number} is ${held}, not empty.`, draft.cabinet);
      draft.slots[number - 1] = resting(input.battery, input.charge);
      draft.charges[number - 1] = input.charge;
      const data = { place: 'station' as const, station: input.station };
      const ref = { entity: 'battery' as const, partition: batteries, key: input.battery };
      draft.beside.push(
        known === undefined ? { op: 'create', ref, data } : { op: 'update', was: known, data },
      );
      return { slot: number };
    }),
});

/** Takes a battery out for good, to the store. One that is booked stays. */
export const removeBattery = command({
  input: v.strictObject(place),
  reads: ({ station }) => cabinetReads(station),
  further: (state, { station, slot }, _principal, now) => {
    const key = state.get('cabinet', station)?.data.slots[slot - 1]?.battery;
    return [
      ...furtherReads(state, now),
      ...(key === undefined ? [] : [{ partition: batteries, entity: 'battery' as const, key }]),
    ];
  },
  allow: managersOnly,
  run: (state, { station, slot: number, was }, { now }) =>
    changed(state, station, now, (draft) => {
      const slot = unchanged(draft, number, was);
      if (slot.state === 'booked') throw conflict(`The battery in slot ${number} is booked.`, draft.cabinet);
      if (slot.battery === undefined) throw conflict(`There is no battery in slot ${number}.`, draft.cabinet);
      const { battery: _out, ...rest } = slot;
      draft.slots[number - 1] = slot.state === 'broken' ? rest : { state: 'empty' };
      draft.charges[number - 1] = 0;
      const known = state.get('battery', slot.battery);
      if (known !== undefined) draft.beside.push({ op: 'update', was: known, data: { place: 'store' } });
      return undefined;
    }),
});

/** Takes a slot, with what is in it, out of use. A booking of it is withdrawn, and its rider told. */
export const setBroken = command({
  input: v.strictObject({ ...place, note: v.exactOptional(text(200)) }),
  reads: ({ station }) => cabinetReads(station),
  further: (state, { station, slot }, _principal, now) => {
    const cabinet = state.get('cabinet', station);
    const holds = cabinet === undefined ? [] : holdsOf(cabinet);
    return furtherReads(
      state,
      now,
      holds.filter((hold) => hold.slot === slot).map(({ rider }) => rider),
    );
  },
  allow: managersOnly,
  run: (state, { station, slot: number, was, note }, { now }) =>
    changed(state, station, now, (draft) => {
      const before = unchanged(draft, number, was);
      if (before.state === 'broken') throw conflict(`Slot ${number} is broken already.`, draft.cabinet);
      const hold = draft.holds.find(({ slot }) => slot === number);
      if (hold !== undefined) {
        release(draft, hold);
        draft.beside.push(
          ...closeBooking(state, draft, hold, 'withdrawn', now),
          notify('booking_withdrawn', {
            to: [hold.rider],
            values: { station: draft.station.data.title, slot: number },
            group: stationOf(station),
          }),
        );
      }
      draft.slots[number - 1] = {
        state: 'broken',
        ...(before.battery === undefined ? {} : { battery: before.battery }),
        ...(note === undefined ? {} : { note }),
      };
      return undefined;
    }),
});

/** Puts a slot into use again, with the battery that is in it. */
export const repair = command({
  input: v.strictObject(place),
  reads: ({ station }) => cabinetReads(station),
  further: (state, _input, _principal, now) => furtherReads(state, now),
  allow: managersOnly,
  run: (state, { station, slot: number, was }, { now }) =>
    changed(state, station, now, (draft) => {
      const { state: held, battery: inside } = unchanged(draft, number, was);
      if (held !== 'broken') throw conflict(`Slot ${number} is ${held}, not broken.`, draft.cabinet);
      draft.slots[number - 1] =
        inside === undefined ? { state: 'empty' } : resting(inside, draft.charges[number - 1] ?? 0);
      return undefined;
    }),
});
