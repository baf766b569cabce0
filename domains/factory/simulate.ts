/**
 * A day in the demo plant: looms that run, stutter and stop, people who come, go and say why a machine stood, scrap, calls,
 * doors and alarms. It decides what happens next; who calls it posts the pulses and commands through the real interfaces.
 *
 * Deterministic: the same random source and times give the same day. Commands may be refused (`conflict`) when somebody
 * at a screen was faster; that is part of the day.
 */
import type { Action, Random } from '../../core/demo.ts';
import { demoLines } from './seed.ts';
import { minute } from './simulation/chance.ts';
import { calls, people, scrap, shifts } from './simulation/floor.ts';
import { gates } from './simulation/gates.ts';
import { loom } from './simulation/loom.ts';

/** After a pause of the caller, such as a sleeping laptop, only this much is made up for. */
const longestStep = minute;

/** Starts a simulation at `start` (epoch ms). Each call gives what happened since the last one, at most a minute. */
export function simulate(random: Random, start: number): (now: number) => Action[] {
  const looms = demoLines.flatMap(({ line, machines }) =>
    machines.map((machine) => loom(random, line, machine, start)),
  );
  const parts = [...looms, shifts(), people(random), scrap(random), calls(random, start), gates(random)];
  let last = start;
  return (now) => {
    const from = Math.max(last, now - longestStep);
    if (now <= from) return [];
    last = now;
    return parts.flatMap((part) => part(from, now));
  };
}
