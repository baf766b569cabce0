import { describe, expect, test } from 'vitest';
import { maxDowntimes } from '../../../domains/factory/archive.ts';
import { isUnqualified, reasonsOf, within } from '../../../domains/factory/downtimes.ts';
import type { Downtime, Machine } from '../../../domains/factory/entities.ts';
import type { MemoryTable } from '../../support/memory.ts';
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
  second,
  shiftLead,
} from './mill.ts';

const north = { line: 'north' };
const loom1 = { ...north, machine: 'loom-1' };
const set = (table: MemoryTable, status: string, now: number, more: object = {}) =>
  table.command(operator, 'set-machine-status', { ...loom1, status, ...more }, now);
const downtimes = (table: MemoryTable, partition = 'line/north') =>
  itemsOf(table, 'downtime', partition).map(({ key, data }) => ({ key, ...(data as Downtime) }));

/** A mill whose loom-1 has made a piece in the morning. */
function running() {
  const table = mill();
  const pulse = pulser(table, 'loom-1');
  pulse(morning);
  return { table, pulse };
}

describe('a downtime', () => {
  test('is opened by silence with its exact beginning, and ended by the next pulse', () => {
    const { table, pulse } = running();
    table.sweep(morning + 7 * minute);
    expect(machineOf(table, 'loom-1')).toMatchObject({
      status: 'down',
      reason: 'no_pulses',
      stopSince: morning + 5 * minute,
    });
    expect(downtimes(table)).toEqual([]);
    pulse(morning + 9 * minute);
    expect(machineOf(table, 'loom-1')).not.toHaveProperty('stopSince');
    expect(downtimes(table)).toMatchObject([
      {
        line: 'north',
        machine: 'loom-1',
        from: morning + 5 * minute,
        until: morning + 9 * minute,
        reason: 'no_pulses',
      },
    ]);
    pulse(morning + 9 * minute + second);
    expect(downtimes(table)).toHaveLength(1);
  });

  test('a batch of pulses writes one item more when it ends a downtime, and none otherwise', () => {
    const { table, pulse } = running();
    const written = (call: () => void) => {
      const before = table.changes.length;
      call();
      return table.changes.slice(before).map(({ after }) => after?.entity);
    };
    expect(written(() => pulse(morning + minute))).toEqual(['machine', 'shift']);
    table.sweep(morning + 3 * minute);
    expect(written(() => pulse(morning + 3 * minute))).toEqual(['machine', 'shift']);
    table.sweep(morning + 9 * minute);
    expect(written(() => pulse(morning + 9 * minute))).toEqual(['machine', 'downtime', 'shift']);
  });

  test('goes on when the machine goes offline, and is then one without contact', () => {
    const { table, pulse } = running();
    table.sweep(morning + 6 * minute);
    table.sweep(morning + 20 * minute);
    expect(machineOf(table, 'loom-1')).toMatchObject({
      status: 'offline',
      statusSince: morning + 15 * minute,
      stopSince: morning + 5 * minute,
    });
    pulse(morning + 30 * minute);
    expect(downtimes(table)).toMatchObject([
      { from: morning + 5 * minute, until: morning + 30 * minute, reason: 'no_contact' },
    ]);
  });

  test('takes the reason that a person gives while it lasts, and keeps its beginning', () => {
    const { table, pulse } = running();
    table.sweep(morning + 6 * minute);
    set(table, 'down', morning + 8 * minute, { reason: 'mechanical', note: 'Ремень' });
    pulse(morning + 9 * minute);
    expect(downtimes(table)).toMatchObject([
      { from: morning + 5 * minute, until: morning + 9 * minute, reason: 'mechanical', note: 'Ремень' },
    ]);
  });

  test('and maintenance are two', () => {
    const { table } = running();
    set(table, 'down', morning + minute, { reason: 'electrical' });
    set(table, 'maintenance', morning + 3 * minute);
    const done = set(table, 'idle', morning + 8 * minute);
    expect(downtimes(table)).toMatchObject([
      { from: morning + minute, until: morning + 3 * minute, reason: 'electrical' },
      { from: morning + 3 * minute, until: morning + 8 * minute, reason: 'maintenance' },
    ]);
    expect(done).toEqual({ downtime: downtimes(table)[1]?.key });
  });

  test('that a late pulse proves wrong leaves nothing', () => {
    const { table, pulse } = running();
    table.sweep(morning + 5 * minute);
    expect(machineOf(table, 'loom-1').status).toBe('down');
    pulse(morning + 5 * minute - 20 * second, morning + 5 * minute + 10 * second);
    expect(machineOf(table, 'loom-1').status).toBe('running');
    expect(downtimes(table)).toEqual([]);
  });

  test('of a machine that only waits for its first pulse is none', () => {
    const table = mill();
    pulser(table, 'loom-1')(morning + 60 * minute);
    expect(downtimes(table)).toEqual([]);
  });

  test('of an old item without `stopSince` begins with its status', () => {
    const { table, pulse } = running();
    table.sweep(morning + 6 * minute);
    const was = itemsOf(table, 'machine', 'line/north').find((item) => item.key === 'loom-1');
    if (was === undefined) throw new Error('There is no machine.');
    const { stopSince: _none, ...data } = was.data as Machine;
    table.apply([{ op: 'update', was, data }], morning + 7 * minute);
    pulse(morning + 9 * minute);
    expect(downtimes(table)).toMatchObject([{ from: morning + 5 * minute }]);
  });

  test('that ends while no shift is active goes to the history, which no group sees', () => {
    const { table, pulse } = running();
    table.command(admin, 'end-shift', north, morning + minute);
    table.sweep(morning + 6 * minute);
    pulse(morning + 9 * minute);
    expect(downtimes(table)).toEqual([]);
    expect(downtimes(table, 'history/north')).toHaveLength(1);
  });
});

describe('the reason given afterwards', () => {
  function ended() {
    const { table, pulse } = running();
    table.sweep(morning + 6 * minute);
    pulse(morning + 9 * minute);
    const [downtime] = downtimes(table);
    if (downtime === undefined) throw new Error('There is no downtime.');
    return { table, input: { ...north, downtime: downtime.key } };
  }

  test('names who gave it and when', () => {
    const { table, input } = ended();
    expect(downtimes(table).map(isUnqualified)).toEqual([true]);
    const reason = { ...input, reason: 'thread_break', note: 'Основа' };
    table.command(operator, 'qualify-downtime', reason, morning + 10 * minute);
    expect(downtimes(table)).toMatchObject([
      {
        reason: 'thread_break',
        note: 'Основа',
        qualifiedBy: 'operator',
        qualifiedAt: morning + 10 * minute,
      },
    ]);
    expect(downtimes(table).map(isUnqualified)).toEqual([false]);
  });

  test('the second of two people gets a conflict with the first one’s reason', () => {
    const { table, input } = ended();
    const rev = itemsOf(table, 'downtime', 'line/north')[0]?.rev;
    const now = morning + 10 * minute;
    table.command(operator, 'qualify-downtime', { ...input, reason: 'other', rev }, now);
    const late = { ...input, reason: 'quality', rev };
    expect(refusalOf(() => table.command(shiftLead, 'qualify-downtime', late, now))).toMatchObject({
      code: 'conflict',
      details: { current: { data: { reason: 'other', qualifiedBy: 'operator' } } },
    });
    const same = { ...input, reason: 'other' };
    expect(refusalOf(() => table.command(shiftLead, 'qualify-downtime', same, now))).toMatchObject({
      code: 'conflict',
    });
  });

  test('is refused for a downtime of another line', () => {
    const { table, input } = ended();
    const other = { ...input, line: 'south', reason: 'other' };
    expect(refusalOf(() => table.command(admin, 'qualify-downtime', other, morning))).toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the archive', () => {
  test('takes the downtimes of the shift before, some time after the next began', () => {
    const { table, pulse } = running();
    table.sweep(morning + 6 * minute);
    pulse(morning + 9 * minute);
    table.command(admin, 'end-shift', north, morning + 10 * minute);
    const next = { ...north, title: 'Next', lead: 'X', hours: 8, target: 10 };
    table.command(admin, 'start-shift', next, morning + 11 * minute);
    table.sweep(morning + 12 * minute);
    expect(downtimes(table)).toHaveLength(1);
    table.sweep(morning + 20 * minute);
    expect(downtimes(table)).toEqual([]);
    expect(downtimes(table, 'history/north')).toHaveLength(1);
  });

  test('leaves the newest downtimes of a shift that nobody ends', () => {
    const { table } = running();
    for (let index = 1; index <= maxDowntimes + 70; index += 1) {
      const at = morning + index * 2 * second;
      set(table, 'down', at, { reason: 'other' });
      set(table, 'idle', at + second);
    }
    const now = morning + 30 * minute;
    table.sweep(now);
    table.sweep(now + minute);
    const left = downtimes(table);
    expect(left).toHaveLength(maxDowntimes);
    expect(Math.min(...left.map(({ from }) => from))).toBe(morning + 71 * 2 * second);
    expect(downtimes(table, 'history/north')).toHaveLength(70);
  });
});

describe('sums', () => {
  const window = { from: 100, until: 200 };
  test('only what lies within the time counts, up to now for what goes on', () => {
    expect(within({ from: 50, until: 150 }, window)).toBe(50);
    expect(within({ from: 150, until: 250 }, window)).toBe(50);
    expect(within({ from: 180 }, window)).toBe(20);
    expect(within({ from: 10, until: 100 }, window)).toBe(0);
    expect(within({ from: 300 }, window)).toBe(0);
  });

  test('reasons are summed by time and count, the longest first, without what was no downtime', () => {
    const stop = (reason: Downtime['reason'], from: number, until: number) => ({
      machine: 'm',
      reason,
      from,
      until,
    });
    expect(
      reasonsOf(
        [
          stop('other', 100, 110),
          stop('changeover', 110, 150),
          stop('other', 150, 165),
          stop('signal_lost', 165, 200),
          stop('quality', 0, 50),
        ],
        window,
      ),
    ).toEqual([
      { reason: 'changeover', ms: 40, count: 1 },
      { reason: 'other', ms: 25, count: 2 },
    ]);
  });
});
