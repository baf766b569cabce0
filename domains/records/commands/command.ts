/** The typed `command` function of the records store, and what its commands on a request share. */
import * as v from 'valibot';
import { commandsOf, type Read } from '../../../core/domain.ts';
import { id } from '../../../core/fields.ts';
import { entities, type Records } from '../entities.ts';
import { unitOf } from '../partitions.ts';

export const command = commandsOf(entities);

/** `s-1`, `w-2`, `d-3`. */
export const requestId = v.pipe(v.string(), v.regex(/^[swd]-\d{1,9}$/, 'is not the number of a request'));

/** Names a request. */
export const named = { unit: id, request: requestId };

export const requestRead = (unit: string, request: string): Read<Records> => ({
  partition: unitOf(unit),
  entity: 'request',
  key: request,
});
export const teamRead = (unit: string): Read<Records> => ({
  partition: unitOf(unit),
  entity: 'team',
  key: unit,
});
export const cratesRead = (unit: string): Read<Records> => ({ partition: unitOf(unit), entity: 'crate' });
