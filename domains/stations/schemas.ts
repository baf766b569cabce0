/** The shapes of the items of a battery-swap network. */
import * as v from 'valibot';
import { id, text, time, whole } from '../../core/fields.ts';
import { alarmKinds, bookingStates, slotStates, stationStatuses } from './codes.ts';

/** Most slots of a station: all of them fit one item. */
export const maxSlots = 48;
export const battery = id;
/** Per cent. */
export const charge = whole(0, 100);
export const slotNumber = whole(1, maxSlots);

export const network = v.strictObject({
  title: text(60),
  /** `sub`s of those who are told of alarms. */
  managers: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(128))), v.maxLength(10)),
});

export const counts = v.strictObject({
  available: whole(0),
  booked: whole(0),
  charging: whole(0),
  broken: whole(0),
  empty: whole(0),
});

/** What everybody may know of a station. */
export const station = v.strictObject({
  network: id,
  title: text(60),
  /** Street and house, or what people call the place. */
  place: text(80),
  latitude: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  longitude: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
  slots: whole(1, maxSlots),
  status: v.picklist(stationStatuses),
  counts,
});

/** What the cabinet measures: written often, and apart from what people do, so that neither waits for the other. */
export const meter = v.strictObject({
  heartbeatAt: v.exactOptional(time),
  /** Per slot; 0 where there is no battery. */
  charges: v.pipe(v.array(charge), v.maxLength(maxSlots)),
});

export const slot = v.strictObject({
  state: v.picklist(slotStates),
  /** Absent when there is none in it. */
  battery: v.exactOptional(battery),
  /** Only while booked: when the booking ends by itself. */
  until: v.exactOptional(time),
  /** Only while broken: what is wrong. */
  note: v.exactOptional(text(200)),
});

export const cabinet = v.strictObject({
  network: id,
  /** Slot 1 first. */
  slots: v.pipe(v.array(slot), v.maxLength(maxSlots)),
});

/** Who has booked a slot: kept with the cabinet, hidden. */
export const hold = v.strictObject({
  slot: slotNumber,
  /** The rider's `sub`. */
  rider: v.string(),
  code: v.string(),
  until: time,
  /** Whether the rider was told that the battery is charged. */
  ready: v.boolean(),
});

const reserved = {
  network: id,
  station: id,
  slot: slotNumber,
  battery,
  state: v.picklist(bookingStates),
  bookedAt: time,
  expiresAt: time,
  closedAt: v.exactOptional(time),
};

/** A booking as its rider sees it. */
export const booking = v.strictObject({
  ...reserved,
  /** Opens the slot at the cabinet. Nobody else is shown it. */
  code: v.string(),
});

/** The same booking as the network's managers see it. */
export const reservation = v.strictObject({
  ...reserved,
  /** Name of the rider. */
  rider: text(60),
});

/** The batteries that a rider has out. */
export const hand = v.strictObject({ batteries: v.pipe(v.array(battery), v.maxLength(2)) });

export const batteryItem = v.strictObject({
  place: v.picklist(['station', 'rider', 'store']),
  station: v.exactOptional(id),
  /** Who has it out by a booking; absent for a walk-in. */
  rider: v.exactOptional(v.string()),
});

export const alarm = v.strictObject({
  network: id,
  station: id,
  kind: v.picklist(alarmKinds),
  raisedAt: time,
  /** Absent while it lasts. */
  clearedAt: v.exactOptional(time),
});
