/** The typed `command` function of the network, and what its commands share. */
import { commandsOf, type Principal, type State, type Write } from '../../../core/domain.ts';
import { conflict, invalid } from '../../../core/rules.ts';
import { isManager, manages } from '../access.ts';
import { closeCabinet, type Draft, openCabinet } from '../cabinet.ts';
import { entities, type Slot, type Stations } from '../entities.ts';

export const command = commandsOf(entities);

/** Managers of the station's network. */
export const managersOnly = (
  principal: Principal,
  { station }: { station: string },
  state: State<Stations> | undefined,
): boolean =>
  state === undefined
    ? isManager(principal)
    : manages(principal, state.get('station', station)?.data.network ?? '');

/** Changes a cabinet: all writes that follow, with what `change` gives as the result. */
export function changed(
  state: State<Stations>,
  station: string,
  now: number,
  change: (draft: Draft) => object | undefined,
): { writes: Write<Stations>[]; result?: object } {
  const draft = openCabinet(state, station, now);
  const result = change(draft);
  return { writes: closeCabinet(state, draft, now), ...(result === undefined ? {} : { result }) };
}

/** The slot of a number that a person named. Error: `invalid_input` when the station has no such slot. */
export function slotOf({ slots }: Draft, number: number): Slot {
  const slot = slots[number - 1];
  if (slot === undefined) throw invalid('slot', `is not one of the station's slots, 1 to ${slots.length}`);
  return slot;
}

/** Refuses when somebody changed the slot since the person saw it. */
export function unchanged(draft: Draft, number: number, seen: Slot['state'] | undefined): Slot {
  const slot = slotOf(draft, number);
  if (seen !== undefined && seen !== slot.state) {
    throw conflict(`Slot ${number} is ${slot.state} by now.`, draft.cabinet);
  }
  return slot;
}
