import { expect, test } from 'vitest';
import { records } from '../../../domains/records/index.ts';
import {
  admin,
  bring,
  burn,
  clerk,
  day,
  depot,
  head,
  inputOf,
  itemOf,
  keeper,
  lend,
  morning,
  refusalOf,
  requestOf,
  submit,
} from './depot.ts';

const at = { unit: '1', request: 'w-3' };
const desk = { store: 'central', ...at };
const place = { store: 'central', unit: '1', place: 'p-9', title: 'P', capacity: 5 };
const form = { unit: '1', details: bring, crates: ['n-1'], service: 'day' };
const long = 'x'.repeat(141);

/** Command, a bad input, and the field that must be named. */
const bad: readonly [string, object, string][] = [
  ['add-store', { store: 'A b', title: 'X' }, 'store'],
  ['add-store', { store: 'a', title: '' }, 'title'],
  ['add-unit', { store: 'central', unit: 'a/b', title: 'X' }, 'unit'],
  ['add-unit', { store: 'central', unit: 'a.b', title: 'X' }, 'unit'],
  ['add-unit', { store: 'central', unit: 'a', title: 'x'.repeat(61) }, 'title'],
  ['set-people', { unit: '1', people: [{ sub: 'a', name: 'A', role: 'king' }] }, 'people.0.role'],
  [
    'set-people',
    {
      unit: '1',
      people: [
        { sub: 'a', name: 'A', role: 'head' },
        { sub: 'a', name: 'B', role: 'clerk' },
      ],
    },
    'people',
  ],
  ['set-people', { unit: '1' }, 'people'],
  ['set-keepers', { store: 'central', people: [{ sub: '', name: 'A' }] }, 'people.0.sub'],
  ['add-place', { ...place, capacity: 0 }, 'capacity'],
  ['add-place', { ...place, capacity: -4 }, 'capacity'],
  ['add-place', { ...place, capacity: 61 }, 'capacity'],
  ['add-place', { ...place, capacity: 1.5 }, 'capacity'],
  ['add-place', { ...place, unit: '9' }, 'unit'],
  ['add-place', { ...place, place: '' }, 'place'],
  ['update-place', { store: 'central', unit: '1', place: 'p-1', capacity: '9' }, 'capacity'],
  ['add-crate', { unit: '1', crate: 'C 1', title: 'X' }, 'crate'],
  ['add-crate', { unit: '1', crate: 'x-1', title: 'two\nlines' }, 'title'],
  ['add-crate', { unit: '1', crate: 'x-1', title: 'X', state: 'stored' }, 'state'],
  ['update-crate', { unit: '1', crate: 'c-1', title: 'turned \u202e around' }, 'title'],
  ['relocate-crate', { store: 'central', unit: '1', crate: 'c-1', from: 'p-1', to: 'p-1' }, 'to'],
  ['relocate-crate', { store: 'central', unit: '1', crate: 'c-1', from: 'p-1' }, 'to'],
  ['submit', { ...form, crates: [] }, 'crates'],
  ['submit', { ...form, crates: ['n-1', 'n-1'] }, 'crates'],
  ['submit', { ...form, crates: Array.from({ length: 11 }, (_, i) => `x-${i}`) }, 'crates'],
  ['submit', { ...form, crates: ['nowhere'] }, 'crates.0'],
  ['submit', { ...form, service: 'at once' }, 'service'],
  ['submit', { ...form, details: { ...bring, kind: 'theft' } }, 'details.kind'],
  ['submit', { ...form, details: { ...bring, keepUntil: 1800 } }, 'details.keepUntil'],
  ['submit', { ...form, details: { ...lend, days: 0 }, crates: ['c-1'] }, 'details.days'],
  ['submit', { ...form, details: { ...lend, days: 91 }, crates: ['c-1'] }, 'details.days'],
  ['submit', { ...form, details: { ...burn, basis: 'boredom' }, crates: ['c-1'] }, 'details.basis'],
  ['submit', { ...form, details: { ...burn, basis: 'retention-over' }, crates: ['c-1'] }, 'crates.0'],
  [
    'submit',
    { ...form, details: { kind: 'destruction', basis: 'consent' }, crates: ['c-1'] },
    'details.witness',
  ],
  ['submit', { ...form, state: 'approved' }, 'state'],
  ['submit', { ...form, requester: { sub: 'head', name: 'Head' } }, 'requester'],
  ['update-request', { ...at, ...form, details: bring, service: 7 }, 'service'],
  ['resubmit', { ...at, note: long }, 'note'],
  ['approve', { ...at, note: long }, 'note'],
  ['approve', { unit: '1', request: '../w-3' }, 'request'],
  ['approve', { unit: '1', request: 'w-3', rev: -1 }, 'rev'],
  ['reject', at, 'reason'],
  ['reject', { ...at, reason: 'mood' }, 'reason'],
  ['reject', { ...at, reason: 'other' }, 'note'],
  ['send-back', { ...at, reason: 'legal-hold' }, 'reason'],
  ['send-back', { ...at, reason: 'other' }, 'note'],
  ['ask', at, 'note'],
  ['ask', { ...at, note: '  ' }, 'note'],
  ['answer', { ...desk, note: 7 }, 'note'],
  ['cancel', { ...at, note: '' }, 'note'],
  ['reopen', desk, 'note'],
  ['set-due', { ...desk, dueAt: 'soon' }, 'dueAt'],
  ['set-due', { ...desk, dueAt: morning - 1 }, 'dueAt'],
  ['set-due', { ...desk, dueAt: morning + 400 * day }, 'dueAt'],
  ['set-due', { ...desk, store: 'west', dueAt: morning + day }, 'store'],
  ['hold', desk, 'note'],
  ['allocate', desk, 'place'],
  ['issue', { ...desk, request: 'x' }, 'request'],
  ['return', { ...desk, store: undefined }, 'store'],
  ['destroy', { ...desk, rev: 1.5 }, 'rev'],
];

test.each(bad)('%s: a bad field is named, nothing is stored', (name, input, path) => {
  const table = depot();
  expect(submit(table, lend, ['c-1'])).toBe('w-2');
  expect(submit(table, lend, ['c-2'])).toBe('w-3');
  const before = table.items();
  const by = ['submit', 'update-request', 'resubmit', 'answer'].includes(name)
    ? clerk
    : ['add-place', 'update-place', 'hold', 'allocate', 'issue', 'return', 'destroy'].includes(name)
      ? keeper
      : ['add-store', 'add-unit', 'set-people', 'set-keepers'].includes(name)
        ? admin
        : head;
  const refusal = refusalOf(() => table.command(by, name, input, morning)) as {
    code: string;
    details: { errors: { path: string }[] };
  };
  expect(refusal).toMatchObject({ code: 'invalid_input' });
  expect(refusal.details.errors.map((error) => error.path)).toContain(path);
  expect(table.items()).toEqual(before);
});

test('every command has a bad input above', () => {
  const tried = new Set(bad.map(([name]) => name));
  expect(Object.keys(records.commands).filter((name) => !tried.has(name))).toEqual([]);
});

test('markup is text like any other', () => {
  const table = depot();
  const markup = '<img src=x onerror=alert(1)> "quoted" & 数据 🗄️';
  const request = submit(table, { ...lend, purpose: markup }, ['c-1']);
  table.command(head, 'ask', { ...inputOf('ask', request), note: markup }, morning);
  expect(requestOf(table, request)).toMatchObject({
    details: { purpose: markup },
    steps: [{}, { note: markup }],
  });
});

test('the largest request stays below the limit of an item', () => {
  const table = depot();
  const wide = (most: number) => '界'.repeat(most);
  const crates = Array.from({ length: 10 }, (_, index) => `${'x'.repeat(30)}-${index}`);
  for (const crate of crates)
    table.command(clerk, 'add-crate', { unit: '1', crate, title: wide(60) }, morning);
  const named = { ...clerk, name: wide(60) };
  const request = submit(table, { ...bring, subject: wide(100) }, crates, { by: named });
  for (let round = 0; round < 12; round += 1) {
    const note = wide(140);
    table.command(
      { ...head, name: wide(60) },
      'send-back',
      { unit: '1', request, reason: 'incomplete', note },
      morning,
    );
    table.command(named, 'resubmit', { unit: '1', request, note }, morning);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(itemOf(table, 'request', request)?.data)).length;
  expect(bytes).toBeGreaterThan(8000);
  expect(bytes).toBeLessThan(12 * 1024);
});
