/** Stores, units and their people. For admins. */
import * as v from 'valibot';
import { id, rev, text } from '../../../core/fields.ts';
import { found, free, fresh, invalid } from '../../../core/rules.ts';
import { isAdmin } from '../access.ts';
import { registry, storeOf, unitOf } from '../partitions.ts';
import { store as storeShape, team as teamShape } from '../schemas.ts';
import { command, teamRead } from './command.ts';

const maxUnits = 40;

export const addStore = command({
  input: v.strictObject({ store: id, title: text(60) }),
  reads: ({ store }) => [{ partition: registry, entity: 'depot', key: store }],
  allow: (principal) => isAdmin(principal),
  run: (state, { store, title }) => {
    free(state.get('depot', store), 'store');
    return {
      writes: [
        { op: 'create', ref: { entity: 'depot', partition: registry, key: store }, data: { title } },
        {
          op: 'create',
          ref: { entity: 'store', partition: storeOf(store), key: store },
          data: { title, units: [], people: [] },
        },
      ],
    };
  },
});

export const addUnit = command({
  input: v.strictObject({ store: id, unit: id, title: text(60) }),
  reads: ({ store, unit }) => [
    { partition: storeOf(store), entity: 'store', key: store },
    { partition: registry, entity: 'unit', key: unit },
  ],
  allow: (principal) => isAdmin(principal),
  run: (state, { store, unit, title }) => {
    const was = found(state.get('store', store), 'store');
    free(state.get('unit', unit), 'unit');
    const units = [...was.data.units, { unit, title }];
    if (units.length > maxUnits) throw invalid('store', `keeps ${maxUnits} units already`);
    return {
      writes: [
        { op: 'update', was, data: { ...was.data, units } },
        { op: 'create', ref: { entity: 'unit', partition: registry, key: unit }, data: { store, title } },
        {
          op: 'create',
          ref: { entity: 'team', partition: unitOf(unit), key: unit },
          data: { unit, store, title, people: [] },
        },
        { op: 'create', ref: { entity: 'counter', partition: unitOf(unit), key: unit }, data: { last: 0 } },
      ],
    };
  },
});

/** Who belongs to the unit, for the notices. What somebody may do stands in the token. */
export const setPeople = command({
  input: v.strictObject({
    unit: id,
    people: teamShape.entries.people,
    rev,
  }),
  reads: ({ unit }) => [teamRead(unit)],
  allow: (principal) => isAdmin(principal),
  run: (state, { unit, people, rev: seen }) => {
    const was = fresh(found(state.get('team', unit), 'unit'), seen);
    return { writes: [{ op: 'update', was, data: { ...was.data, people } }] };
  },
});

/** Who keeps the store, for the notices. */
export const setKeepers = command({
  input: v.strictObject({
    store: id,
    people: storeShape.entries.people,
    rev,
  }),
  reads: ({ store }) => [{ partition: storeOf(store), entity: 'store', key: store }],
  allow: (principal) => isAdmin(principal),
  run: (state, { store, people, rev: seen }) => {
    const was = fresh(found(state.get('store', store), 'store'), seen);
    return { writes: [{ op: 'update', was, data: { ...was.data, people } }] };
  },
});
