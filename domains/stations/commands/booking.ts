/** Booking a battery, and giving it up. One open booking a rider, by construction: the last one has the rider's own key. */
import * as v from 'valibot';
import type { Principal } from '../../../core/domain.ts';
import { id } from '../../../core/fields.ts';
import { segmentOf } from '../../../core/group.ts';
import { conflict, signature } from '../../../core/rules.ts';
import { rides } from '../access.ts';
import { cabinetReads, closeBooking, furtherReads, type Hold, release } from '../cabinet.ts';
import type { Booking } from '../entities.ts';
import { notify } from '../notices.ts';
import { deskOf, riderOf, stationOf } from '../partitions.ts';
import { bestOf, bookingMs, readyAt } from '../slots.ts';
import { statusAt } from '../status.ts';
import { changed, command } from './command.ts';

/** A booking that holds its battery now: one that has run out holds none, though the sweep has not come yet. */
const holds = ({ state, expiresAt }: Booking, now: number) => state === 'open' && expiresAt > now;

/** Six digits of a new id. Read aloud or typed at the cabinet; the cabinet knows only the codes of its own slots. */
const codeOf = (fresh: string, taken: readonly Hold[]): string => {
  let value = Number.parseInt(fresh, 36) % 1_000_000;
  const written = () => String(value).padStart(6, '0');
  while (taken.some(({ code }) => code === written())) value = (value + 1) % 1_000_000;
  return written();
};

/** The slot that a rider holds at a station now. Error: `conflict` when there is none. */
export function heldBy(draft: { holds: readonly Hold[] }, rider: string): Hold {
  const hold = draft.holds.find((other) => other.rider === rider);
  if (hold === undefined) throw conflict('You have no open booking at this station.');
  return hold;
}

const input = v.strictObject({ station: id });
const reads = ({ station }: v.InferOutput<typeof input>) => cabinetReads(station);
const allow = (principal: Principal) => rides(principal);

/** Books the best charged battery of a station. */
export const book = command({
  input,
  reads,
  further: (state, _input, { sub }, now) => furtherReads(state, now, [sub]),
  allow,
  run: (state, { station }, { principal, now, id: fresh }) =>
    changed(state, station, now, (draft) => {
      const rider = segmentOf(principal.sub) ?? '';
      const was = state.get('booking', rider);
      if (was !== undefined && holds(was.data, now)) {
        throw conflict('You have an open booking already.', was);
      }
      if (statusAt(draft.heartbeatAt, now) === 'offline') {
        throw conflict('This station is offline.', draft.station);
      }
      const index = bestOf(draft.slots, draft.charges);
      const battery = index === undefined ? undefined : draft.slots[index]?.battery;
      if (index === undefined || battery === undefined) {
        throw conflict('No battery is available here any longer.', draft.station);
      }
      const slot = index + 1;
      const { network, title } = draft.station.data;
      const expiresAt = now + bookingMs;
      const code = codeOf(fresh(), draft.holds);
      const ready = (draft.charges[index] ?? 0) >= readyAt;
      draft.slots[index] = { state: 'booked', battery, until: expiresAt };
      draft.holds = [...draft.holds, { slot, rider: principal.sub, code, until: expiresAt, ready }];
      const open = { network, station, slot, battery, state: 'open' as const, bookedAt: now, expiresAt };
      const desk = state.get('reservation', rider);
      const seen = { ...open, rider: signature(principal) };
      const own = { ...open, code };
      // A booking of the same rider that has just run out at this station is closed by the draft: one write for one item.
      draft.beside = draft.beside.filter(
        (write) => write.op !== 'update' || (write.was !== was && write.was !== desk),
      );
      if (was === undefined) {
        const ref = { entity: 'booking' as const, partition: riderOf(rider), key: rider };
        draft.beside.push({ op: 'create', ref, data: own });
      } else {
        const ended =
          was.data.state === 'open' ? ({ state: 'expired', closedAt: was.data.expiresAt } as const) : {};
        const key = `${rider}.${was.rev}`;
        draft.beside.push(
          { op: 'update', was, data: own },
          {
            op: 'create',
            ref: { entity: 'booking', partition: riderOf(rider), key },
            data: { ...was.data, ...ended },
          },
        );
      }
      draft.beside.push(
        desk === undefined || desk.partition !== deskOf(network)
          ? {
              op: 'create',
              ref: { entity: 'reservation', partition: deskOf(network), key: rider },
              data: seen,
            }
          : { op: 'update', was: desk, data: seen },
        notify('booking_confirmed', {
          to: [principal.sub],
          values: { station: title, slot, battery, minutes: bookingMs / 60_000 },
          group: stationOf(station),
        }),
      );
      if (ready) {
        draft.beside.push(
          notify('booking_ready', {
            to: [principal.sub],
            values: { station: title, slot },
            group: stationOf(station),
          }),
        );
      }
      return { slot, battery, code, expiresAt };
    }),
});

/** Gives a booking up. */
export const cancelBooking = command({
  input,
  reads,
  further: (state, _input, { sub }, now) => furtherReads(state, now, [sub]),
  allow,
  run: (state, { station }, { principal, now }) =>
    changed(state, station, now, (draft) => {
      const hold = heldBy(draft, principal.sub);
      release(draft, hold);
      draft.beside.push(...closeBooking(state, draft, hold, 'cancelled', now));
      return undefined;
    }),
});
