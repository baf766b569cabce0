/** Why a machine stood, told afterwards. While it stands, its status says it (`set-machine-status`). */
import * as v from 'valibot';
import { id, rev, text } from '../../../core/fields.ts';
import { conflict, found, fresh, signature } from '../../../core/rules.ts';
import { worksAt } from '../access.ts';
import { givenReasons } from '../codes.ts';
import { lineOf } from '../partitions.ts';
import { command } from './command.ts';

export const qualifyDowntime = command({
  input: v.strictObject({
    line: id,
    downtime: v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(64, 'is too long')),
    reason: v.picklist(givenReasons),
    note: v.exactOptional(text(200)),
    rev,
  }),
  reads: ({ line, downtime }) => [{ partition: lineOf(line), entity: 'downtime', key: downtime }],
  allow: (principal, { line }) => worksAt(principal, line),
  run: (state, { downtime, reason, note, rev: seen }, { principal, now }) => {
    const was = fresh(found(state.get('downtime', downtime), 'downtime in this shift'), seen);
    if (was.data.reason === reason && (note === undefined || note === was.data.note)) {
      throw conflict('The downtime has this reason already.', was);
    }
    const data = {
      ...was.data,
      reason,
      ...(note === undefined ? {} : { note }),
      qualifiedBy: signature(principal),
      qualifiedAt: now,
    };
    return { writes: [{ op: 'update', was, data }] };
  },
});
