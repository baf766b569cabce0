/** Storage places, each kept for one unit: for the head of the store. */
import * as v from 'valibot';
import { id, rev, text, whole } from '../../../core/fields.ts';
import { conflict, found, free, fresh, invalid } from '../../../core/rules.ts';
import { keepsStore } from '../access.ts';
import { storeOf, unitOf } from '../partitions.ts';
import { maxCapacity } from '../schemas.ts';
import { placed, placeFor } from '../space.ts';
import { command } from './command.ts';

/** Most places of one store: its group shows them all. */
const maxPlaces = 200;

export const addPlace = command({
  input: v.strictObject({ store: id, unit: id, place: id, title: text(60), capacity: whole(1, maxCapacity) }),
  reads: ({ store }) => [
    { partition: storeOf(store), entity: 'store', key: store },
    { partition: storeOf(store), entity: 'place' },
  ],
  allow: (principal, { store }) => keepsStore(principal, store),
  run: (state, { store, unit, place, title, capacity }) => {
    const { data } = found(state.get('store', store), 'store');
    if (!data.units.some((known) => known.unit === unit)) throw invalid('unit', 'is not kept by this store');
    free(state.get('place', place), 'storage place');
    if (state.list('place').length >= maxPlaces) throw invalid('store', `has ${maxPlaces} places already`);
    const space = { store, unit, title, capacity, crates: [] };
    return {
      writes: [
        { op: 'create', ref: { entity: 'place', partition: storeOf(store), key: place }, data: space },
        { op: 'create', ref: { entity: 'shelf', partition: unitOf(unit), key: place }, data: space },
      ],
    };
  },
});

/** Title and capacity, which is never below what the place holds. */
export const updatePlace = command({
  input: v.strictObject({
    store: id,
    unit: id,
    place: id,
    title: v.exactOptional(text(60)),
    capacity: v.exactOptional(whole(1, maxCapacity)),
    rev,
  }),
  reads: ({ store, unit, place }) => [
    { partition: storeOf(store), entity: 'place', key: place },
    { partition: unitOf(unit), entity: 'shelf', key: place },
  ],
  allow: (principal, { store }) => keepsStore(principal, store),
  run: (state, { unit, place, rev: seen, title, capacity }) => {
    const was = fresh(placeFor(state, place, unit), seen);
    if (capacity !== undefined && capacity < was.data.crates.length) {
      throw conflict(`The place holds ${was.data.crates.length} crates.`, was);
    }
    const changes = {
      ...(title === undefined ? {} : { title }),
      ...(capacity === undefined ? {} : { capacity }),
    };
    return { writes: placed(state, was, { ...was.data, ...changes }) };
  },
});
