/** What comes after: answers, cancelling, reopening, another due time. */
import * as v from 'valibot';
import type { State } from '../../../core/domain.ts';
import { id, rev, time } from '../../../core/fields.ts';
import { found, invalid } from '../../../core/rules.ts';
import { unitMay } from '../access.ts';
import { day } from '../due.ts';
import type { Records } from '../entities.ts';
import { requesterNotice, waitsNotice } from '../notices.ts';
import { jobKey, storeOf } from '../partitions.ts';
import { claimed, jobWrites, moved, released } from '../requests.ts';
import { note } from '../schemas.ts';
import { command, cratesRead, named, requestRead, teamRead } from './command.ts';

/** A due time lies at most this far ahead. */
const maxDueMs = 366 * day;

/** `store` is the store that keeps the unit's crates: the request may be on its desk. */
const atStore = { ...named, store: id };

const reads = ({ unit, request, store }: { unit: string; request: string; store: string }) => [
  requestRead(unit, request),
  teamRead(unit),
  { partition: storeOf(store), entity: 'job' as const, key: jobKey(unit, request) },
];

/** The request with its team and its job on the desk. Error: `invalid_input` when the store is not the unit's. */
function standing(
  state: State<Records>,
  { unit, request, store }: { unit: string; request: string; store: string },
) {
  const was = found(state.get('request', request), 'request');
  const team = found(state.get('team', unit), 'unit');
  if (team.data.store !== store) throw invalid('store', 'does not keep the crates of this unit');
  return { was, team, job: state.get('job', jobKey(unit, request)) };
}

export const answer = command({
  input: v.strictObject({ ...atStore, note, rev }),
  reads,
  allow: unitMay('answer'),
  run: (state, input, context) => {
    const { request, note: words, rev: seen } = input;
    const { was, team, job } = standing(state, input);
    const data = moved(was, 'answer', context, { seen: was, rev: seen, said: { note: words } });
    return {
      writes: [
        { op: 'update', was, data },
        ...jobWrites(request, data, input.store, job, { answer: words }),
        ...(data.state === 'submitted' ? waitsNotice(was, team) : []),
      ],
    };
  },
});

export const cancel = command({
  input: v.strictObject({ ...named, note: v.exactOptional(note), rev }),
  reads: ({ unit, request }) => [requestRead(unit, request), cratesRead(unit)],
  allow: unitMay('cancel'),
  run: (state, { request, note: words, rev: seen }, context) => {
    const was = found(state.get('request', request), 'request');
    const data = moved(was, 'cancel', context, { seen: was, rev: seen, said: { note: words } });
    return {
      writes: [
        { op: 'update', was, data },
        ...released(state, data.crates),
        ...requesterNotice('cancelled', was, context),
      ],
    };
  },
});

/**
 * A closed request goes back to its requester, who takes its crates again; an approved one that the store has not acted
 * on goes back to the heads. Error: `conflict` when another request has a crate by now.
 */
export const reopen = command({
  input: v.strictObject({ ...atStore, note, rev }),
  reads: (input) => [...reads(input), cratesRead(input.unit)],
  allow: unitMay('reopen'),
  run: (state, input, context) => {
    const { request, note: words, rev: seen } = input;
    const { was, job } = standing(state, input);
    const { approvedAt: _approved, ...open } = moved(was, 'reopen', context, {
      seen: was,
      rev: seen,
      said: { note: words },
    });
    return {
      writes: [
        { op: 'update', was, data: open },
        ...jobWrites(request, open, input.store, job),
        ...claimed(state, open.crates, request, open.details, context.now),
        ...requesterNotice('reopened', was, context),
      ],
    };
  },
});

/** Another time until which the store is to act, or issued crates are to be back. */
export const setDue = command({
  input: v.strictObject({ ...atStore, dueAt: time, note: v.exactOptional(note), rev }),
  reads,
  allow: unitMay('set-due'),
  run: (state, input, context) => {
    const { request, dueAt, note: words, rev: seen } = input;
    const { was, job } = standing(state, input);
    const said = { note: words };
    const data = moved(was, 'set-due', context, { seen: was, rev: seen, said, changes: { dueAt } });
    if (dueAt <= context.now) throw invalid('dueAt', 'lies in the past');
    if (dueAt > context.now + maxDueMs) throw invalid('dueAt', 'lies more than a year ahead');
    return { writes: [{ op: 'update', was, data }, ...jobWrites(request, data, input.store, job)] };
  },
});
