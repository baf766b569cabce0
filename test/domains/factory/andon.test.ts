import { describe, expect, test } from 'vitest';
import type { Principal } from '../../../core/domain.ts';
import { answerMs, byUrgency, closedMs, steps } from '../../../domains/factory/andon.ts';
import { andonStates } from '../../../domains/factory/codes.ts';
import type { Andon } from '../../../domains/factory/entities.ts';
import * as people from './mill.ts';
import {
  admin,
  itemOf,
  itemsOf,
  mill,
  minute,
  morning,
  operator,
  refusalOf,
  second,
  shiftLead,
} from './mill.ts';

const call = { line: 'north', machine: 'loom-1', kind: 'mechanic' } as const;
const key = 'loom-1.mechanic';
const at = { line: 'north', call: key };
const callOf = (table: ReturnType<typeof mill>) => itemOf(table, 'andon', key)?.data as Andon | undefined;
type State = (typeof andonStates)[number];

/** A mill with a call in the state; `none` is without one. */
function inState(state: State | 'none') {
  const table = mill();
  if (state === 'none') return table;
  table.command(operator, 'call-andon', call, morning);
  if (state === 'acknowledged' || state === 'resolved') {
    table.command(operator, 'acknowledge-andon', at, morning + second);
  }
  if (state === 'resolved') table.command(operator, 'resolve-andon', at, morning + 2 * second);
  if (state === 'cancelled') table.command(operator, 'cancel-andon', at, morning + second);
  expect(callOf(table)?.state).toBe(state);
  return table;
}

/** What each command makes of each state; what is not here is refused. */
const outcomes: Record<string, Partial<Record<State | 'none', State>>> = {
  'call-andon': { none: 'called', resolved: 'called', cancelled: 'called' },
  'acknowledge-andon': { called: 'acknowledged' },
  'resolve-andon': { acknowledged: 'resolved' },
  'cancel-andon': { called: 'cancelled' },
};
const may = ['admin', 'operator', 'shiftLead'];
const roles: Record<string, Principal> = {
  admin,
  operator,
  shiftLead,
  southOperator: people.southOperator,
  guard: people.guard,
  gate: people.gate,
  cook: people.cook,
};

describe('the states of a call', () => {
  const triples = Object.keys(outcomes).flatMap((command) =>
    (['none', ...andonStates] as const).flatMap((state) =>
      Object.keys(roles).map((role) => ({ command, state, role })),
    ),
  );
  test.each(triples)('$command of a call that is $state by $role', ({ command, state, role }) => {
    const table = inState(state);
    const before = table.items();
    const input = command === 'call-andon' ? call : at;
    const refusal = refusalOf(() => table.command(roles[role] ?? admin, command, input, morning + minute));
    const becomes = outcomes[command]?.[state];
    if (!may.includes(role)) expect(refusal).toMatchObject({ code: 'forbidden' });
    else if (becomes !== undefined) {
      expect(refusal).toBeUndefined();
      expect(callOf(table)?.state).toBe(becomes);
      return;
    } else if (state === 'none') expect(refusal).toMatchObject({ code: 'not_found' });
    else expect(refusal).toMatchObject({ code: 'conflict', details: { current: { key, data: { state } } } });
    expect(table.items()).toEqual(before);
  });

  test('the table of steps is what the commands do', () => {
    for (const [name, { from, to }] of Object.entries(steps)) {
      const table = Object.fromEntries(from.map((state) => [state, to]));
      expect(outcomes[`${name}-andon`]).toEqual(table);
    }
  });
});

test('a call names who called, answered and closed it, and a new one keeps nothing of the old', () => {
  const table = inState('resolved');
  expect(callOf(table)).toEqual({
    ...call,
    state: 'resolved',
    calledAt: morning,
    calledBy: 'operator',
    level: 1,
    acknowledgedAt: morning + second,
    acknowledgedBy: 'operator',
    closedAt: morning + 2 * second,
    closedBy: 'operator',
  });
  table.command(shiftLead, 'call-andon', { ...call, note: 'Опять' }, morning + minute);
  expect(callOf(table)).toEqual({
    ...call,
    note: 'Опять',
    state: 'called',
    calledAt: morning + minute,
    calledBy: 'shift-lead',
    level: 1,
  });
  expect(itemsOf(table, 'andon', 'history/north')).toMatchObject([{ data: { state: 'resolved' } }]);
});

test('a step on a call that somebody changed meanwhile is a conflict', () => {
  const table = inState('called');
  const rev = itemOf(table, 'andon', key)?.rev ?? 0;
  const stale = { ...at, rev: rev - 1 };
  expect(refusalOf(() => table.command(operator, 'acknowledge-andon', stale, morning))).toMatchObject({
    code: 'conflict',
  });
});

describe('a call that nobody answers', () => {
  test('goes up a level once, at its time and not before, and the leads of the site are told', () => {
    const table = inState('called');
    table.sweep(morning + answerMs - 1);
    expect(callOf(table)?.level).toBe(1);
    const before = table.notices.length;
    table.sweep(morning + answerMs);
    expect(callOf(table)?.level).toBe(2);
    table.sweep(morning + answerMs + minute);
    expect(callOf(table)).toMatchObject({ level: 2, state: 'called' });
    const told = table.notices.slice(before).filter(({ notice }) => notice === 'call-raised');
    // Loom 5 of the seed waits as well.
    expect(told.filter(({ text }) => text.en.includes('Lohia 1'))).toHaveLength(2);
    expect(new Set(told.map(({ to }) => to))).toEqual(new Set(['shift-lead', 'admin']));
  });

  test('one that was answered does not', () => {
    const table = inState('acknowledged');
    table.sweep(morning + 10 * minute);
    expect(callOf(table)?.level).toBe(1);
  });
});

test('a closed call stays for a while, then goes to the history', () => {
  const table = inState('resolved');
  table.sweep(morning + closedMs);
  expect(callOf(table)).toBeDefined();
  table.sweep(morning + closedMs + minute);
  expect(itemsOf(table, 'andon', 'line/north').map((item) => item.key)).toEqual(['loom-5.material']);
  expect(itemsOf(table, 'andon', 'history/north')).toHaveLength(1);
});

test('of the open calls the unanswered and raised come first, then the oldest', () => {
  const one = (state: State, level: 1 | 2, calledAt: number) => ({
    data: { ...call, state, level, calledAt, calledBy: 'x' },
  });
  const calls = [
    one('acknowledged', 2, 1),
    one('called', 1, 3),
    one('resolved', 1, 0),
    one('called', 1, 2),
    one('called', 2, 4),
    one('acknowledged', 1, 0),
  ];
  expect(byUrgency(calls).map(({ data }) => data.calledAt)).toEqual([4, 2, 3, 1, 0]);
});
