import { expect, test } from 'vitest';
import type { Action, Random } from '../../../core/demo.ts';
import { seed } from '../../../domains/stations/seed.ts';
import { simulate } from '../../../domains/stations/simulate.ts';
import { admin, city, minute, morning, refusalOf, second, slotsOf } from './city.ts';

/** Mulberry32: a random source that a test can repeat. */
function randomOf(start: number): Random {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test('each step of the seed has a key of its own, and run again it adds nothing', () => {
  expect(new Set(seed.map(({ key }) => key)).size).toBe(seed.length);
  const table = city();
  const before = table.items().map(({ entity, key }) => `${entity} ${key}`);
  for (const { command, input } of seed) {
    const refusal = refusalOf(() => table.command(admin, command, input, morning + minute));
    if (command !== 'report') expect(refusal?.code).toBe('conflict');
  }
  expect(table.items().map(({ entity, key }) => `${entity} ${key}`)).toEqual(before);
});

test('an hour of the demo: always something to see, stations alive, bounded, and no battery in two places', () => {
  const table = city();
  const next = simulate(randomOf(7), morning);
  const actions: Action[] = [];
  let conflicts = 0;
  for (let now = morning + second; now <= morning + 60 * minute; now += 5 * second) {
    for (const action of next(now)) {
      if (action.kind !== 'command') throw new Error('Only commands.');
      actions.push(action);
      const refusal = refusalOf(() => action.then?.(table.command(admin, action.command, action.input, now)));
      if (refusal !== undefined) {
        expect(refusal.code).toBe('conflict');
        conflicts += 1;
      }
    }
    if ((now - morning) % minute === 0) table.sweep(now);
  }
  const count = (name: string) =>
    actions.filter((action) => action.kind === 'command' && action.command === name).length;
  expect(count('swap')).toBeGreaterThan(100);
  expect(count('book')).toBeGreaterThan(2);
  expect(conflicts).toBeLessThan(actions.length / 50);
  const held = ['central', 'market', 'harbour', 'university', 'stadium', 'gardens', 'old-town'].flatMap(
    (station) => slotsOf(table, station).flatMap(({ battery }) => battery ?? []),
  );
  expect(new Set(held).size).toBe(held.length);
  expect(held.length).toBeGreaterThan(45);
  const kept = table.items().filter(({ entity }) => entity !== 'booking' && entity !== 'battery');
  expect(kept.length).toBeLessThan(80);
}, 60_000);

test('the same random source gives the same day', () => {
  const day = () => {
    const next = simulate(randomOf(3), morning);
    return JSON.stringify(Array.from({ length: 100 }, (_, at) => next(morning + at * 5 * second)));
  };
  expect(day()).toBe(day());
});
