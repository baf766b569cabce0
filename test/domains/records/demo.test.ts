import { expect, test } from 'vitest';
import { demoUsers } from '../../../bin/demo/users.ts';
import type { Action, Random } from '../../../core/demo.ts';
import type { Principal } from '../../../core/domain.ts';
import { records } from '../../../domains/records/index.ts';
import { seed } from '../../../domains/records/seed.ts';
import { simulate } from '../../../domains/records/simulate.ts';
import { MemoryTable } from '../../support/memory.ts';
import { minute, morning, refusalOf } from './depot.ts';

const principalOf = (name: string): Principal => {
  const user = demoUsers.find((known) => known.name === name);
  if (user === undefined) throw new Error(`There is no demo user ${name}.`);
  const { roles, units, name: title } = user.claims as { roles: string[]; units: string[]; name: string };
  return { kind: 'user', sub: name, name: title, roles, units };
};

function seeded(): MemoryTable {
  const table = new MemoryTable(records);
  for (const { command, input, as = 'admin' } of seed)
    table.command(principalOf(as), command, input, morning);
  return table;
}

const statesOf = (table: MemoryTable, unit: string) =>
  table
    .items()
    .filter(({ entity, partition }) => entity === 'request' && partition === `unit/${unit}`)
    .map(({ data }) => String(Reflect.get(data, 'state')));

/** A random source that a test can repeat. */
function randomOf(start: number): Random {
  let state = start;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test('every step of the seed succeeds on an empty store, under a key of its own', () => {
  const table = seeded();
  expect(new Set(seed.map(({ key }) => key)).size).toBe(seed.length);
  expect(new Set(statesOf(table, '1'))).toEqual(
    new Set(['stored', 'issued', 'approved', 'waiting', 'rejected', 'sent-back', 'submitted']),
  );
  expect(statesOf(table, '2')).toHaveLength(5);
});

test('run again it adds no request and no crate', () => {
  const table = seeded();
  const before = table.items().length;
  for (const { command, input, as = 'admin' } of seed) {
    const refusal = refusalOf(() => table.command(principalOf(as), command, input, morning + minute));
    if (!command.startsWith('set-')) expect(refusal, command).toMatchObject({ code: 'conflict' });
  }
  expect(table.items()).toHaveLength(before);
});

test('a day of the simulation: nearly all is done, all that is lent comes back, nothing grows', () => {
  const table = seeded();
  const next = simulate(randomOf(7), morning);
  const done = new Map<string, number>();
  let refused = 0;
  const perform = (action: Action, now: number) => {
    if (action.kind !== 'command') throw new Error('The store has no machines.');
    try {
      action.then?.(table.command(principalOf(action.as), action.command, action.input, now));
      done.set(action.command, (done.get(action.command) ?? 0) + 1);
    } catch (error) {
      expect(error).toMatchObject({ code: 'conflict' });
      refused += 1;
    }
  };
  for (let second = 1; second <= 4 * 3600; second += 1) {
    const now = morning + second * 1000;
    for (const action of next(now)) perform(action, now);
    if (second % 60 === 0) table.sweep(now);
  }
  expect(refused).toBe(0);
  for (const command of [
    'submit',
    'approve',
    'ask',
    'answer',
    'send-back',
    'resubmit',
    'reject',
    'issue',
    'return',
  ]) {
    expect(done.get(command) ?? 0, command).toBeGreaterThan(5);
  }
  // A change is seen at least each ten seconds or so.
  expect([...done.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1000);
  for (const unit of ['1', '2']) expect(statesOf(table, unit).length).toBeLessThan(60);
});
