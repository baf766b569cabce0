/** Crates: numbered per unit, described by the unit, moved from place to place by the unit's heads and the store. */
import * as v from 'valibot';
import { id, rev, text } from '../../../core/fields.ts';
import { conflict, found, free, fresh, invalid } from '../../../core/rules.ts';
import { isHead, isOfUnit, keepsStore } from '../access.ts';
import { storeOf, unitOf } from '../partitions.ts';
import { placeFor, put, taken } from '../space.ts';
import { command, cratesRead, teamRead } from './command.ts';

/** Most crates of one unit: its group shows them all. */
const maxCrates = 300;

export const addCrate = command({
  input: v.strictObject({ unit: id, crate: id, title: text(60) }),
  reads: ({ unit }) => [teamRead(unit), cratesRead(unit)],
  allow: (principal, { unit }) => isOfUnit(principal, unit),
  run: (state, { unit, crate, title }) => {
    found(state.get('team', unit), 'unit');
    free(state.get('crate', crate), 'crate');
    if (state.list('crate').length >= maxCrates) throw invalid('unit', `has ${maxCrates} crates already`);
    return {
      writes: [
        {
          op: 'create',
          ref: { entity: 'crate', partition: unitOf(unit), key: crate },
          data: { unit, title, state: 'here' },
        },
      ],
    };
  },
});

export const updateCrate = command({
  input: v.strictObject({ unit: id, crate: id, title: text(60), rev }),
  reads: ({ unit, crate }) => [{ partition: unitOf(unit), entity: 'crate', key: crate }],
  allow: (principal, { unit }) => isOfUnit(principal, unit),
  run: (state, { crate, title, rev: seen }) => {
    const was = found(state.get('crate', crate), 'crate');
    if (was.data.state === 'destroyed') throw conflict('This crate was destroyed.', was);
    return { writes: [{ op: 'update', was: fresh(was, seen), data: { ...was.data, title } }] };
  },
});

/** From where it is to another place of the same unit. Both places are written, or none: neither ever holds too many. */
export const relocateCrate = command({
  input: v.strictObject({ store: id, unit: id, crate: id, from: id, to: id }),
  reads: ({ store, unit, crate, from, to }) => [
    { partition: unitOf(unit), entity: 'crate', key: crate },
    ...[from, to].flatMap((place) => [
      { partition: storeOf(store), entity: 'place' as const, key: place },
      { partition: unitOf(unit), entity: 'shelf' as const, key: place },
    ]),
  ],
  allow: (principal, { store, unit }) => isHead(principal, unit) || keepsStore(principal, store),
  run: (state, { unit, crate, from, to }) => {
    if (from === to) throw invalid('to', 'must be another place');
    const source = placeFor(state, from, unit);
    const target = placeFor(state, to, unit);
    const was = state.get('crate', crate);
    if (was === undefined || !source.data.crates.includes(crate)) {
      throw conflict('The crate is not in this place.', source);
    }
    return {
      writes: [
        ...taken(state, source, [crate]),
        ...put(state, target, [crate]),
        { op: 'update', was, data: { ...was.data, place: to } },
      ],
    };
  },
});
