/**
 * What the head of the store does with the jobs on the desk. The store sees jobs, not requests: what is not on its desk does
 * not exist for it, whatever became of it, and a refusal carries the job as it is.
 */
import * as v from 'valibot';
import type { RuleContext, State, Write } from '../../../core/domain.ts';
import { id, rev } from '../../../core/fields.ts';
import { conflict } from '../../../core/rules.ts';
import { keepsStore } from '../access.ts';
import { day } from '../due.ts';
import type { Crate, Job, Records, Request } from '../entities.ts';
import type { MoveName } from '../lifecycle.ts';
import { requesterNotice } from '../notices.ts';
import { jobKey, storeOf, unitOf } from '../partitions.ts';
import { jobWrites, moved, released, type Said } from '../requests.ts';
import { note } from '../schemas.ts';
import { placeFor, put, taken } from '../space.ts';
import { command, cratesRead, named, requestRead } from './command.ts';

const atDesk = { store: id, ...named, rev };

interface AtDesk {
  store: string;
  unit: string;
  request: string;
  rev?: number;
}

const reads = ({ store, unit, request }: AtDesk) => [
  { partition: storeOf(store), entity: 'job' as const, key: jobKey(unit, request) },
  requestRead(unit, request),
  cratesRead(unit),
];

const allow = (principal: RuleContext['principal'], { store }: AtDesk) => keepsStore(principal, store);

/** Moves the request and its job; gives the writes and the request as it is then. */
function act(
  state: State<Records>,
  name: MoveName,
  { store, unit, request, rev: seen }: AtDesk,
  context: RuleContext,
  { said, changes, jobChanges }: { said?: Said; changes?: Partial<Request>; jobChanges?: Partial<Job> } = {},
) {
  const job = state.get('job', jobKey(unit, request));
  const was = state.get('request', request);
  if (job === undefined || was === undefined) throw conflict('There is no such job on the desk.');
  const data = moved(was, name, context, {
    seen: job,
    rev: seen,
    ...(said && { said }),
    ...(changes && { changes }),
  });
  const writes: Write<Records>[] = [
    { op: 'update', was, data },
    ...jobWrites(request, data, store, job, jobChanges),
  ];
  return { was, data, writes };
}

/** A question to the requester before the store goes on. */
export const hold = command({
  input: v.strictObject({ ...atDesk, note }),
  reads,
  allow,
  run: (state, input, context) => {
    const { was, writes } = act(state, 'hold', input, context, {
      said: { note: input.note },
      jobChanges: { question: input.note },
    });
    return { writes: [...writes, ...requesterNotice('question', was, context)] };
  },
});

/** Gives crates that came in their place. Error: `conflict` with the place when they do not fit. */
export const allocate = command({
  input: v.strictObject({ ...atDesk, place: id }),
  reads: (input) => [
    ...reads(input),
    { partition: storeOf(input.store), entity: 'place', key: input.place },
    { partition: unitOf(input.unit), entity: 'shelf', key: input.place },
  ],
  allow,
  run: (state, input, context) => {
    const { place, unit } = input;
    const { was, data, writes } = act(state, 'allocate', input, context);
    const { details, crates } = data;
    const kept = details.kind === 'storage' ? { keepUntil: details.keepUntil } : {};
    return {
      writes: [
        ...writes,
        ...put(state, placeFor(state, place, unit), crates),
        ...released(state, crates, (crate) => ({ ...crate, ...kept, state: 'stored', place })),
        ...requesterNotice('stored', was, context),
      ],
    };
  },
});

/** Lends the crates out. Their place is kept; from now they are due back. */
export const issue = command({
  input: v.strictObject(atDesk),
  reads,
  allow,
  run: (state, input, context) => {
    const details = state.get('request', input.request)?.data.details;
    const days = details?.kind === 'withdrawal' ? details.days : 0;
    const changes = { dueAt: context.now + days * day };
    const { was, data, writes } = act(state, 'issue', input, context, { changes });
    return {
      writes: [
        ...writes,
        ...state
          .list('crate')
          .filter(({ key }) => data.crates.includes(key))
          .map((crate) => ({
            op: 'update' as const,
            was: crate,
            data: { ...crate.data, state: 'out' as const },
          })),
        ...requesterNotice('issued', was, context),
      ],
    };
  },
});

/** Takes lent crates back to where their place is. */
export const takeBack = command({
  input: v.strictObject(atDesk),
  reads,
  allow,
  run: (state, input, context) => {
    const { was, data, writes } = act(state, 'return', input, context);
    return {
      writes: [
        ...writes,
        ...released(state, data.crates, (crate) => ({ ...crate, state: 'stored' })),
        ...requesterNotice('returned', was, context),
      ],
    };
  },
});

/** Ends the crates; their places are free again. */
export const destroy = command({
  input: v.strictObject(atDesk),
  reads: (input) => [
    ...reads(input),
    { partition: storeOf(input.store), entity: 'place' },
    { partition: unitOf(input.unit), entity: 'shelf' },
  ],
  allow,
  run: (state, input, context) => {
    const { was, data, writes } = act(state, 'destroy', input, context);
    const places = state
      .list('place')
      .filter((place) => place.data.unit === input.unit)
      .filter((place) => place.data.crates.some((crate) => data.crates.includes(crate)));
    const gone = ({ place: _place, ...crate }: Omit<Crate, 'request'>): Crate => ({
      ...crate,
      state: 'destroyed',
    });
    return {
      writes: [
        ...writes,
        ...places.flatMap((place) => taken(state, place, data.crates)),
        ...released(state, data.crates, gone),
        ...requesterNotice('destroyed', was, context),
      ],
    };
  },
});
