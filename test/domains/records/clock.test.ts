/** Notices, and what the sweep does. */
import { expect, test } from 'vitest';
import type { MemoryTable } from '../../support/memory.ts';
import {
  burn,
  clerk,
  day,
  depot,
  head,
  inputOf,
  itemOf,
  keeper,
  lend,
  minute,
  morning,
  requestOf,
  submit,
} from './depot.ts';

const notices = (table: MemoryTable, from: number) =>
  table.notices.slice(from).map(({ to, notice }) => `${notice} > ${to}`);

test('each move tells those whom it concerns, and nobody of his own doing', () => {
  const table = depot();
  let told = table.notices.length;
  const after = (act: () => unknown) => {
    act();
    const news = notices(table, told);
    told = table.notices.length;
    return news.sort();
  };
  let request = '';
  const run = (by: typeof head, name: string) =>
    after(() => table.command(by, name, inputOf(name, request), morning));
  expect(
    after(() => {
      request = submit(table, lend, ['c-1']);
    }),
  ).toEqual(['waits-for-you > head', 'waits-for-you > head2']);
  expect(run(head, 'ask')).toEqual(['question > clerk']);
  expect(run(clerk, 'answer')).toEqual(['waits-for-you > head', 'waits-for-you > head2']);
  expect(run(head, 'send-back')).toEqual(['sent-back > clerk']);
  expect(run(clerk, 'resubmit')).toEqual(['waits-for-you > head', 'waits-for-you > head2']);
  expect(run(head, 'reject')).toEqual(['rejected > clerk']);
  expect(run(clerk, 'reopen')).toEqual([]);
  expect(run(clerk, 'resubmit')).toHaveLength(2);
  expect(run(head, 'approve')).toEqual(['approved > clerk']);
  expect(run(keeper, 'hold')).toEqual(['question > clerk']);
  expect(run(clerk, 'answer')).toEqual([]);
  expect(run(keeper, 'issue')).toEqual(['issued > clerk']);
  expect(run(keeper, 'return')).toEqual(['returned > clerk']);
  // A head's own request waits for the other head.
  expect(after(() => submit(table, lend, ['c-2'], { by: head }))).toEqual(['waits-for-you > head2']);
  const [first] = table.notices.filter(({ notice }) => notice === 'sent-back');
  expect(first).toMatchObject({
    text: { en: `${request.toUpperCase()} was sent back to you by head` },
    group: 'records/unit/1',
  });
});

test('what is overdue is told once, again only for another due time', () => {
  const table = depot();
  const request = submit(table, lend, ['c-1']);
  table.command(head, 'approve', { unit: '1', request }, morning);
  const told = table.notices.length;
  table.sweep(morning + day);
  expect(notices(table, told)).toEqual([]);
  table.sweep(morning + day + 1);
  table.sweep(morning + day + minute);
  expect(notices(table, told).sort()).toEqual([
    'job-overdue > keeper',
    'overdue > clerk',
    'overdue > head',
    'overdue > head2',
  ]);
  expect(requestOf(table, request).missed).toBe(morning + day);
  table.command(
    head,
    'set-due',
    { store: 'central', unit: '1', request, dueAt: morning + 3 * day },
    morning + day + minute,
  );
  expect(requestOf(table, request)).not.toHaveProperty('missed');
  expect(itemOf(table, 'job', `1.${request}`, 'store/central')?.data).not.toHaveProperty('missed');
  table.sweep(morning + 2 * day);
  expect(notices(table, told)).toHaveLength(4);
  table.sweep(morning + 3 * day + 1);
  expect(notices(table, told)).toHaveLength(8);
});

test('closed requests of a week ago are put away, with the crates that they destroyed', () => {
  const table = depot();
  const gone = submit(table, burn, ['c-1']);
  table.command(head, 'approve', { unit: '1', request: gone }, morning);
  table.command(keeper, 'destroy', { store: 'central', unit: '1', request: gone }, morning);
  const open = submit(table, lend, ['c-2']);
  table.sweep(morning + 6 * day);
  expect(itemOf(table, 'request', gone)).toBeDefined();
  table.sweep(morning + 8 * day);
  expect(itemOf(table, 'request', gone)).toBeUndefined();
  expect(itemOf(table, 'crate', 'c-1')).toBeUndefined();
  expect(itemOf(table, 'request', gone, 'archive/1')).toBeDefined();
  expect(itemOf(table, 'request', open)).toBeDefined();
  // The number is free for another crate, which may be destroyed and put away as well.
  table.command(clerk, 'add-crate', { unit: '1', crate: 'c-1', title: 'Again' }, morning + 8 * day);
});

test('no more than forty closed requests stay', () => {
  const table = depot();
  for (let index = 0; index < 45; index += 1) {
    const request = submit(table, lend, ['c-1'], { at: morning + index });
    table.command(clerk, 'cancel', { unit: '1', request }, morning + index);
  }
  table.sweep(morning + minute);
  const left = table
    .items()
    .filter(({ entity, partition }) => entity === 'request' && partition === 'unit/1');
  expect(left).toHaveLength(40);
  expect(left.map(({ key }) => key)).toContain('w-46');
});
