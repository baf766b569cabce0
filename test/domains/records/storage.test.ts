/** Crates and places: what fills a place is exact, whatever happens to its crates. */
import { describe, expect, test } from 'vitest';
import type { Crate, Place } from '../../../domains/records/entities.ts';
import type { MemoryTable } from '../../support/memory.ts';
import {
  bring,
  burn,
  clerk,
  clerk2,
  depot,
  head,
  inputOf,
  itemOf,
  keeper,
  lend,
  minute,
  morning,
  refusalOf,
  requestOf,
  submit,
} from './depot.ts';

const placeOf = (table: MemoryTable, key: string) =>
  itemOf(table, 'place', key, 'store/central')?.data as Place;
const crateOf = (table: MemoryTable, key: string) => itemOf(table, 'crate', key)?.data as Crate;

/** Every crate stands in the place that it names and in no other, no place holds too many, and shelves are as places. */
function expectExact(table: MemoryTable): void {
  const items = table.items();
  const places = items.filter(({ entity }) => entity === 'place') as { key: string; data: Place }[];
  for (const { key, data } of places) {
    expect(data.crates.length).toBeLessThanOrEqual(data.capacity);
    expect(new Set(data.crates).size).toBe(data.crates.length);
    expect(itemOf(table, 'shelf', key, `unit/${data.unit}`)?.data).toEqual(data);
  }
  for (const item of items.filter(({ entity }) => entity === 'crate')) {
    const { unit, place } = item.data as Crate;
    const holding = places.filter(({ data }) => data.unit === unit && data.crates.includes(item.key));
    expect(holding.map(({ key }) => key)).toEqual(place === undefined ? [] : [place]);
  }
}

const desk = (request: string, more: object = {}) => ({ store: 'central', unit: '1', request, ...more });
const approve = (table: MemoryTable, request: string) =>
  table.command(head, 'approve', { unit: '1', request }, morning + minute);
const relocate = (table: MemoryTable, crate: string, from: string, to: string, by = head) =>
  table.command(by, 'relocate-crate', { store: 'central', unit: '1', crate, from, to }, morning);

describe('places', () => {
  test('crates that do not fit are refused with the place as it is', () => {
    const table = depot();
    const request = submit(table, bring, ['n-1', 'n-2', 'n-3']);
    approve(table, request);
    const before = table.items();
    const refusal = refusalOf(() =>
      table.command(keeper, 'allocate', desk(request, { place: 'p-2' }), morning),
    );
    expect(refusal).toMatchObject({
      code: 'conflict',
      details: { current: { entity: 'place', key: 'p-2', data: { capacity: 2, crates: [] } } },
    });
    expect(table.items()).toEqual(before);
    table.command(
      keeper,
      'update-place',
      { store: 'central', unit: '1', place: 'p-2', capacity: 3 },
      morning,
    );
    table.command(keeper, 'allocate', desk(request, { place: 'p-2' }), morning);
    expect(placeOf(table, 'p-2').crates).toEqual(['n-1', 'n-2', 'n-3']);
    expect(crateOf(table, 'n-1')).toEqual({
      unit: '1',
      title: 'Papers n-1',
      state: 'stored',
      keepUntil: 2035,
      place: 'p-2',
    });
    expectExact(table);
  });

  test('the capacity is never below what the place holds', () => {
    const table = depot();
    const set = (capacity: number) =>
      table.command(keeper, 'update-place', { store: 'central', unit: '1', place: 'p-1', capacity }, morning);
    expect(refusalOf(() => set(3))).toMatchObject({ code: 'conflict', details: { current: { key: 'p-1' } } });
    set(4);
    expectExact(table);
  });

  test('a full place takes no crate from elsewhere, an emptied one does', () => {
    const table = depot();
    relocate(table, 'c-1', 'p-1', 'p-2');
    relocate(table, 'c-2', 'p-1', 'p-2', keeper);
    expect(refusalOf(() => relocate(table, 'c-3', 'p-1', 'p-2'))).toMatchObject({
      code: 'conflict',
      details: { current: { key: 'p-2' } },
    });
    expect(refusalOf(() => relocate(table, 'c-1', 'p-1', 'p-2'))).toMatchObject({
      code: 'conflict',
      details: { current: { key: 'p-1', data: { crates: ['c-3', 'c-4'] } } },
    });
    relocate(table, 'c-1', 'p-2', 'p-1');
    expect(crateOf(table, 'c-1').place).toBe('p-1');
    expectExact(table);
    expect(refusalOf(() => relocate(table, 'c-3', 'p-1', 'p-2', clerk))).toMatchObject({ code: 'forbidden' });
  });
});

describe('crates through requests', () => {
  test('a lent crate keeps its place, and is due back when told', () => {
    const table = depot();
    const request = submit(table, lend, ['c-1', 'c-2']);
    approve(table, request);
    table.command(keeper, 'issue', desk(request), morning + 2 * minute);
    expect(crateOf(table, 'c-1')).toMatchObject({ state: 'out', place: 'p-1', request });
    expect(requestOf(table, request).dueAt).toBe(morning + 2 * minute + 14 * 86_400_000);
    expect(itemOf(table, 'job', `1.${request}`, 'store/central')?.data).toMatchObject({
      state: 'issued',
      dueAt: requestOf(table, request).dueAt,
      deliverTo: 'Room 1',
    });
    expectExact(table);
    table.command(keeper, 'return', desk(request), morning + 3 * minute);
    expect(crateOf(table, 'c-2')).not.toHaveProperty('request');
    expect(crateOf(table, 'c-2').state).toBe('stored');
    expect(itemOf(table, 'job', `1.${request}`, 'store/central')).toBeUndefined();
    expectExact(table);
  });

  test('destroyed crates leave their places, over several of them', () => {
    const table = depot();
    relocate(table, 'c-1', 'p-1', 'p-2');
    const request = submit(table, burn, ['c-1', 'c-2']);
    approve(table, request);
    table.command(keeper, 'destroy', desk(request), morning);
    expect(crateOf(table, 'c-1')).toEqual({
      unit: '1',
      title: 'Papers c-1',
      state: 'destroyed',
      keepUntil: 2035,
    });
    expect([placeOf(table, 'p-1').crates, placeOf(table, 'p-2').crates]).toEqual([['c-3', 'c-4'], []]);
    expectExact(table);
    const change = { unit: '1', crate: 'c-1', title: 'Gone' };
    expect(refusalOf(() => table.command(clerk, 'update-crate', change, morning))).toMatchObject({
      code: 'conflict',
    });
  });

  test('a crate is in one open request at most, and free again once that is closed', () => {
    const table = depot();
    const request = submit(table, lend, ['c-1']);
    const again = () => submit(table, burn, ['c-1'], { by: clerk2 });
    expect(refusalOf(again)).toMatchObject({ code: 'conflict', details: { current: { data: { request } } } });
    table.command(head, 'reject', inputOf('reject', request), morning);
    const other = again();
    // Reopened it would take what another request has by now.
    expect(refusalOf(() => table.command(head, 'reopen', inputOf('reopen', request), morning))).toMatchObject(
      {
        code: 'conflict',
        details: { current: { entity: 'crate', data: { request: other } } },
      },
    );
    table.command(clerk2, 'cancel', inputOf('cancel', other), morning);
    table.command(head, 'reopen', inputOf('reopen', request), morning);
    expect(requestOf(table, request)).not.toHaveProperty('closedAt');
    expect(crateOf(table, 'c-1').request).toBe(request);
  });

  test('a crate that is not where the kind needs it is refused as it is', () => {
    const table = depot();
    const cases = [
      [bring, 'c-1', 'stored'],
      [lend, 'n-1', 'here'],
      [burn, 'n-1', 'here'],
    ] as const;
    for (const [details, crate, state] of cases) {
      expect(refusalOf(() => submit(table, details, [crate]))).toMatchObject({
        code: 'conflict',
        details: { current: { key: crate, data: { state } } },
      });
    }
  });

  test('an edited request lets crates go and takes others; its kind stays', () => {
    const table = depot();
    const request = submit(table, lend, ['c-1', 'c-2']);
    table.command(head, 'send-back', inputOf('send-back', request), morning);
    const edit = {
      unit: '1',
      request,
      details: { ...lend, days: 30 },
      crates: ['c-2', 'c-3'],
      service: 'express',
    };
    table.command(clerk, 'update-request', edit, morning);
    expect(['c-1', 'c-2', 'c-3'].map((crate) => crateOf(table, crate).request)).toEqual([
      undefined,
      request,
      request,
    ]);
    expect(requestOf(table, request)).toMatchObject({
      state: 'sent-back',
      details: { days: 30 },
      dueAt: morning + 4 * 3_600_000,
    });
    const other = { ...edit, details: burn };
    expect(refusalOf(() => table.command(clerk, 'update-request', other, morning))).toMatchObject({
      code: 'invalid_input',
      details: { errors: [{ path: 'details.kind' }] },
    });
  });

  test('a request that comes back from the desk is off the desk, and what was asked there is answered there', () => {
    const table = depot();
    const request = submit(table, lend, ['c-1']);
    approve(table, request);
    table.command(keeper, 'hold', desk(request, { note: 'Which lid?' }), morning);
    table.command(clerk, 'answer', desk(request, { note: 'The blue one' }), morning);
    const job = () => itemOf(table, 'job', `1.${request}`, 'store/central')?.data;
    expect(job()).toMatchObject({ state: 'approved', question: 'Which lid?', answer: 'The blue one' });
    table.command(head, 'reopen', inputOf('reopen', request), morning);
    expect(job()).toBeUndefined();
    expect(requestOf(table, request)).not.toHaveProperty('approvedAt');
    table.command(head, 'approve', { unit: '1', request }, morning);
    expect(job()).not.toHaveProperty('question');
  });
});
