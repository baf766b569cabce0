/**
 * OEE = availability x performance x quality (Nakajima; the sums as in ISO 22400-2). The one place where it is computed, for
 * rules and screens, of a machine, a line and a shift.
 *
 * - planned time = time of the shift - planned downtime
 * - availability = run time / planned time, run time = planned time - unplanned downtime
 * - performance = pieces made / pieces that the run time has room for at the ideal rate; short silences cost it
 * - quality = good pieces / pieces made
 */
import { lossOf } from './codes.ts';
import { type Standstill, stopOf, type Window, within } from './downtimes.ts';
import type { Machine } from './entities.ts';
import { scrapOf, shiftCountOf } from './worktime.ts';

/** Pieces per minute of a machine whose ideal rate nobody has set. */
export const defaultIdealRate = 40;

/** What OEE is computed from. Tallies of machines add up to that of their line. */
export interface Tally {
  /** Planned time, ms. */
  plannedMs: number;
  runMs: number;
  /** Pieces that the run time has room for at the ideal rate. */
  ideal: number;
  count: number;
  scrap: number;
}

/** Each from 0 to 1; undefined while there is nothing to divide by. */
export interface Oee {
  availability: number | undefined;
  performance: number | undefined;
  quality: number | undefined;
  oee: number | undefined;
  /** More was made than the ideal rate has room for: it is set too low. Performance counts as 1. */
  overIdeal: boolean;
}

const part = (amount: number, of: number) => (of > 0 ? amount / of : undefined);

export function oeeOf({ plannedMs, runMs, ideal, count, scrap }: Tally): Oee {
  const availability = part(runMs, plannedMs);
  const performance = part(Math.min(count, ideal), ideal);
  const quality = part(count - scrap, count);
  // What never ran, or made nothing, has no quality, and yet is no use.
  const useless = availability === 0 || performance === 0;
  const known = availability !== undefined && performance !== undefined && quality !== undefined;
  return {
    availability,
    performance,
    quality,
    oee: known ? availability * performance * quality : useless ? 0 : undefined,
    overIdeal: count > ideal && ideal > 0,
  };
}

/** A machine in a shift. `stops` may hold those of other machines and other times. */
export function tallyOf(
  key: string,
  machine: Machine,
  shift: string | undefined,
  stops: readonly Standstill[],
  window: Window,
): Tally {
  const lost = { planned: 0, unplanned: 0, none: 0 };
  for (const stop of stops) {
    if (stop.machine === key) lost[lossOf[stop.reason]] += within(stop, window);
  }
  const plannedMs = Math.max(0, window.until - window.from - lost.planned);
  const runMs = Math.max(0, plannedMs - lost.unplanned);
  return {
    plannedMs,
    runMs,
    ideal: Math.round((runMs / 60_000) * (machine.idealRate ?? defaultIdealRate)),
    count: shiftCountOf(machine, shift),
    scrap: scrapOf(machine, shift),
  };
}

export const noTally: Tally = { plannedMs: 0, runMs: 0, ideal: 0, count: 0, scrap: 0 };

/** The tally of several machines: sums, so that a machine that makes more weighs more. */
export function sumOf(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, one) => ({
      plannedMs: sum.plannedMs + one.plannedMs,
      runMs: sum.runMs + one.runMs,
      ideal: sum.ideal + one.ideal,
      count: sum.count + one.count,
      scrap: sum.scrap + one.scrap,
    }),
    noTally,
  );
}

interface Keyed<T> {
  key: string;
  data: T;
}

/** All downtimes of a line: those that are over, and those that go on. */
export function stopsOf(
  machines: readonly Keyed<Machine>[],
  downtimes: readonly Keyed<Standstill>[],
): Standstill[] {
  return [
    ...downtimes.map(({ data }) => data),
    ...machines.flatMap(({ key, data }) => {
      const stop = stopOf(data);
      return stop === undefined ? [] : [{ ...stop, machine: key }];
    }),
  ];
}

/** The tallies of a line's machines in a shift. Those that were never heard have none. */
export function talliesOf(
  machines: readonly Keyed<Machine>[],
  stops: readonly Standstill[],
  shift: string | undefined,
  window: Window,
): (Tally & { machine: string })[] {
  return machines
    .filter(({ data }) => data.lastPulseAt !== undefined)
    .map(({ key, data }) => ({ machine: key, ...tallyOf(key, data, shift, stops, window) }));
}
