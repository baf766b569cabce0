/** Storage places: what fills one is the list of its crates, so that it can never hold more than fits. */
import type { State, Write } from '../../core/domain.ts';
import { conflict, found } from '../../core/rules.ts';
import type { Place, Records, RecordsItem } from './entities.ts';

/** A place that is kept for the unit. Another unit's is answered as one that does not exist. */
export function placeFor(state: State<Records>, place: string, unit: string): RecordsItem<'place'> {
  const item = state.get('place', place);
  return found(item?.data.unit === unit ? item : undefined, 'storage place of this unit');
}

/** Writes a place and what its unit sees of it. */
export function placed(state: State<Records>, was: RecordsItem<'place'>, data: Place): Write<Records>[] {
  const shelf = found(state.get('shelf', was.key), 'storage place of this unit');
  return [
    { op: 'update', was, data },
    { op: 'update', was: shelf, data },
  ];
}

/** Puts crates in. Error: `conflict` with the place when they do not fit. */
export function put(
  state: State<Records>,
  was: RecordsItem<'place'>,
  crates: readonly string[],
): Write<Records>[] {
  const all = [...was.data.crates, ...crates];
  if (all.length > was.data.capacity) throw conflict('There is not enough room in this place.', was);
  return placed(state, was, { ...was.data, crates: all });
}

/** Takes crates out. */
export function taken(
  state: State<Records>,
  was: RecordsItem<'place'>,
  crates: readonly string[],
): Write<Records>[] {
  return placed(state, was, {
    ...was.data,
    crates: was.data.crates.filter((crate) => !crates.includes(crate)),
  });
}
