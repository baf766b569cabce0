import { describe, expect, test } from 'vitest';
import type { Principal } from '../../../core/domain.ts';
import { type SlotState, slotStates } from '../../../domains/stations/codes.ts';
import type { Alarm } from '../../../domains/stations/entities.ts';
import { bestOf, countsOf, stateAt } from '../../../domains/stations/slots.ts';
import { alarmsOf, statusAt } from '../../../domains/stations/status.ts';
import {
  admin,
  cabinet,
  city,
  cook,
  itemOf,
  manager,
  minute,
  morning,
  refusalOf,
  rider,
  second,
  slotOf,
  slotsOf,
  stationOf,
  stranger,
  toldTo,
} from './city.ts';

const at = { station: 'central' };

/** A slot of `central` in each state. */
const places: Record<SlotState, number> = { available: 2, booked: 1, charging: 9, empty: 16, broken: 5 };
function mixed() {
  const table = city();
  table.command(rider, 'book', at, morning);
  table.command(manager, 'set-broken', { ...at, slot: places.broken }, morning);
  return table;
}

/** Every transition by hand: command, the states from which it goes, and what comes of it. */
const transitions: Record<string, Partial<Record<SlotState, SlotState>>> = {
  'add-battery': { empty: 'charging' },
  'remove-battery': { available: 'empty', charging: 'empty', broken: 'broken' },
  'set-broken': { available: 'broken', booked: 'broken', charging: 'broken', empty: 'broken' },
  repair: { broken: 'available' },
};
const people: [string, Principal, boolean][] = [
  ['admin', admin, true],
  ['manager', manager, true],
  ['manager of another network', stranger, false],
  ['rider', rider, false],
  ['cabinet', cabinet, false],
  ['cook', cook, false],
];
const triples = Object.keys(transitions).flatMap((command) =>
  slotStates.flatMap((state) =>
    people.map(([who, principal, may]) => ({ command, state, who, principal, may })),
  ),
);

test.each(triples)('$command of a slot that is $state, by $who', ({ command, state, principal, may }) => {
  const table = mixed();
  const slot = places[state];
  expect(slotOf(table, slot)?.state).toBe(state);
  const input = { ...at, slot, ...(command === 'add-battery' ? { battery: 'new', charge: 30 } : {}) };
  const before = table.items();
  const refusal = refusalOf(() => table.command(principal, command, input, morning));
  const to = transitions[command]?.[state];
  if (may && to !== undefined) {
    expect(refusal).toBeUndefined();
    expect(slotOf(table, slot)?.state).toBe(to);
    return;
  }
  expect(refusal?.code).toBe(may ? 'conflict' : 'forbidden');
  expect(table.items()).toEqual(before);
});

test('who has seen another state of the slot is told so', () => {
  const table = mixed();
  for (const command of ['set-broken', 'repair', 'remove-battery']) {
    const refusal = refusalOf(() =>
      table.command(manager, command, { ...at, slot: 1, was: 'available' }, morning),
    );
    expect(refusal).toMatchObject({
      code: 'conflict',
      message: 'Slot 1 is booked by now.',
      details: { current: { entity: 'cabinet' } },
    });
  }
});

test('a battery is in one place: not added twice, and again once it was taken to the store', () => {
  const table = city();
  const input = { station: 'market', battery: 'b-1001', charge: 50 };
  expect(refusalOf(() => table.command(manager, 'add-battery', input, morning))?.code).toBe('conflict');
  table.command(manager, 'remove-battery', { ...at, slot: 1 }, morning);
  expect(table.command(manager, 'add-battery', input, morning)).toEqual({ slot: 9 });
  table.command(rider, 'book', at, morning);
  table.command(rider, 'collect', at, morning);
  const ridden = { ...at, battery: 'b-1002', charge: 5 };
  expect(refusalOf(() => table.command(manager, 'add-battery', ridden, morning))?.message).toContain('rider');
});

describe('formulas', () => {
  test('broken is not occupied and not available: it counts as broken alone', () => {
    const slots = slotStates.map((state) => ({ state }));
    expect(countsOf(slots)).toEqual({ available: 1, booked: 1, charging: 1, empty: 1, broken: 1 });
  });

  test('the best is the highest charge of the available ones, the lowest slot of equals', () => {
    const slots = (['booked', 'available', 'available', 'broken'] as const).map((state) => ({ state }));
    expect(bestOf(slots, [100, 70, 70, 99])).toBe(1);
    expect(bestOf(slots, [100, 70, 71, 99])).toBe(2);
    expect(bestOf([{ state: 'charging' }], [59])).toBeUndefined();
  });

  test('a booking that is over holds nothing', () => {
    const slot = { state: 'booked', battery: 'b', until: 10 } as const;
    expect([stateAt(slot, 90, 9), stateAt(slot, 90, 10), stateAt(slot, 30, 10)]).toEqual([
      'booked',
      'available',
      'charging',
    ]);
  });

  test('status by silence', () => {
    const states = [0, 59_999, 60_000, 179_999, 180_000].map((silence) => statusAt(1000, 1000 + silence));
    expect(states).toEqual(['online', 'online', 'degraded', 'degraded', 'offline']);
    expect(statusAt(undefined, 0)).toBe('offline');
  });

  test('low charge has a margin between raised and cleared', () => {
    const slots = [{ state: 'charging' as const }, { state: 'empty' as const }];
    const low = (charge: number, raised: boolean) =>
      alarmsOf(slots, [charge, 0], 'online', raised ? ['low-charge'] : []).includes('low-charge');
    expect([low(39, false), low(40, false), low(40, true), low(49, true), low(50, true)]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('alarms', () => {
  const alarmOf = (table: ReturnType<typeof city>, key: string) => itemOf<Alarm>(table, 'alarm', key);

  test('a silent cabinet: degraded, then offline with an alarm, and well again with its next report', () => {
    const table = city();
    table.sweep(morning + minute);
    expect(stationOf(table)?.status).toBe('degraded');
    expect(alarmOf(table, 'central.offline')?.clearedAt).toBe(morning);
    table.sweep(morning + 40 * minute);
    table.sweep(morning + 41 * minute);
    expect(stationOf(table)?.status).toBe('offline');
    expect(alarmOf(table, 'central.offline')).toEqual({
      network: 'city',
      station: 'central',
      kind: 'offline',
      raisedAt: morning + 40 * minute,
    });
    const back = morning + 42 * minute;
    table.command(cabinet, 'report', { ...at, charges: slotsOf(table).map(() => null) }, back);
    expect(stationOf(table)?.status).toBe('online');
    expect(alarmOf(table, 'central.offline')?.clearedAt).toBe(back);
  });

  test('full, empty and low, raised and cleared with what people do, and told once in a while', () => {
    const table = city();
    expect(alarmOf(table, 'harbour.full-cabinet')).toMatchObject({ raisedAt: morning });
    table.command(manager, 'remove-battery', { station: 'harbour', slot: 12 }, morning + second);
    expect(alarmOf(table, 'harbour.full-cabinet')?.clearedAt).toBe(morning + second);
    expect(alarmOf(table, 'gardens.empty-cabinet')?.clearedAt).toBeUndefined();
    expect(alarmOf(table, 'gardens.low-charge')?.clearedAt).toBeUndefined();
    const told = () => toldTo(table, 'station-manager').filter((name) => name === 'full-cabinet').length;
    const before = told();
    const again = { station: 'harbour', battery: 'b-x', charge: 50 };
    table.command(manager, 'add-battery', again, morning + minute);
    expect(alarmOf(table, 'harbour.full-cabinet')).toMatchObject({ raisedAt: morning + minute });
    expect(told()).toBe(before);
  });

  test('a report moves batteries between charging and available, and nothing that is booked, broken or empty', () => {
    const table = mixed();
    const charges = slotsOf(table).map(() => 59);
    table.command(cabinet, 'report', { ...at, charges }, morning);
    expect(slotsOf(table).map(({ state }) => state)).toEqual([
      'booked',
      ...Array(3).fill('charging'),
      'broken',
      ...Array(7).fill('charging'),
      ...Array(4).fill('empty'),
    ]);
    table.command(cabinet, 'report', { ...at, charges: charges.map(() => 60) }, morning);
    expect(stationOf(table)?.counts).toMatchObject({ available: 10, charging: 0, booked: 1, broken: 1 });
  });
});
