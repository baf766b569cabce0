import { describe, expect, test } from 'vitest';
import type { Hour, Order } from '../../../domains/kitchen/entities.ts';
import { lastHours, sumsOf } from '../../../domains/kitchen/hours.ts';
import { allDay, belongs, bumped, byUrgency, displayed, heatOf } from '../../../domains/kitchen/orders.ts';
import { forgottenMs } from '../../../domains/kitchen/sweep.ts';
import {
  admin,
  cook,
  expo,
  minute,
  noon,
  orderOf,
  pass,
  passWith,
  refusalOf,
  second,
  theOrder,
  ticketsOf,
  till,
} from './pass.ts';

const at = { location: 'centre', order: 'a' };
const hoursOf = (table: ReturnType<typeof pass>) =>
  table
    .items()
    .filter(({ entity }) => entity === 'hour')
    .map(({ data }) => data as Hour);

describe('placing', () => {
  test('a repeat under the same key is answered the same and changes nothing, open, served and archived', () => {
    for (const state of ['pending', 'preparing', 'served'] as const) {
      const table = passWith(state);
      const before = table.items();
      expect(table.command(till, 'place-order', orderOf('a', 1), noon + 9 * minute)).toEqual({
        order: 'a',
        number: 1,
      });
      expect(table.items()).toEqual(before);
    }
  });

  test('a number that is out is refused until its order was served, and each location has its own', () => {
    const table = passWith('ready');
    expect(refusalOf(() => table.command(till, 'place-order', orderOf('b', 1), noon))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Number 1 is out'),
    });
    table.command(admin, 'place-order', orderOf('b', 1, { location: 'harbour' }), noon);
    table.command(expo, 'serve-order', at, noon);
    table.command(till, 'place-order', orderOf('b', 1), noon);
    expect(ticketsOf(table)).toEqual([
      ['1', 'pending'],
      ['1', 'pending'],
    ]);
  });

  test('another order under a known key is a conflict', () => {
    const table = passWith('pending');
    expect(refusalOf(() => table.command(till, 'place-order', orderOf('a', 2), noon))).toMatchObject({
      code: 'conflict',
    });
  });

  test('no such location', () => {
    const input = orderOf('a', 1, { location: 'nowhere' });
    expect(refusalOf(() => pass().command(admin, 'place-order', input, noon))).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('stations', () => {
  test('an order is ready when its last station is; a bumped station is not bumped twice', () => {
    const table = passWith('pending');
    const bump = (station: string) => table.command(cook, 'bump-station', { ...at, station }, noon + minute);
    bump('grill');
    expect(theOrder(table)).toMatchObject({ state: 'preparing', startedAt: noon + minute });
    expect(theOrder(table).lines.map(({ prepared }) => prepared)).toEqual([true, false]);
    expect(refusalOf(() => bump('grill'))).toMatchObject({ code: 'conflict' });
    expect(refusalOf(() => bump('bar'))).toMatchObject({
      code: 'invalid_input',
      details: { errors: [{ path: 'station' }] },
    });
    bump('fryer');
    expect(theOrder(table)).toMatchObject({ state: 'ready', readyAt: noon + minute });
    expect(ticketsOf(table)).toEqual([['1', 'ready']]);
  });

  test('a station recalled brings only its lines back', () => {
    const table = passWith('ready');
    table.command(cook, 'recall-station', { ...at, station: 'fryer' }, noon + 5 * minute);
    const order = theOrder(table);
    expect(order.state).toBe('preparing');
    expect(order.readyAt).toBeUndefined();
    expect(order.lines.map(({ prepared }) => prepared)).toEqual([true, false]);
    expect(ticketsOf(table)).toEqual([['1', 'preparing']]);
  });
});

describe('recall', () => {
  test('only the last 20 bumped come back', () => {
    const table = pass();
    for (let number = 1; number <= 21; number += 1) {
      const order = { location: 'centre', order: `o${number}` };
      const now = noon + number * second;
      table.command(till, 'place-order', orderOf(`o${number}`, number), now);
      table.command(cook, 'start-order', order, now);
      table.command(cook, 'bump-order', order, now);
    }
    const recall = (order: string) =>
      refusalOf(() => table.command(cook, 'recall-order', { location: 'centre', order }, noon + minute));
    expect(recall('o1')).toMatchObject({ code: 'conflict', message: expect.stringContaining('last 20') });
    expect(recall('o2')).toBeUndefined();
    expect(recall('o21')).toBeUndefined();
  });

  test('a served order comes back with its number, unless another order has it now', () => {
    const table = passWith('served');
    expect(ticketsOf(table)).toEqual([]);
    table.command(cook, 'recall-order', at, noon + 5 * minute);
    expect(ticketsOf(table)).toEqual([['1', 'ready']]);
    table.command(cook, 'serve-order', at, noon + 6 * minute);
    table.command(till, 'place-order', orderOf('b', 1), noon + 6 * minute);
    expect(refusalOf(() => table.command(cook, 'recall-order', at, noon + 7 * minute))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Number 1 is out'),
    });
    expect(theOrder(table).state).toBe('served');
  });

  test('a stale rev is a conflict', () => {
    const table = passWith('pending');
    const input = { ...at, rev: 1 };
    expect(refusalOf(() => table.command(cook, 'start-order', input, noon))).toMatchObject({
      code: 'conflict',
    });
  });
});

describe('hours', () => {
  test('times of stages are those between the steps', () => {
    expect(hoursOf(passWith('served'))).toEqual([
      {
        location: 'centre',
        at: noon - 10 * minute,
        placed: 1,
        started: 1,
        pendingMs: minute,
        prepared: 1,
        preparingMs: 2 * minute,
        served: 1,
        readyMs: minute,
        cancelled: 0,
      },
    ]);
  });

  test('an order that goes back and forth counts once, in the hour of its last time', () => {
    const table = passWith('served');
    const later = noon + 60 * minute;
    table.command(cook, 'recall-order', at, later);
    table.command(cook, 'recall-order', at, later);
    expect(hoursOf(table)).toMatchObject([
      { placed: 1, started: 1, prepared: 0, preparingMs: 0, served: 0, readyMs: 0 },
    ]);
    table.command(cook, 'bump-order', at, later);
    table.command(cook, 'serve-order', at, later + minute);
    const sums = sumsOf(hoursOf(table));
    expect(sums).toMatchObject({
      placed: 1,
      served: 1,
      pending: minute,
      preparing: 59 * minute,
      ready: minute,
    });
  });

  test('a station that begins and ends an order at once counts both in one write', () => {
    const table = pass();
    table.command(till, 'place-order', orderOf('a', 1, { lines: [orderOf('a', 1).lines[0]] }), noon);
    table.command(cook, 'bump-station', { ...at, station: 'grill' }, noon + minute);
    expect(hoursOf(table)).toMatchObject([{ started: 1, pendingMs: minute, prepared: 1, preparingMs: 0 }]);
  });

  test('a day has 24 places, empty ones too; no order gives no mean', () => {
    const hours = lastHours(hoursOf(passWith('pending')), noon);
    expect(hours).toHaveLength(24);
    expect(hours.at(-1)?.hour?.placed).toBe(1);
    expect(hours.at(-2)?.hour).toBeUndefined();
    expect(sumsOf([])).toMatchObject({ placed: 0, pending: undefined });
  });
});

describe('the clock', () => {
  test('closed orders go to the archive but for the last 20, and nobody takes a step with them', () => {
    const table = pass();
    for (let number = 1; number <= 25; number += 1) {
      table.command(till, 'place-order', orderOf(`o${number}`, number), noon + number);
      table.command(till, 'cancel-order', { location: 'centre', order: `o${number}` }, noon + number);
    }
    table.sweep(noon + minute);
    const of = (entity: string) => table.items().filter((item) => item.entity === entity);
    expect(of('order')).toHaveLength(20);
    expect(of('past').map(({ key, partition }) => [partition, key])).toEqual(
      ['o5', 'o4', 'o3', 'o2', 'o1'].map((key) => ['archive/centre', key]),
    );
    expect(table.sweep(noon + minute)).toBe(0);
    const step = { location: 'centre', order: 'o1' };
    expect(refusalOf(() => table.command(cook, 'start-order', step, noon))).toMatchObject({
      code: 'conflict',
    });
    const before = table.items();
    table.command(till, 'place-order', orderOf('o1', 1), noon + minute);
    expect(table.items()).toEqual(before);
  });

  test('what was forgotten for half a day is cancelled, and its number is free', () => {
    const table = passWith('pending');
    expect(table.sweep(noon + forgottenMs - 1)).toBe(0);
    table.sweep(noon + forgottenMs);
    expect(theOrder(table).state).toBe('cancelled');
    expect(ticketsOf(table)).toEqual([]);
  });
});

describe('displays', () => {
  const base = theOrder(passWith('pending'));
  const card = (key: string, change: Partial<Order>) => ({ key, data: { ...base, ...change } });

  test('rush first, then the longest waiting', () => {
    const cards = [
      card('new', { placedAt: noon + 9 }),
      card('old', { placedAt: noon }),
      card('rush', { placedAt: noon + 20, rush: true }),
    ];
    expect(cards.sort(byUrgency).map(({ key }) => key)).toEqual(['rush', 'old', 'new']);
  });

  test('the 20 most recent and every rush order among them; the others are told of', () => {
    const cards = Array.from({ length: 25 }, (_, index) =>
      card(`o${index}`, { placedAt: noon + index, rush: index === 0 }),
    );
    const { shown, older } = displayed(cards, 20);
    expect(shown).toHaveLength(20);
    expect(shown[0]?.key).toBe('o0');
    expect(older.map(({ key }) => key)).toEqual(['o1', 'o2', 'o3', 'o4', 'o5']);
  });

  test('a station sees what it has to do', () => {
    const order = {
      ...base,
      state: 'preparing' as const,
      lines: base.lines.map((line, index) => ({ ...line, prepared: index === 0 })),
    };
    expect(belongs(order, undefined, 'grill')).toBe(false);
    expect(belongs(order, undefined, 'fryer')).toBe(true);
    expect(belongs(order, 'preparing', 'fryer')).toBe(true);
    expect(belongs(order, 'pending', 'fryer')).toBe(false);
    expect(belongs(order, undefined, 'bar')).toBe(false);
    expect(belongs({ ...order, state: 'served' }, undefined, undefined)).toBe(false);
  });

  test('all-day counts are what is not made yet', () => {
    const half = { ...base, lines: base.lines.map((line, index) => ({ ...line, prepared: index === 0 })) };
    expect(allDay([base, half, { ...base, state: 'ready' }])).toEqual([
      { station: 'grill', dish: 'Burger', quantity: 2 },
      { station: 'fryer', dish: 'Fries', quantity: 2 },
    ]);
  });

  test('what was bumped last comes first in the recall', () => {
    const cards = [
      card('a', { state: 'ready', changedAt: 1 }),
      card('b', { state: 'served', changedAt: 2 }),
      card('c', { state: 'cancelled', changedAt: 3 }),
      card('d', { state: 'preparing', changedAt: 4 }),
    ];
    expect(bumped(cards).map(({ key }) => key)).toEqual(['b', 'a']);
  });

  test('a timer warns and is late at its thresholds, not before', () => {
    const thresholds = {
      pending: { warn: 60, late: 120 },
      preparing: { warn: 1, late: 2 },
      ready: { warn: 1, late: 2 },
    };
    const heats = [59_999, 60_000, 119_999, 120_000].map((ms) => heatOf(thresholds, 'pending', ms));
    expect(heats).toEqual(['calm', 'warn', 'warn', 'late']);
  });
});
