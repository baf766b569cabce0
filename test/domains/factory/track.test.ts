import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { downReasons, machineStatuses } from '../../../domains/factory/codes.ts';
import type { Machine, Track } from '../../../domains/factory/entities.ts';
import { bandOf, maxStates } from '../../../domains/factory/track.ts';
import { admin, itemOf, itemsOf, machineOf, mill, minute, morning, operator, pulser } from './mill.ts';

const north = { line: 'north' };
const trackOf = (table: ReturnType<typeof mill>) => itemOf(table, 'track', 'loom-1')?.data as Track;
const statesOf = (table: ReturnType<typeof mill>) =>
  trackOf(table).states.map(([at, index]) => [at, machineStatuses[index]]);

describe('the track', () => {
  test('notes each state with its exact beginning', () => {
    const table = mill();
    const pulse = pulser(table, 'loom-1');
    table.sweep(morning + minute);
    pulse(morning + 2 * minute);
    table.sweep(morning + 2.5 * minute);
    table.sweep(morning + 4 * minute);
    pulse(morning + 4 * minute + 5000);
    table.command(
      operator,
      'set-machine-status',
      { ...north, machine: 'loom-1', status: 'maintenance' },
      morning + 6 * minute,
    );
    table.sweep(morning + 7 * minute);
    expect(statesOf(table)).toEqual([
      [0, 'offline'],
      [120, 'running'],
      [180, 'idle'],
      [245, 'running'],
      [305, 'idle'],
      [360, 'maintenance'],
    ]);
  });

  test('forgets a silence that a late pulse proves wrong', () => {
    const table = mill();
    const pulse = pulser(table, 'loom-1');
    pulse(morning);
    table.sweep(morning + minute);
    expect(statesOf(table).at(-1)).toEqual([60, 'idle']);
    pulse(morning + 40_000, morning + minute + 5000);
    table.sweep(morning + minute + 10_000);
    expect(statesOf(table)).toEqual([
      [0, 'running'],
      [40, 'running'],
    ]);
  });

  test('has every state, however short: what begins and ends between two sweeps, too', () => {
    const table = mill();
    const pulse = pulser(table, 'loom-1');
    const set = (status: string, at: number, more: object = {}) =>
      table.command(operator, 'set-machine-status', { ...north, machine: 'loom-1', status, ...more }, at);
    table.sweep(morning + 1000);
    pulse(morning + 2000);
    set('down', morning + 10_000, { reason: 'quality' });
    set('idle', morning + 15_000);
    pulse(morning + 20_000);
    set('maintenance', morning + 30_000);
    set('idle', morning + 31_000);
    pulse(morning + 40_000);
    table.sweep(morning + minute);
    const all = [
      [0, 'offline'],
      [2, 'running'],
      [10, 'down'],
      [15, 'idle'],
      [20, 'running'],
      [30, 'maintenance'],
      [31, 'idle'],
      [40, 'running'],
    ];
    expect(statesOf(table)).toEqual(all);
    // What was moved is not kept twice.
    expect(itemOf(table, 'machine', 'loom-1')?.hidden).not.toHaveProperty('begun');
    table.sweep(morning + minute + 1000);
    expect(statesOf(table)).toEqual(all);
  });

  test('has a silence that no sweep saw', () => {
    const table = mill();
    const pulse = pulser(table, 'loom-1');
    pulse(morning);
    table.sweep(morning + 50_000);
    pulse(morning + 80_000);
    table.sweep(morning + 110_000);
    expect(statesOf(table)).toEqual([
      [0, 'running'],
      [60, 'idle'],
      [80, 'running'],
    ]);
    // Long enough for a downtime: it is the same as one that a sweep has seen.
    pulse(morning + 80_000 + 6 * minute);
    expect(itemsOf(table, 'downtime', 'line/north').map(({ data }) => data)).toMatchObject([
      { from: morning + 80_000 + 5 * minute, until: morning + 80_000 + 6 * minute, reason: 'no_pulses' },
    ]);
  });

  test('is of one shift: the old one goes to the history when the next is swept', () => {
    const table = mill();
    table.sweep(morning + minute);
    const { shift } = trackOf(table);
    table.command(admin, 'end-shift', north, morning + 2 * minute);
    table.sweep(morning + 3 * minute);
    expect(trackOf(table).shift).toBe(shift);
    const next = { ...north, title: 'Next', lead: 'X', hours: 8, target: 10 };
    table.command(admin, 'start-shift', next, morning + 4 * minute);
    table.sweep(morning + 5 * minute);
    expect(trackOf(table)).toMatchObject({ states: [[0, machineStatuses.indexOf('offline')]] });
    expect(trackOf(table).shift).not.toBe(shift);
    expect(itemsOf(table, 'track', 'history/north').map(({ key }) => key)).toContain(`loom-1.${shift}`);
  });

  test('is bounded', () => {
    const table = mill();
    const pulse = pulser(table, 'loom-1');
    for (let index = 0; index <= maxStates; index += 1) {
      const at = morning + 2 * index * minute;
      pulse(at);
      table.sweep(at + 1000);
      table.sweep(at + minute);
    }
    expect(trackOf(table).states).toHaveLength(maxStates);
    expect(JSON.stringify(trackOf(table)).length).toBeLessThan(8 * 1024);
  });
});

describe('the band', () => {
  const window = { from: morning, until: morning + 60 * minute };
  const at = (minutes: number) => morning + minutes * minute;
  const running: Machine = {
    ...machineOf(mill(), 'loom-1'),
    status: 'running',
    statusSince: at(50),
    lastPulseAt: at(60),
  };
  const track = (...states: [number, number][]): Track => ({
    line: 'north',
    shift: 's',
    startedAt: morning,
    states,
  });

  test('lays downtimes over the track, and the present state over both', () => {
    const stops = [{ machine: 'loom-1', from: at(20), until: at(30), reason: 'mechanical' as const }];
    const band = bandOf('loom-1', running, track([0, 0], [600, 1], [1200, 2]), stops, window);
    expect(band).toEqual([
      { from: at(0), until: at(10), status: 'running' },
      { from: at(10), until: at(20), status: 'idle' },
      { from: at(20), until: at(30), status: 'down', reason: 'mechanical' },
      { from: at(30), until: at(50), status: 'down' },
      { from: at(50), until: at(60), status: 'running' },
    ]);
  });

  test('of a downtime that goes on reaches from its beginning to now', () => {
    const down: Machine = {
      ...running,
      status: 'offline',
      statusSince: at(45),
      stopSince: at(35),
    };
    expect(bandOf('loom-1', down, undefined, [], window)).toEqual([
      { from: at(35), until: at(60), status: 'offline', reason: 'no_contact' },
    ]);
  });

  test('never overlaps and never leaves the shift, whatever it is made of', () => {
    const time = fc.integer({ min: -60, max: 120 });
    const stop = fc.record({ from: time, length: fc.nat(60), reason: fc.constantFrom(...downReasons) });
    const state = fc.tuple(fc.nat(7200), fc.nat(4));
    fc.assert(
      fc.property(
        fc.array(stop, { maxLength: 8 }),
        fc.array(state, { maxLength: 8 }),
        time,
        (given, states, since) => {
          const stops = given.map(({ from, length, reason }) => ({
            machine: 'loom-1',
            reason,
            from: at(from),
            until: at(from + length),
          }));
          const sorted = [...states].sort((a, b) => a[0] - b[0]);
          const held = { ...running, statusSince: Math.min(at(since), window.until) };
          const band = bandOf('loom-1', held, track(...sorted), stops, window);
          let end = window.from;
          for (const { from, until } of band) {
            expect(from).toBeGreaterThanOrEqual(end);
            expect(until).toBeGreaterThan(from);
            end = until;
          }
          expect(end).toBeLessThanOrEqual(window.until);
        },
      ),
    );
  });
});
