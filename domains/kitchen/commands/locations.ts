/** Locations and their settings. */
import * as v from 'valibot';
import { id, rev, text } from '../../../core/fields.ts';
import { found, free, fresh } from '../../../core/rules.ts';
import { isAdmin } from '../access.ts';
import { usualThresholds } from '../orders.ts';
import { kitchens } from '../partitions.ts';
import { thresholds } from '../schemas.ts';
import { command } from './command.ts';

const read = ({ location }: { location: string }) => [
  { partition: kitchens, entity: 'location' as const, key: location },
];

export const addLocation = command({
  input: v.strictObject({ location: id, title: text(60) }),
  reads: read,
  allow: isAdmin,
  run: (state, { location, title }) => {
    free(state.get('location', location), 'location');
    const ref = { entity: 'location' as const, partition: kitchens, key: location };
    return { writes: [{ op: 'create', ref, data: { title, thresholds: usualThresholds } }] };
  },
});

export const setThresholds = command({
  input: v.strictObject({ location: id, thresholds, rev }),
  reads: read,
  allow: isAdmin,
  run: (state, { location, thresholds: next, rev: seen }) => {
    const was = fresh(found(state.get('location', location), 'location'), seen);
    return { writes: [{ op: 'update', was, data: { ...was.data, thresholds: next } }] };
  },
});
