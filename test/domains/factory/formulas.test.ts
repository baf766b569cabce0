import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paceOf } from '../../../domains/factory/pace.ts';
import { addPulses, bucketMs, moveOn, ratePerMinute, sparkBuckets } from '../../../domains/factory/rates.ts';
import { shiftCountOf, workedAt } from '../../../domains/factory/worktime.ts';
import { minute, morning, second } from './mill.ts';

const hour = 60 * minute;
const shift = { startedAt: morning, plannedEnd: morning + 8 * hour, target: 8000, produced: 0 };

describe('pace', () => {
  test('a shift on its plan is neither ahead nor behind', () => {
    expect(paceOf({ ...shift, produced: 2000 }, morning + 2 * hour)).toEqual({
      expected: 2000,
      ahead: 0,
      perHour: 1000,
      projected: 8000,
      projectedEnd: morning + 8 * hour,
    });
  });
  test('a slow shift is behind, and its end moves out', () => {
    expect(paceOf({ ...shift, produced: 1000 }, morning + 2 * hour)).toMatchObject({
      ahead: -1000,
      projected: 4000,
      projectedEnd: morning + 16 * hour,
    });
  });
  test('nothing produced gives no projected end, and nothing is divided by zero', () => {
    expect(paceOf(shift, morning)).toEqual({
      expected: 0,
      ahead: 0,
      perHour: 0,
      projected: 0,
      projectedEnd: undefined,
    });
    expect(paceOf({ ...shift, plannedEnd: morning }, morning - 1).expected).toBe(0);
  });
  test('overtime expects the target and no more', () => {
    expect(paceOf({ ...shift, produced: 9000 }, morning + 10 * hour)).toMatchObject({
      expected: 8000,
      ahead: 1000,
      projected: 9000,
    });
  });
  test('an ended shift stands still', () => {
    const ended = { ...shift, produced: 7000, endedAt: morning + 8 * hour };
    expect(paceOf(ended, morning + 9 * hour)).toEqual(paceOf(ended, morning + 90 * hour));
  });
});

describe('rate', () => {
  const none = { spark: [], sparkAt: 0 };
  test('a pulse each second is 60 a minute, at any moment of a bucket', () => {
    const pulses = Array.from({ length: 120 }, (_, index) => ({ at: morning + index * second, count: 1 }));
    for (const offset of [119, 120, 121.5, 125]) {
      const now = morning + offset * second;
      const until = pulses.filter(({ at }) => at <= now);
      const rate = ratePerMinute(addPulses(none, until, now), now);
      expect(Math.abs(rate - 60)).toBeLessThanOrEqual(Math.max(1, offset - 118));
    }
  });
  test('a minute of silence is 0', () => {
    const held = addPulses(none, [{ at: morning, count: 7 }], morning);
    expect(ratePerMinute(held, morning)).toBe(7);
    expect(ratePerMinute(held, morning + 70 * second)).toBe(0);
  });
  test('each pulse lands in the bucket of its own time', () => {
    const now = morning + 25 * second;
    const held = addPulses(
      none,
      [
        { at: morning, count: 1 },
        { at: morning + 24 * second, count: 5 },
      ],
      now,
    );
    expect(held.spark.slice(-4)).toEqual([0, 1, 0, 5]);
    expect(addPulses(held, [{ at: morning - hour, count: 9 }], now)).toEqual(held);
  });
  test('the buckets are bounded, and hold every pulse of their time', () => {
    const pulses = fc.array(fc.record({ at: fc.integer({ min: 0, max: hour }), count: fc.nat(50) }));
    fc.assert(
      fc.property(pulses, (given) => {
        const now = morning + hour;
        const absolute = given.map(({ at, count }) => ({ at: morning + at, count }));
        const { spark, sparkAt } = addPulses(none, absolute, now);
        const reached = sparkAt - (sparkBuckets - 1) * bucketMs;
        const sum = (list: readonly number[]) => list.reduce((total, count) => total + count, 0);
        expect(spark.length).toBe(sparkBuckets);
        expect(sum(spark)).toBe(sum(absolute.filter(({ at }) => at >= reached).map(({ count }) => count)));
      }),
    );
  });
  test('moving on in steps is moving on at once', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 2 * minute }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 30, maxLength: 30 }), steps, (spark, ways) => {
        const held = { spark, sparkAt: morning };
        let now = morning;
        let stepwise = held;
        for (const way of ways) {
          now += way;
          stepwise = moveOn(stepwise, now);
        }
        expect(stepwise).toEqual(moveOn(held, now));
      }),
    );
  });
});

test('work time runs while on the floor and stands still after', () => {
  expect(workedAt({ onFloor: true, since: morning, workedMs: hour }, morning + minute)).toBe(hour + minute);
  expect(workedAt({ onFloor: false, since: morning, workedMs: hour }, morning + minute)).toBe(hour);
  expect(workedAt({ onFloor: false, workedMs: 0 }, morning)).toBe(0);
});

test('the count of another shift does not pass for the present one', () => {
  expect(shiftCountOf({ shift: 'a', shiftCount: 5 }, 'a')).toBe(5);
  expect(shiftCountOf({ shift: 'a', shiftCount: 5 }, 'b')).toBe(0);
  expect(shiftCountOf({ shiftCount: 5 }, undefined)).toBe(0);
});
