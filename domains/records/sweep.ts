/** What the clock does: it tells of what is overdue, once, and puts away what is closed and old. */
import type { State, SweepDef, Write } from '../../core/domain.ts';
import { day, isOverdue } from './due.ts';
import type { Records, RecordsItem } from './entities.ts';
import { jobOverdueNotice, overdueNotice } from './notices.ts';
import { archiveOf, storeOf, unitOf } from './partitions.ts';

/** Closed requests that stay in the unit's group: those of a week, and no more than so many. */
const keptMs = 7 * day;
const keptClosed = 40;

export const sweep: SweepDef<Records> = {
  partitions: (directory) => [
    ...directory.list('unit').map(({ key }) => unitOf(key)),
    ...directory.list('depot').map(({ key }) => storeOf(key)),
  ],
  run: (state, now) => [
    ...state.list('request').flatMap((request) => missed(request, state, now)),
    ...state.list('job').flatMap((job) => missedJob(job, state, now)),
    ...oldOf(state, now).map((request) => putAway(request, state)),
  ],
};

type Transaction = readonly Write<Records>[];

function missed(was: RecordsItem<'request'>, state: State<Records>, now: number): Transaction[] {
  const { dueAt, missed: told } = was.data;
  if (!isOverdue(was.data, now) || told === dueAt) return [];
  const [team] = state.list('team');
  return [[{ op: 'update', was, data: { ...was.data, missed: dueAt } }, ...overdueNotice(was, team)]];
}

function missedJob(was: RecordsItem<'job'>, state: State<Records>, now: number): Transaction[] {
  const { dueAt, missed: told } = was.data;
  const [store] = state.list('store');
  if (!isOverdue(was.data, now) || told === dueAt || store === undefined) return [];
  return [
    [{ op: 'update', was, data: { ...was.data, missed: dueAt } }, ...jobOverdueNotice(was.data, store)],
  ];
}

function oldOf(state: State<Records>, now: number): RecordsItem<'request'>[] {
  return state
    .list('request')
    .filter(({ data }) => data.closedAt !== undefined)
    .sort((a, b) => (b.data.closedAt ?? 0) - (a.data.closedAt ?? 0))
    .filter(({ data }, index) => index >= keptClosed || now - (data.closedAt ?? now) > keptMs);
}

/** A request goes with the crates that it destroyed: nothing else will ever be done with those. */
function putAway(was: RecordsItem<'request'>, state: State<Records>): Transaction {
  const { unit, crates, state: last } = was.data;
  const partition = archiveOf(unit);
  const gone = crates
    .flatMap((key) => state.get('crate', key) ?? [])
    .filter(({ data }) => last === 'destroyed' && data.state === 'destroyed');
  return [
    { op: 'create', ref: { entity: 'request', partition, key: was.key }, data: was.data },
    { op: 'remove', was },
    ...gone.flatMap((crate): Write<Records>[] => [
      // With `rev`, as the unit may give the number to another crate by then.
      {
        op: 'create',
        ref: { entity: 'crate', partition, key: `${crate.key}.${crate.rev}` },
        data: crate.data,
      },
      { op: 'remove', was: crate },
    ]),
  ];
}
