/** No command tells anything of another unit: what is another's is answered exactly as what does not exist. */
import { describe, expect, test } from 'vitest';
import { joinGroup, listGroups } from '../../../core/access.ts';
import { groupsOf } from '../../../core/changes.ts';
import { records } from '../../../domains/records/index.ts';
import { moveNames } from '../../../domains/records/lifecycle.ts';
import {
  admin,
  bring,
  clerk,
  cook,
  depot,
  head,
  inputOf,
  itemOf,
  keeper,
  lend,
  morning,
  nobody,
  otherClerk,
  otherHead,
  otherKeeper,
  refusalOf,
  submit,
} from './depot.ts';

const told = (refusal: unknown) => {
  const { code, message, details } = refusal as { code: string; message: string; details: unknown };
  return { code, message, details };
};

describe('commands', () => {
  test('another unit is refused before anything is read, whether it exists or not', () => {
    const table = depot();
    const request = submit(table, lend, ['c-1'], { by: otherClerk, unit: '2' });
    const inputs = (unit: string): [string, object][] => [
      ...moveNames
        .filter((name) => !['hold', 'allocate', 'issue', 'return', 'destroy'].includes(name))
        .map((name): [string, object] => [name, inputOf(name, request, unit)]),
      ['submit', { unit, details: bring, crates: ['n-1'], service: 'day' }],
      ['add-crate', { unit, crate: 'c-1', title: 'Mine' }],
      ['update-crate', { unit, crate: 'c-1', title: 'Mine' }],
      ['relocate-crate', { store: 'central', unit, crate: 'c-1', from: 'q-1', to: 'p-1' }],
    ];
    for (const who of [head, clerk, nobody, cook]) {
      const missing = new Map(inputs('9'));
      for (const [name, input] of inputs('2')) {
        const refusal = told(refusalOf(() => table.command(who, name, input, morning)));
        expect(refusal, name).toEqual(
          told(refusalOf(() => table.command(who, name, missing.get(name), morning))),
        );
        expect(refusal.code, name).toBe('forbidden');
      }
    }
  });

  test("another unit's request, crate and place are not there for one's own unit", () => {
    const table = depot();
    // Unit 1 has had two requests, unit 2 a third and fourth.
    submit(table, bring, ['n-1'], { by: otherClerk, unit: '2' });
    const other = submit(table, lend, ['c-1'], { by: otherClerk, unit: '2' });
    expect(itemOf(table, 'request', other, 'unit/1')).toBeUndefined();
    const refusal = (name: string, input: object) =>
      told(refusalOf(() => table.command(head, name, input, morning)));
    expect(refusal('approve', { unit: '1', request: other })).toEqual(
      refusal('approve', { unit: '1', request: 'w-999' }),
    );
    const move = (to: string) => ({ store: 'central', unit: '1', crate: 'c-1', from: 'p-1', to });
    expect(refusal('relocate-crate', move('q-1'))).toEqual(refusal('relocate-crate', move('no-such')));
    expect(refusal('relocate-crate', { ...move('p-2'), from: 'q-1' })).toEqual(
      refusal('relocate-crate', { ...move('p-2'), from: 'no-such' }),
    );
    const form = { unit: '1', details: bring, service: 'day' };
    table.command(otherClerk, 'add-crate', { unit: '2', crate: 'only-2', title: 'Theirs' }, morning);
    expect(refusal('submit', { ...form, crates: ['only-2'] })).toEqual(
      refusal('submit', { ...form, crates: ['no-such'] }),
    );
    // A number that the other unit uses is free.
    table.command(head, 'add-crate', { unit: '1', crate: 'only-2', title: 'Ours' }, morning);
  });

  test('the store acts only on what is on its own desk', () => {
    const table = depot();
    const request = submit(table, bring, ['n-1']);
    const input = (number: string, store = 'central') => ({
      store,
      unit: '1',
      request: number,
      place: 'p-2',
    });
    const refusal = (who: typeof head, given: object) =>
      told(refusalOf(() => table.command(who, 'allocate', given, morning)));
    // Submitted, not approved: not there, as one that never was.
    expect(refusal(keeper, input(request))).toEqual(refusal(keeper, input('s-999')));
    expect(refusal(keeper, input(request)).code).toBe('conflict');
    table.command(head, 'approve', { unit: '1', request }, morning);
    for (const who of [otherKeeper, head, clerk, otherHead, cook]) {
      expect(refusal(who, input(request)).code).toBe('forbidden');
    }
    expect(refusal(otherKeeper, input(request, 'west'))).toEqual(
      refusal(otherKeeper, input('s-999', 'west')),
    );
    // A place of the other unit is not one for this unit.
    expect(refusal(keeper, { ...input(request), place: 'q-1' })).toEqual(
      refusal(keeper, { ...input(request), place: 'no-such' }),
    );
    table.command(keeper, 'allocate', input(request), morning);
  });
});

describe('groups', () => {
  const joins = (who: typeof head, group: string) =>
    refusalOf(() => joinGroup([records], group, who)) === undefined;

  test('a unit is for its people, its trail for its heads, a store for its keepers', () => {
    const who = { head, clerk, otherHead, otherClerk, keeper, otherKeeper, admin, nobody, cook };
    const joining = (group: string) =>
      Object.entries(who)
        .filter(([, principal]) => joins(principal, group))
        .map(([name]) => name);
    expect(joining('records/unit/1')).toEqual(['head', 'clerk', 'admin']);
    expect(joining('records/unit/2')).toEqual(['otherHead', 'otherClerk', 'admin']);
    expect(joining('records/audit/1')).toEqual(['head', 'admin']);
    expect(joining('records/audit/2')).toEqual(['otherHead', 'admin']);
    expect(joining('records/store/central')).toEqual(['keeper', 'admin']);
    expect(joining('records/audit')).toEqual(['admin']);
    for (const group of ['records/archive/1', 'records/unit', 'records/unit/1/x', 'records/registry']) {
      expect(joining(group)).toEqual([]);
    }
  });

  test("lists name one's own alone", () => {
    const directory = depot().read([{ partition: 'registry' }]);
    const names = (who: typeof head) => listGroups(records, directory, who).map(({ group }) => group);
    expect(names(head)).toEqual(['records/unit/1', 'records/audit/1']);
    expect(names(clerk)).toEqual(['records/unit/1']);
    expect(names(otherHead)).toEqual(['records/unit/2', 'records/audit/2']);
    expect(names(keeper)).toEqual(['records/store/central']);
    expect(names(cook)).toEqual([]);
  });

  test("every change reaches the groups of its own unit and store alone, and a unit's partition holds its own alone", () => {
    const table = depot();
    for (const [unit, by, judge] of [
      ['1', clerk, head],
      ['2', otherClerk, otherHead],
    ] as const) {
      const request = submit(table, lend, ['c-1'], { by, unit });
      table.command(judge, 'approve', { unit, request }, morning);
      table.command(keeper, 'issue', { store: 'central', unit, request }, morning);
    }
    for (const { after } of table.changes) {
      if (after === undefined) continue;
      const unit = String(Reflect.get(after.data, 'unit'));
      const allowed = [`records/unit/${unit}`, 'records/store/central', 'records/store/west'];
      for (const group of groupsOf(records, after)) expect(allowed).toContain(group);
      const owner = after.partition.match(/^unit\/(.*)/)?.[1];
      if (owner !== undefined && after.entity !== 'counter') expect(unit).toBe(owner);
    }
  });

  test('the store sees neither what is in the crates nor what the unit says among itself', () => {
    const table = depot();
    const request = submit(table, { ...lend, purpose: 'Secret purpose' }, ['c-1']);
    table.command(head, 'ask', { unit: '1', request, note: 'Secret question' }, morning);
    table.command(clerk, 'answer', { store: 'central', unit: '1', request, note: 'Secret answer' }, morning);
    table.command(head, 'approve', { unit: '1', request, note: 'Secret note' }, morning);
    const seen = table.items().filter((item) => groupsOf(records, item).includes('records/store/central'));
    expect(seen.map(({ entity }) => entity)).toContain('job');
    expect(JSON.stringify(seen)).not.toMatch(/Secret|Papers|clerk|head/i);
  });
});

test("a unit's trail tells of the unit alone, and of nothing twice", () => {
  const table = depot();
  const request = submit(table, lend, ['c-1'], { by: otherClerk, unit: '2' });
  const begun = table.trail.length;
  table.command(otherHead, 'approve', { unit: '2', request }, morning);
  table.command(keeper, 'issue', { store: 'central', unit: '2', request }, morning);
  const entries = table.trail.slice(begun);
  expect(entries.map(({ group, command, by }) => [group, command, by.sub])).toEqual([
    ['records/audit/2', 'approve', 'other-head'],
    ['records/audit/2', 'issue', 'keeper'],
  ]);
  expect(entries[0]?.changes).toMatchObject([
    { entity: 'request', key: request, before: { state: 'submitted' }, after: { state: 'approved' } },
  ]);
  expect(entries[1]?.changes.map(({ entity, key }) => [entity, key])).toEqual([
    ['request', request],
    ['crate', 'c-1'],
  ]);
});
