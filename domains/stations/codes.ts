/** The fixed words of the network. */

/** What a slot is: `charging` holds a battery that is not to be had yet, `broken` is out of use and counts as nothing else. */
export const slotStates = ['available', 'booked', 'charging', 'empty', 'broken'] as const;
export type SlotState = (typeof slotStates)[number];

export const stationStatuses = ['online', 'degraded', 'offline'] as const;
export type StationStatus = (typeof stationStatuses)[number];

/** `withdrawn`: the battery or its slot broke, and a manager took it out of use. */
export const bookingStates = ['open', 'collected', 'cancelled', 'expired', 'withdrawn'] as const;
export type BookingState = (typeof bookingStates)[number];

export const alarmKinds = ['empty-cabinet', 'full-cabinet', 'low-charge', 'offline'] as const;
export type AlarmKind = (typeof alarmKinds)[number];
