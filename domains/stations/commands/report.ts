/** What a cabinet measures: that it is there, and the charge of each battery. */
import * as v from 'valibot';
import { id } from '../../../core/fields.ts';
import { invalid } from '../../../core/rules.ts';
import { speaksFor } from '../access.ts';
import { cabinetReads, furtherReads } from '../cabinet.ts';
import { notify } from '../notices.ts';
import { stationOf } from '../partitions.ts';
import { charge, maxSlots } from '../schemas.ts';
import { readyAt, restState } from '../slots.ts';
import { changed, command } from './command.ts';

export const report = command({
  input: v.strictObject({
    station: id,
    /** Per slot, slot 1 first; null where nothing is measured, which leaves what was known. */
    charges: v.pipe(v.array(v.nullable(charge)), v.maxLength(maxSlots)),
  }),
  reads: ({ station }) => cabinetReads(station),
  further: (state, _input, _principal, now) => furtherReads(state, now),
  allow: (principal, { station }) => speaksFor(principal, station),
  run: (state, { station, charges }, { now }) =>
    changed(state, station, now, (draft) => {
      if (charges.length !== draft.slots.length) {
        throw invalid('charges', `must have ${draft.slots.length} values, one a slot`);
      }
      draft.heartbeatAt = now;
      for (const [index, measured] of charges.entries()) {
        const slot = draft.slots[index];
        if (measured === null || slot?.battery === undefined) continue;
        draft.charges[index] = measured;
        if (slot.state === 'available' || slot.state === 'charging') {
          draft.slots[index] = { ...slot, state: restState(measured) };
        }
      }
      draft.holds = draft.holds.map((hold) => {
        if (hold.ready || (draft.charges[hold.slot - 1] ?? 0) < readyAt) return hold;
        draft.beside.push(
          notify('booking_ready', {
            to: [hold.rider],
            values: { station: draft.station.data.title, slot: hold.slot },
            group: stationOf(station),
          }),
        );
        return { ...hold, ready: true };
      });
      // What is thought to be in the slots, for a cabinet that was started anew.
      return {
        charges: draft.slots.map((slot, index) =>
          slot.battery === undefined ? null : (draft.charges[index] ?? 0),
        ),
      };
    }),
});
