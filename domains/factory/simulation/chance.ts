/** Chance and time of the simulation, deterministic by its random source. */
import type { Action, Random } from '../../../core/demo.ts';

export const second = 1000;
export const minute = 60 * second;

/** What one part of the plant does between two moments. */
export type Part = (from: number, to: number) => Action[];

export const whole = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

export const pick = <T>(random: Random, from: readonly [T, ...T[]]): T =>
  from[whole(random, 0, from.length - 1)] ?? from[0];

export const chance = (random: Random, part: number): boolean => random() < part;

/** True on average once each `every` ms, when asked for each `step` ms. */
export const happens = (random: Random, every: number, step: number): boolean =>
  random() < 1 - Math.exp(-step / every);

/** A command on a line. Line `south` is not the demo operator's: there the shift lead speaks. */
export const onLine = (
  line: string,
  name: string,
  input: Record<string, unknown>,
  then?: (result: unknown) => void,
): Action => ({
  kind: 'command',
  as: line === 'north' ? 'operator' : 'shift-lead',
  command: name,
  input: { line, ...input },
  ...(then === undefined ? {} : { then }),
});

/** What is to be done later: `due` gives what has come due, once. */
export function later<T>() {
  const waiting: { at: number; what: T }[] = [];
  return {
    add: (at: number, what: T) => waiting.push({ at, what }),
    due(now: number): T[] {
      const ready = waiting.filter(({ at }) => at <= now);
      waiting.splice(0, waiting.length, ...waiting.filter(({ at }) => at > now));
      return ready.map(({ what }) => what);
    },
  };
}
