/** Who is told of what happens on a line and on its site. For admins. */
import * as v from 'valibot';
import { id } from '../../../core/fields.ts';
import { conflict, found } from '../../../core/rules.ts';
import { isAdmin } from '../access.ts';
import type { FactoryItem } from '../entities.ts';
import { plant } from '../partitions.ts';
import { subs } from '../schemas.ts';
import { command } from './command.ts';

const people = {
  leads: subs,
  /** The people as the person saw them; others are a conflict. */
  was: v.exactOptional(subs),
};

/** @throws conflict when somebody else has changed them. */
function unchanged<T extends FactoryItem<'line'> | FactoryItem<'site'>>(
  item: T,
  seen?: readonly string[],
): T {
  const held = item.data.leads ?? [];
  if (seen !== undefined && JSON.stringify(seen) !== JSON.stringify(held)) {
    throw conflict('Somebody else has changed who is told.', item);
  }
  return item;
}

export const setLeads = command({
  input: v.variant('of', [
    v.strictObject({ of: v.literal('line'), line: id, ...people }),
    v.strictObject({ of: v.literal('site'), site: id, ...people }),
  ]),
  reads: (input) => [
    input.of === 'line'
      ? { partition: plant, entity: 'line', key: input.line }
      : { partition: plant, entity: 'site', key: input.site },
  ],
  allow: (principal) => isAdmin(principal),
  run: (state, input) => {
    const leads = [...new Set(input.leads)];
    if (input.of === 'line') {
      const was = unchanged(found(state.get('line', input.line), 'line'), input.was);
      return { writes: [{ op: 'update', was, data: { ...was.data, leads } }] };
    }
    const was = unchanged(found(state.get('site', input.site), 'site'), input.was);
    return { writes: [{ op: 'update', was, data: { ...was.data, leads } }] };
  },
});
