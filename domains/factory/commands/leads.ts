/** Who is told of what happens on a line and on its site. For admins. */
import * as v from 'valibot';
import { id } from '../../../core/fields.ts';
import { found } from '../../../core/rules.ts';
import { isAdmin } from '../access.ts';
import { plant } from '../partitions.ts';
import { subs } from '../schemas.ts';
import { command } from './command.ts';

export const setLeads = command({
  input: v.variant('of', [
    v.strictObject({ of: v.literal('line'), line: id, leads: subs }),
    v.strictObject({ of: v.literal('site'), site: id, leads: subs }),
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
      const was = found(state.get('line', input.line), 'line');
      return { writes: [{ op: 'update', was, data: { ...was.data, leads } }] };
    }
    const was = found(state.get('site', input.site), 'site');
    return { writes: [{ op: 'update', was, data: { ...was.data, leads } }] };
  },
});
