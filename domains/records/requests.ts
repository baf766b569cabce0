/** What becomes of a request and of its place on the store's desk when it moves. Pure. */
import type { Item, RuleContext, Write } from '../../core/domain.ts';
import { conflict, fresh, invalid, signature } from '../../core/rules.ts';
import { isClosed } from './codes.ts';
import type { Crate, Job, Reason, Records, RecordsItem, Request, Step } from './entities.ts';
import { isOnDesk, type MoveName, moveOf } from './lifecycle.ts';
import { jobKey, storeOf } from './partitions.ts';
import { maxSteps } from './schemas.ts';

/** What somebody says with a move. */
export interface Said {
  reason?: Reason | undefined;
  note?: string | undefined;
}

export function stepOf(
  command: Step['command'],
  state: Request['state'],
  { principal, now }: RuleContext,
  { reason, note }: Said = {},
): Step {
  return {
    at: now,
    by: signature(principal),
    command,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(note === undefined ? {} : { note }),
  };
}

/**
 * The request after a move. Errors: `conflict` when the table does not have the move, or somebody was faster; the present
 * state goes with it, as `seen`: the item that the caller may see.
 */
export function moved(
  { data: was }: RecordsItem<'request'>,
  command: MoveName,
  context: RuleContext,
  {
    seen,
    rev,
    said,
    changes,
  }: { seen: Item; rev?: number | undefined; said?: Said; changes?: Partial<Request> },
): Request {
  const row = moveOf(was.details.kind, was.state, command);
  if (row === undefined)
    throw conflict(`The request is "${was.state}" now, which does not allow this.`, seen);
  fresh(seen, rev);
  const state = row.to ?? was.state;
  const { missed, closedAt: _closed, ...rest } = was;
  const next = { ...rest, ...changes, state };
  const steps = [...was.steps, stepOf(command, state, context, said)];
  return {
    ...next,
    ...(missed === undefined || next.dueAt !== was.dueAt ? {} : { missed }),
    ...(isClosed(state) ? { closedAt: context.now } : {}),
    steps: steps.length <= maxSteps ? steps : [...steps.slice(0, 1), ...steps.slice(1 - maxSteps)],
  };
}

/** Keeps the store's desk as the request is: there while the store has to act, with what the store may see. */
export function jobWrites(
  request: string,
  data: Request,
  store: string,
  was: RecordsItem<'job'> | undefined,
  changes: Partial<Job> = {},
): Write<Records>[] {
  const { details, unit, crates, dueAt, state } = data;
  if (!isOnDesk(state)) return was === undefined ? [] : [{ op: 'remove', was }];
  if (was !== undefined) {
    const { missed, ...rest } = was.data;
    const kept = missed === undefined || missed !== dueAt ? {} : { missed };
    return [{ op: 'update', was, data: { ...rest, ...kept, ...changes, state, dueAt } }];
  }
  const job: Job = {
    store,
    unit,
    request,
    kind: details.kind,
    crates,
    state,
    dueAt,
    approvedAt: data.approvedAt ?? dueAt,
    ...(details.kind === 'withdrawal' ? { deliverTo: details.deliverTo } : {}),
    ...(details.kind === 'destruction' ? { witness: details.witness } : {}),
  };
  return [
    {
      op: 'create',
      ref: { entity: 'job', partition: storeOf(store), key: jobKey(unit, request) },
      data: job,
    },
  ];
}

type Crates = { get(entity: 'crate', key: string): RecordsItem<'crate'> | undefined };

/** Where the crates of a new request must be. */
const standing = { storage: 'here', withdrawal: 'stored', destruction: 'stored' } as const;

/**
 * Takes crates for a request, unless it has them: a crate is in one open request at most. Errors: `invalid_input` for
 * a crate that the unit does not have or has to keep longer; `conflict` for one that is elsewhere, or in another request.
 */
export function claimed(
  state: Crates,
  crates: readonly string[],
  request: string,
  details: Request['details'],
  now: number,
): Write<Records>[] {
  return crates.flatMap((key, index): Write<Records>[] => {
    const path = `crates.${index}`;
    const was = state.get('crate', key);
    if (was === undefined) throw invalid(path, 'is not a crate of this unit');
    mayGo(was.data, details, now, path);
    if (was.data.request === request) return [];
    if (was.data.request !== undefined) throw conflict('Another request has this crate.', was);
    const needed = standing[details.kind];
    if (was.data.state !== needed) throw conflict(`This crate is "${was.data.state}" now.`, was);
    return [{ op: 'update', was, data: { ...was.data, request } }];
  });
}

/** Refuses to destroy what is still to be kept, when the end of its retention is the ground. */
function mayGo(crate: Crate, details: Request['details'], now: number, path: string): void {
  if (details.kind !== 'destruction' || details.basis !== 'retention-over') return;
  const { keepUntil = 0 } = crate;
  if (keepUntil >= new Date(now).getUTCFullYear())
    throw invalid(path, `is kept until the end of ${keepUntil}`);
}

/** Lets the crates go from their request, changed as told. */
export function released(
  state: Crates,
  crates: readonly string[],
  change: (crate: Omit<Crate, 'request'>) => Crate = (crate) => crate,
): Write<Records>[] {
  return crates.flatMap((key): Write<Records>[] => {
    const was = state.get('crate', key);
    if (was === undefined) return [];
    const { request: _request, ...crate } = was.data;
    return [{ op: 'update', was, data: change(crate) }];
  });
}
