import { describe, expect, test } from 'vitest';
import { entities, keptDays, type Report } from '../../../domains/factory/entities.ts';
import type { MemoryTable } from '../../support/memory.ts';
import { admin, itemOf, itemsOf, machineOf, mill, minute, morning } from './mill.ts';

const north = { line: 'north' };

/** A device with kept pulses: posts so many a minute from `from` on, at `now`. */
function poster(table: MemoryTable, machineId: string) {
  let firstSeq = 1;
  return (from: number, minutes: number, now: number) => {
    const pulses = Array.from({ length: minutes }, (_, index) => ({ at: from + index * minute, count: 2 }));
    firstSeq = table.pulses(`of-${machineId}`, { machineId, firstSeq, pulses }, now).nextSeq;
  };
}

/** A line whose shift has ended after an hour; each machine has run in its first minute. */
function ended() {
  const table = mill();
  const posts = { one: poster(table, 'loom-1'), two: poster(table, 'loom-2') };
  posts.one(morning, 1, morning);
  posts.two(morning, 1, morning);
  table.sweep(morning + 30 * minute);
  table.command(admin, 'end-shift', north, morning + 60 * minute);
  const [report] = itemsOf(table, 'report', 'line/north');
  const reportNow = () => itemsOf(table, 'report', 'line/north').find(({ key }) => key === report?.key);
  return { table, posts, report: () => reportNow()?.data as Report, keyOf: () => report?.key ?? '' };
}
const countOf = ({ machines }: Report, machine: string) =>
  machines.find((one) => one.machine === machine)?.count;

describe('pulses that come after their shift', () => {
  test('correct its report, each once, and what was late is told', () => {
    const { table, posts, report } = ended();
    expect(report()).not.toHaveProperty('correctedAt');
    const before = report().produced;
    const next = { ...north, title: 'Next', lead: 'X', hours: 8, target: 10 };
    table.command(admin, 'start-shift', next, morning + 61 * minute);
    posts.one(morning + 2 * minute, 40, morning + 90 * minute);
    table.sweep(morning + 90 * minute);
    expect(report()).toMatchObject({
      produced: before + 80,
      late: 80,
      correctedAt: morning + 90 * minute,
    });
    expect(countOf(report(), 'loom-1')).toBe(82);
    expect(itemOf(table, 'machine', 'loom-1')?.hidden).not.toHaveProperty('late');
    table.sweep(morning + 91 * minute);
    expect(report().produced).toBe(before + 80);
    expect(machineOf(table, 'loom-1').counter).toBe(82);
    expect(itemsOf(table, 'shift', 'line/north')[0]?.data).toMatchObject({ produced: 0 });
  });

  test('of two machines correct it one minute after the other, and nothing is lost', () => {
    const { table, posts, report } = ended();
    const before = report().produced;
    posts.one(morning + 2 * minute, 10, morning + 70 * minute);
    posts.two(morning + 2 * minute, 20, morning + 70 * minute);
    table.sweep(morning + 70 * minute);
    expect(report().produced).toBe(before + 20);
    posts.two(morning + 25 * minute, 3, morning + 70.5 * minute);
    table.sweep(morning + 71 * minute);
    expect(report()).toMatchObject({ produced: before + 66, late: 66 });
    expect(countOf(report(), 'loom-2')).toBe(48);
  });

  test('that belong to no shift here correct nothing', () => {
    const { table, posts, report } = ended();
    const before = report();
    posts.one(morning - 30 * minute, 5, morning + 70 * minute);
    posts.one(morning + 65 * minute, 2, morning + 70 * minute);
    table.sweep(morning + 70 * minute);
    expect(report()).toEqual(before);
    expect(itemOf(table, 'machine', 'loom-1')?.hidden).not.toHaveProperty('late');
  });
});

test('what is over goes by itself, what goes on does not', () => {
  const kept = keptDays * 24 * 60 * minute;
  const { table } = ended();
  const shift = table
    .items()
    .find(({ entity, partition }) => entity === 'shift' && partition === 'history/north');
  expect(entities.shift.until?.(shift?.data as never)).toBe(morning + 60 * minute + kept);
  const [running] = itemsOf(table, 'shift', 'line/south');
  expect(entities.shift.until?.(running?.data as never)).toBeUndefined();
  for (const entity of ['andon', 'security'] as const) {
    const open = table.items().find((item) => item.entity === entity);
    expect([entity, entities[entity].until?.(open?.data as never)]).toEqual([entity, undefined]);
  }
  for (const entity of ['site', 'line', 'machine', 'employee', 'claim'] as const) {
    expect(entities[entity].until).toBeUndefined();
  }
});
