/** What slots are at a moment, and which battery is the best one. */
import { type SlotState, slotStates } from './codes.ts';
import type { Counts, Slot } from './entities.ts';

/** Charge in per cent from which a battery is to be had. */
export const bookableAt = 60;
/** Charge in per cent at which a rider is told that the battery is ready. */
export const readyAt = 90;
/** How long a battery is kept for who booked it, in ms. */
export const bookingMs = 15 * 60_000;

/** The state of a slot whose battery nobody has booked, by its charge. */
export const restState = (charge: number): 'available' | 'charging' =>
  charge >= bookableAt ? 'available' : 'charging';

/** The state of a slot as it counts now: a booking that is over holds nothing, though the sweep has not come yet. */
export const stateAt = ({ state, until }: Slot, charge: number, now: number): SlotState =>
  state === 'booked' && until !== undefined && until <= now ? restState(charge) : state;

/** A slot with a battery in it and nothing against it. */
export const resting = (battery: string, charge: number): Slot => ({ state: restState(charge), battery });

/** Place of the best charged available battery, the lowest slot of equals; undefined when there is none. */
export function bestOf(slots: readonly Slot[], charges: readonly number[]): number | undefined {
  let best: number | undefined;
  for (const [index, { state }] of slots.entries()) {
    if (state !== 'available') continue;
    if (best === undefined || (charges[index] ?? 0) > (charges[best] ?? 0)) best = index;
  }
  return best;
}

export function countsOf(slots: readonly Slot[]): Counts {
  const count = (wanted: SlotState) => slots.filter(({ state }) => state === wanted).length;
  return Object.fromEntries(slotStates.map((state) => [state, count(state)])) as Counts;
}
