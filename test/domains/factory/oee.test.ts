import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downReasons } from '../../../domains/factory/codes.ts';
import type { Machine, Report } from '../../../domains/factory/entities.ts';
import { defaultIdealRate, noTally, oeeOf, sumOf, tallyOf } from '../../../domains/factory/oee.ts';
import {
  admin,
  itemsOf,
  machineOf,
  mill,
  minute,
  morning,
  operator,
  pulser,
  refusalOf,
  shiftLead,
} from './mill.ts';

const hour = 60 * minute;
const window = { from: morning, until: morning + 8 * hour };
const machine: Machine = {
  ...machineOf(mill(), 'loom-1'),
  idealRate: 50,
  shift: 's',
  shiftCount: 18_000,
  scrap: { shift: 's', counts: { stain: 300, other: 60 } },
};
const stop = (reason: (typeof downReasons)[number], from: number, length: number) => ({
  machine: 'loom-1',
  reason,
  from: morning + from,
  until: morning + from + length,
});

describe('OEE', () => {
  test('a shift as it is computed by hand', () => {
    // 480 min, 30 planned; 450 planned time, 50 unplanned; 400 run time, room for 20,000 pieces.
    const stops = [stop('changeover', hour, 30 * minute), stop('mechanical', 3 * hour, 50 * minute)];
    const tally = tallyOf('loom-1', machine, 's', stops, window);
    expect(tally).toEqual({
      plannedMs: 450 * minute,
      runMs: 400 * minute,
      ideal: 20_000,
      count: 18_000,
      scrap: 360,
    });
    const { availability, performance, quality, oee } = oeeOf(tally);
    expect(availability).toBeCloseTo(400 / 450, 10);
    expect(performance).toBeCloseTo(0.9, 10);
    expect(quality).toBeCloseTo(0.98, 10);
    expect(oee).toBeCloseTo((400 / 450) * 0.9 * 0.98, 10);
  });

  test('a downtime that goes on counts up to now, one of another machine or time not at all', () => {
    const open = { machine: 'loom-1', reason: 'no_pulses' as const, from: morning + 7 * hour };
    const other = { ...stop('mechanical', 0, hour), machine: 'loom-2' };
    const before = stop('mechanical', -2 * hour, hour);
    expect(tallyOf('loom-1', machine, 's', [open, other, before], window).runMs).toBe(7 * hour);
  });

  test('a lost signal was no downtime', () => {
    const stops = [stop('signal_lost', hour, hour)];
    expect(tallyOf('loom-1', machine, 's', stops, window).runMs).toBe(8 * hour);
  });

  test('counts and scrap of another shift are void, and the ideal rate has a default', () => {
    const { idealRate: _none, ...plain } = machine;
    expect(tallyOf('loom-1', plain, 't', [], window)).toMatchObject({
      count: 0,
      scrap: 0,
      ideal: 480 * defaultIdealRate,
    });
  });

  test('nothing to divide by is unknown, what never ran or made nothing is 0', () => {
    expect(oeeOf(noTally)).toMatchObject({ availability: undefined, oee: undefined });
    expect(oeeOf({ ...noTally, plannedMs: 10 })).toMatchObject({ availability: 0, oee: 0 });
    expect(oeeOf({ ...noTally, plannedMs: 10, runMs: 10, ideal: 5 })).toMatchObject({
      performance: 0,
      quality: undefined,
      oee: 0,
    });
  });

  test('more than ideal is said, and counts as 1', () => {
    const fast = { plannedMs: 10, runMs: 10, ideal: 5, count: 6, scrap: 0 };
    expect(oeeOf(fast)).toMatchObject({ performance: 1, oee: 1, overIdeal: true });
  });

  test('whatever the numbers, each part is from 0 to 1, and the product is OEE', () => {
    const at = fc.integer({ min: -hour, max: 9 * hour });
    const stops = fc.array(
      fc.record({ at, length: fc.nat(2 * hour), reason: fc.constantFrom(...downReasons) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(stops, fc.nat(40_000), fc.nat(500), (given, shiftCount, stain) => {
        const held = { ...machine, shiftCount, scrap: { shift: 's', counts: { stain } } };
        fc.pre(stain <= shiftCount);
        const all = given.map(({ at: from, length, reason }) => stop(reason, from, length));
        const { availability, performance, quality, oee } = oeeOf(tallyOf('loom-1', held, 's', all, window));
        for (const part of [availability, performance, quality, oee]) {
          if (part === undefined) continue;
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(1);
        }
        if (availability !== undefined && performance !== undefined && quality !== undefined) {
          expect(oee).toBe(availability * performance * quality);
        }
      }),
    );
  });

  test('a line is the sum of its machines, and one machine alone is itself', () => {
    const one = { plannedMs: 100, runMs: 100, ideal: 100, count: 100, scrap: 0 };
    const two = { plannedMs: 100, runMs: 50, ideal: 300, count: 150, scrap: 50 };
    expect(sumOf([one])).toEqual(one);
    expect(oeeOf(sumOf([one, two]))).toMatchObject({
      availability: 0.75,
      performance: 250 / 400,
      quality: 0.8,
    });
  });
});

const north = { line: 'north' };
const scrap = { ...north, machine: 'loom-1', reason: 'stain' };

describe('scrap', () => {
  function made(count: number) {
    const table = mill();
    const pulse = pulser(table, 'loom-1');
    for (let index = 0; index < count; index += 1) pulse(morning + index);
    return { table, pulse };
  }
  const counts = (table: ReturnType<typeof mill>) => machineOf(table, 'loom-1').scrap?.counts;

  test('adds up by reason, beside the pulses', () => {
    const { table, pulse } = made(9);
    table.command(operator, 'report-scrap', { ...scrap, quantity: 2 }, morning + minute);
    pulse(morning + minute);
    table.command(operator, 'report-scrap', { ...scrap, quantity: 1 }, morning + minute);
    table.command(operator, 'report-scrap', { ...scrap, reason: 'other', quantity: 1 }, morning + minute);
    expect(counts(table)).toEqual({ stain: 3, other: 1 });
    expect(machineOf(table, 'loom-1').shiftCount).toBe(10);
  });

  test('is never more than was made', () => {
    const { table } = made(3);
    const more = { ...scrap, quantity: 4 };
    expect(refusalOf(() => table.command(operator, 'report-scrap', more, morning))).toMatchObject({
      code: 'conflict',
      details: { current: { key: 'loom-1' } },
    });
    expect(counts(table)).toBeUndefined();
  });

  test('is put right by a lead who has seen the number', () => {
    const { table } = made(5);
    table.command(operator, 'report-scrap', { ...scrap, quantity: 5 }, morning);
    const right = { ...scrap, quantity: 1, was: 5 };
    expect(refusalOf(() => table.command(operator, 'correct-scrap', right, morning))).toMatchObject({
      code: 'forbidden',
    });
    const stale = { ...right, was: 4 };
    expect(refusalOf(() => table.command(shiftLead, 'correct-scrap', stale, morning))).toMatchObject({
      code: 'conflict',
    });
    table.command(shiftLead, 'correct-scrap', right, morning);
    expect(counts(table)).toEqual({ stain: 1 });
    table.command(shiftLead, 'correct-scrap', { ...right, quantity: 0, was: 1 }, morning);
    expect(counts(table)).toEqual({});
  });

  test('belongs to its shift, and needs one', () => {
    const { table, pulse } = made(3);
    table.command(operator, 'report-scrap', { ...scrap, quantity: 3 }, morning);
    table.command(admin, 'end-shift', north, morning + minute);
    const one = { ...scrap, quantity: 1 };
    expect(refusalOf(() => table.command(operator, 'report-scrap', one, morning))).toMatchObject({
      code: 'conflict',
    });
    const next = { ...north, title: 'Next', lead: 'X', hours: 8, target: 10 };
    table.command(admin, 'start-shift', next, morning + 2 * minute);
    pulse(morning + 3 * minute);
    table.command(operator, 'report-scrap', one, morning + 3 * minute);
    expect(counts(table)).toEqual({ stain: 1 });
  });
});

test('the ideal rate is set by who has seen it', () => {
  const table = mill();
  const rate = { ...north, machine: 'loom-1', perMinute: 55.5, was: 48 };
  table.command(shiftLead, 'set-ideal-rate', rate, morning);
  expect(machineOf(table, 'loom-1').idealRate).toBe(55.5);
  expect(refusalOf(() => table.command(shiftLead, 'set-ideal-rate', rate, morning))).toMatchObject({
    code: 'conflict',
    details: { current: { data: { idealRate: 55.5 } } },
  });
});

describe('the report of a shift', () => {
  const reports = (table: ReturnType<typeof mill>, partition = 'line/north') =>
    itemsOf(table, 'report', partition).map(({ data }) => data as Report);

  test('says what each machine came to, and leaves out those that were never heard', () => {
    const table = mill();
    const pulse = pulser(table, 'loom-1');
    for (let index = 0; index < 40; index += 1) pulse(morning);
    table.sweep(morning + 6 * minute);
    pulse(morning + 8 * minute);
    table.command(operator, 'report-scrap', { ...scrap, quantity: 1 }, morning + 9 * minute);
    table.command(admin, 'end-shift', north, morning + 10 * minute);
    expect(reports(table)).toMatchObject([
      {
        title: 'Дневная смена',
        produced: 41,
        endedAt: morning + 10 * minute,
        machines: [
          {
            machine: 'loom-1',
            plannedMs: 10 * minute,
            runMs: 7 * minute,
            ideal: 7 * 48,
            count: 41,
            scrap: 1,
          },
        ],
        reasons: [{ reason: 'no_pulses', ms: 3 * minute, count: 1 }],
      },
    ]);
  });

  test('the last shifts stay on the line, older ones go to the history', () => {
    const table = mill();
    for (let index = 1; index <= 9; index += 1) {
      const now = morning + index * hour;
      table.command(admin, 'end-shift', north, now);
      const next = { ...north, title: `Shift ${index}`, lead: 'X', hours: 1, target: 10 };
      table.command(admin, 'start-shift', next, now + minute);
    }
    table.sweep(morning + 10 * hour);
    expect(reports(table)).toHaveLength(6);
    expect(reports(table, 'history/north')).toHaveLength(3);
    expect(Math.max(...reports(table, 'history/north').map(({ endedAt }) => endedAt))).toBe(
      morning + 3 * hour,
    );
  });

  test('of a line with the most machines fits one item', () => {
    const machines = Array.from({ length: 60 }, (_, index) => ({
      machine: `${'m'.repeat(30)}${index}`.slice(0, 32),
      plannedMs: 86_400_000,
      runMs: 86_400_000,
      ideal: 10_000_000,
      count: 10_000_000,
      scrap: 10_000_000,
    }));
    const reasons = downReasons.map((reason) => ({ reason, ms: 86_400_000, count: 1000 }));
    expect(JSON.stringify({ machines, reasons }).length).toBeLessThan(11_000);
  });
});
