/** What the unit's heads decide on a submitted request: one of them, and none on a request of his own. */
import * as v from 'valibot';
import { rev } from '../../../core/fields.ts';
import { found, invalid } from '../../../core/rules.ts';
import { unitMay } from '../access.ts';
import { rejectReasons, sendBackReasons } from '../codes.ts';
import { requesterNotice } from '../notices.ts';
import { jobWrites, moved, released, type Said } from '../requests.ts';
import { note } from '../schemas.ts';
import { command, cratesRead, named, requestRead, teamRead } from './command.ts';

/** `other` says nothing by itself. */
function explained({ reason, note: words }: Said): void {
  if (reason === 'other' && words === undefined) throw invalid('note', 'must say why');
}

export const approve = command({
  input: v.strictObject({ ...named, note: v.exactOptional(note), rev }),
  reads: ({ unit, request }) => [requestRead(unit, request), teamRead(unit)],
  allow: unitMay('approve'),
  run: (state, { unit, request, note: words, rev: seen }, context) => {
    const was = found(state.get('request', request), 'request');
    const { store } = found(state.get('team', unit), 'unit').data;
    const changes = { approvedAt: context.now };
    const data = moved(was, 'approve', context, { seen: was, rev: seen, said: { note: words }, changes });
    return {
      writes: [
        { op: 'update', was, data },
        ...jobWrites(request, data, store, undefined),
        ...requesterNotice('approved', was, context),
      ],
    };
  },
});

export const reject = command({
  input: v.strictObject({
    ...named,
    reason: v.picklist(rejectReasons),
    note: v.exactOptional(note),
    rev,
  }),
  reads: ({ unit, request }) => [requestRead(unit, request), cratesRead(unit)],
  allow: unitMay('reject'),
  run: (state, { request, rev: seen, reason, note: words }, context) => {
    const said = { reason, note: words };
    explained(said);
    const was = found(state.get('request', request), 'request');
    const data = moved(was, 'reject', context, { seen: was, rev: seen, said });
    return {
      writes: [
        { op: 'update', was, data },
        ...released(state, data.crates),
        ...requesterNotice('rejected', was, context),
      ],
    };
  },
});

export const sendBack = command({
  input: v.strictObject({
    ...named,
    reason: v.picklist(sendBackReasons),
    note: v.exactOptional(note),
    rev,
  }),
  reads: ({ unit, request }) => [requestRead(unit, request)],
  allow: unitMay('send-back'),
  run: (state, { request, rev: seen, reason, note: words }, context) => {
    const said = { reason, note: words };
    explained(said);
    const was = found(state.get('request', request), 'request');
    const data = moved(was, 'send-back', context, { seen: was, rev: seen, said });
    return { writes: [{ op: 'update', was, data }, ...requesterNotice('sent-back', was, context)] };
  },
});

/** A question to the requester; the request waits for the answer. */
export const ask = command({
  input: v.strictObject({ ...named, note, rev }),
  reads: ({ unit, request }) => [requestRead(unit, request)],
  allow: unitMay('ask'),
  run: (state, { request, rev: seen, note: words }, context) => {
    const was = found(state.get('request', request), 'request');
    const data = moved(was, 'ask', context, { seen: was, rev: seen, said: { note: words } });
    return { writes: [{ op: 'update', was, data }, ...requesterNotice('question', was, context)] };
  },
});
