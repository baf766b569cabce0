import { describe, expect, test } from 'vitest';
import { groupsOf } from '../../../core/changes.ts';
import type { Principal } from '../../../core/domain.ts';
import { factory } from '../../../domains/factory/index.ts';
import type { MemoryTable } from '../../support/memory.ts';
import * as people from './mill.ts';
import { admin, itemOf, mill, minute, morning, operator, refusalOf, shiftLead, shiftOf } from './mill.ts';

const roles: Record<string, Principal> = {
  admin,
  operator,
  'shift-lead': shiftLead,
  'operator of another line': people.southOperator,
  guard: people.guard,
  gate: people.gate,
  cook: people.cook,
};

const builds = ['admin'];
const works = ['admin', 'operator', 'shift-lead'];
const leads = ['admin', 'shift-lead'];
const north = { line: 'north' };

/** Command, an input that the seeded mill allows, and the only roles that may run it. */
const cases: readonly [string, Record<string, unknown>, readonly string[]][] = [
  ['add-site', { site: 'mill-2', title: 'Second mill' }, builds],
  ['add-line', { site: 'mill', line: 'west', title: 'West' }, builds],
  ['add-machine', { ...north, machine: 'loom-7', title: 'Lohia 7' }, builds],
  ['add-employee', { ...north, employee: 'new', name: 'Новый', role: 'operator', badge: 'M-1' }, builds],
  ['set-machine-status', { ...north, machine: 'loom-1', status: 'maintenance' }, works],
  ['assign-machine', { ...north, machine: 'loom-1', employee: 'morozov' }, works],
  ['end-shift', north, leads],
  ['set-target', { ...north, target: 5 }, leads],
  ['clock-in', { ...north, employee: 'walker' }, works],
  ['clock-out', { ...north, employee: 'petrov' }, works],
  ['move-employee', { ...north, employee: 'petrov', to: 'south' }, leads],
  [
    'report-security',
    { site: 'mill', kind: 'door', place: 'Gate 1' },
    ['admin', 'shift-lead', 'guard', 'gate'],
  ],
  ['acknowledge-security', { site: 'mill', event: 'seed-1' }, ['admin', 'shift-lead', 'guard']],
  ['set-leads', { of: 'line', ...north, leads: ['shift-lead'] }, builds],
  ['set-leads', { of: 'site', site: 'mill', leads: [] }, builds],
  ['set-ideal-rate', { ...north, machine: 'loom-1', perMinute: 50 }, leads],
  ['call-andon', { ...north, machine: 'loom-1', kind: 'help' }, works],
  ['acknowledge-andon', { ...north, call: 'loom-5.material' }, works],
  ['cancel-andon', { ...north, call: 'loom-5.material' }, works],
];

describe('who may', () => {
  const triples = cases.flatMap(([name, input, allowed]) =>
    Object.keys(roles).map((role) => ({ name, role, input, may: allowed.includes(role) })),
  );
  test.each(triples)('$name by $role: $may', ({ name, role, input, may }) => {
    const table = mill();
    const before = table.items();
    const refusal = refusalOf(() => table.command(roles[role] ?? admin, name, input, morning + minute));
    if (may) expect(refusal).toBeUndefined();
    else {
      expect(refusal).toMatchObject({ code: 'forbidden' });
      expect(table.items()).toEqual(before);
    }
  });

  test('start-shift is for who leads the line', () => {
    const input = { ...north, title: 'Night', lead: 'Ольга', hours: 8, target: 100 };
    for (const [role, principal] of Object.entries(roles)) {
      const table = mill();
      table.command(admin, 'end-shift', north, morning + minute);
      const refusal = refusalOf(() => table.command(principal, 'start-shift', input, morning + 2 * minute));
      expect([role, refusal === undefined]).toEqual([role, leads.includes(role)]);
    }
  });

  test('a lead of one line moves nobody to a line of others', () => {
    const northLead = { ...shiftLead, units: ['line:north'] };
    const input = { ...north, employee: 'petrov', to: 'south' };
    expect(refusalOf(() => mill().command(northLead, 'move-employee', input, morning))).toMatchObject({
      code: 'forbidden',
    });
  });
});

const conflictOf = (table: MemoryTable, name: string, input: object, now = morning + minute) =>
  refusalOf(() => table.command(admin, name, input, now)) as { code: string; details: { current?: object } };

describe('shifts', () => {
  test('one active shift a line: a second start is a conflict with the running one', () => {
    const again = { ...north, title: 'Second', lead: 'X', hours: 8, target: 1 };
    expect(conflictOf(mill(), 'start-shift', again)).toMatchObject({
      code: 'conflict',
      details: { current: { entity: 'shift', data: { title: 'Дневная смена' } } },
    });
  });

  test('an ended shift is kept in the history and leaves the line', () => {
    const table = mill();
    table.command(admin, 'end-shift', north, morning + minute);
    expect(shiftOf(table, 'north')).toBeUndefined();
    expect(table.items().filter(({ partition }) => partition === 'history/north')).toMatchObject([
      { entity: 'shift', data: { title: 'Дневная смена', endedAt: morning + minute } },
    ]);
    expect(itemOf(table, 'line', 'north')?.data).not.toHaveProperty('shift');
    expect(conflictOf(table, 'end-shift', north)).toMatchObject({ code: 'conflict' });
    expect(conflictOf(table, 'set-target', { ...north, target: 5 })).toMatchObject({ code: 'conflict' });
  });

  test('a target that somebody else has changed is a conflict with the current one', () => {
    const table = mill();
    const was = shiftOf(table, 'north')?.target;
    table.command(shiftLead, 'set-target', { ...north, target: 9500, was }, morning + minute);
    expect(conflictOf(table, 'set-target', { ...north, target: 8000, was })).toMatchObject({
      details: { current: { data: { target: 9500 } } },
    });
    expect(shiftOf(table, 'north')?.target).toBe(9500);
  });

  test('ending a shift that is not the one seen is a conflict', () => {
    expect(conflictOf(mill(), 'end-shift', { ...north, shift: 'other' })).toMatchObject({ code: 'conflict' });
  });
});

describe('people', () => {
  const petrov = { ...north, employee: 'petrov' };
  test('work time adds up over breaks, and begins anew after a rest', () => {
    const table = mill();
    table.command(operator, 'clock-out', petrov, morning + 60 * minute);
    table.command(operator, 'clock-in', petrov, morning + 70 * minute);
    table.command(operator, 'clock-out', petrov, morning + 100 * minute);
    expect(itemOf(table, 'employee', 'petrov')?.data).toMatchObject({
      onFloor: false,
      workedMs: 90 * minute,
    });
    table.command(operator, 'clock-in', petrov, morning + 100 * minute + 6 * 60 * minute);
    expect(itemOf(table, 'employee', 'petrov')?.data).toMatchObject({ onFloor: true, workedMs: 0 });
  });

  test('coming twice and leaving twice are conflicts with the current state', () => {
    const table = mill();
    expect(conflictOf(table, 'clock-in', petrov)).toMatchObject({ details: { current: { key: 'petrov' } } });
    table.command(operator, 'clock-out', petrov, morning + minute);
    expect(conflictOf(table, 'clock-out', petrov)).toMatchObject({ code: 'conflict' });
  });

  test('a stale rev is a conflict, the current one passes', () => {
    const table = mill();
    const rev = itemOf(table, 'employee', 'petrov')?.rev ?? 0;
    expect(conflictOf(table, 'clock-out', { ...petrov, rev: rev - 1 })).toMatchObject({
      code: 'conflict',
      details: { current: { rev } },
    });
    table.command(operator, 'clock-out', { ...petrov, rev }, morning + minute);
  });

  test('a person is on one line: moving takes work time along, and the old line knows nobody', () => {
    const table = mill();
    const move = { ...petrov, to: 'south' };
    table.command(shiftLead, 'move-employee', move, morning + 30 * minute);
    const copies = table.items().filter(({ entity, key }) => entity === 'employee' && key === 'petrov');
    expect(copies).toMatchObject([
      { partition: 'line/south', data: { line: 'south', onFloor: true, since: morning } },
    ]);
    expect(conflictOf(table, 'clock-in', petrov)).toMatchObject({ code: 'not_found' });
    expect(conflictOf(table, 'move-employee', move)).toMatchObject({ code: 'not_found' });
    table.command(
      admin,
      'move-employee',
      { line: 'south', employee: 'petrov', to: 'north' },
      morning + 40 * minute,
    );
    expect(itemOf(table, 'employee', 'petrov')?.partition).toBe('line/north');
  });

  test('a machine goes only to people of the line who are on the floor', () => {
    const table = mill();
    const assign = (employee: string) =>
      conflictOf(table, 'assign-machine', { ...north, machine: 'loom-1', employee });
    expect(assign('walker')).toMatchObject({ code: 'conflict' });
    expect(assign('okafor')).toMatchObject({
      code: 'invalid_input',
      details: { errors: [{ path: 'employee' }] },
    });
    table.command(operator, 'assign-machine', { ...north, machine: 'loom-1', employee: null }, morning);
    expect(itemOf(table, 'machine', 'loom-1')?.data).not.toHaveProperty('operator');
  });
});

describe('the plant', () => {
  const taken: readonly [string, object][] = [
    ['add-site', { site: 'mill', title: 'X' }],
    ['add-line', { site: 'mill', line: 'north', title: 'X' }],
    ['add-machine', { line: 'south', machine: 'loom-1', title: 'X' }],
    ['add-employee', { line: 'south', employee: 'petrov', name: 'X', role: 'operator', badge: 'M-1' }],
    ['report-security', { site: 'mill', event: 'seed-1', kind: 'door', place: 'X' }],
  ];
  test.each(taken)('%s refuses an id that is taken, on any line', (name, input) => {
    expect(conflictOf(mill(), name, input)).toMatchObject({ code: 'conflict' });
  });

  test('a line has a bounded number of machines', () => {
    const table = mill();
    const add = (number: number) =>
      table.command(admin, 'add-machine', { line: 'north', machine: `m-${number}`, title: 'M' }, morning);
    for (let number = 7; number <= 60; number += 1) add(number);
    expect(refusalOf(() => add(61))).toMatchObject({ code: 'conflict' });
  });

  test('what is to be built upon must exist', () => {
    expect(conflictOf(mill(), 'add-line', { site: 'none', line: 'a', title: 'A' })).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('security', () => {
  test('an event is acknowledged once, the second gets the current state', () => {
    const table = mill();
    const input = { site: 'mill', event: 'seed-3', answer: 'Проверено' };
    table.command(shiftLead, 'acknowledge-security', input, morning + minute);
    expect(conflictOf(table, 'acknowledge-security', input)).toMatchObject({
      code: 'conflict',
      details: {
        current: {
          data: { acknowledgedBy: 'shift-lead', acknowledgedAt: morning + minute, answer: 'Проверено' },
        },
      },
    });
  });

  test('old acknowledged events leave the site for the archive, open ones stay', () => {
    const table = mill();
    for (let index = 0; index < 60; index += 1) {
      const event = `e-${index}`;
      const report = { site: 'mill', event, kind: 'door', place: 'Gate', at: morning - 100 + index };
      table.command(admin, 'report-security', report, morning);
      if (index > 0) table.command(admin, 'acknowledge-security', { site: 'mill', event }, morning);
    }
    const within = (partition: string) => table.items().filter((item) => item.partition === partition);
    const old = Array.from({ length: 9 }, (_, index) => `e-${index + 1}`);
    expect(
      within('archive/mill')
        .map(({ key }) => key.split('.')[0])
        .sort(),
    ).toEqual(old);
    expect(within('archive/mill').flatMap((item) => groupsOf(factory, item))).toEqual([]);
    // 50 acknowledged, e-0 and the three of the seed.
    expect(within('site/mill').length).toBe(54);
    expect(itemOf(table, 'security', 'e-0')?.partition).toBe('site/mill');
  });

  test('an event does not lie in the future', () => {
    const report = { site: 'mill', kind: 'alarm', place: 'X', at: morning + 60 * minute };
    expect(conflictOf(mill(), 'report-security', report)).toMatchObject({ code: 'invalid_input' });
  });
});
