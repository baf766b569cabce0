/**
 * A day in the demo network: batteries charge, cabinets report, people walk in and swap, somebody books now and then. It decides what
 * happens next; who calls it posts the commands through the real interfaces, as admin.
 *
 * Deterministic by the random source and the times. Bounded: at most `mostOut` batteries are out with walk-ins, and what
 * goes out comes back.
 */
import type { Action, Random, Simulate } from '../../core/demo.ts';
import { demoStations } from './seed.ts';
import { bookableAt } from './slots.ts';

/** How often each cabinet reports, in ms. */
const reportMs = 10_000;
/** Per cent a minute that a battery gains. */
const gainPerMinute = 4;
const mostOut = 6;
/** Batteries in all cabinets below which new ones are brought: a run that is ended loses those that were out. */
const fewest = 55;
/** After a pause of the caller, such as a sleeping laptop, only this much is made up for. */
const longestStep = 60_000;

interface Cabinet {
  station: string;
  charges: (number | null)[];
  reportAt: number;
  /** Never heard of: the demo's offline station. */
  silent: boolean;
}

const act = (
  command: string,
  input: Readonly<Record<string, unknown>>,
  then?: (result: unknown) => void,
): Action => ({ kind: 'command', as: 'admin', command, input, ...(then === undefined ? {} : { then }) });

/** True on average once each `every` ms, when asked for each `step` ms. */
const happens = (random: Random, every: number, step: number) => random() < 1 - Math.exp(-step / every);

export const simulate: Simulate = (random, start) => {
  const cabinets: Cabinet[] = demoStations.map(([station, , , , , slots, charges], index) => ({
    station,
    charges: Array.from({ length: slots }, (_, at) => charges[at] ?? null),
    reportAt: start + index * 1200,
    silent: station === 'airport',
  }));
  const live = cabinets.filter(({ silent }) => !silent);
  /** Batteries that walk-ins have out. */
  const out: string[] = [];
  let booking: { station: string; until: number } | undefined;
  let last = start;

  const charge = ({ charges }: Cabinet, ms: number) => {
    for (const [at, level] of charges.entries()) {
      if (level !== null) charges[at] = Math.min(100, level + (gainPerMinute * ms) / 60_000);
    }
  };

  /** Takes over what the cabinet really holds: people add, take and book too, and an earlier run may have left it otherwise. */
  const adopt = (cabinet: Cabinet, result: unknown) => {
    const known = (result as { charges: (number | null)[] }).charges;
    cabinet.charges = known.map((level, at) => {
      const ours = cabinet.charges[at] ?? null;
      return level === null || ours === null || Math.abs(ours - level) > 5 ? level : ours;
    });
  };

  /** A cabinet that has a battery to give. */
  const somewhere = () => {
    const open = live.filter(({ charges }) => charges.some((level) => (level ?? 0) > bookableAt));
    return open[Math.floor(random() * open.length)];
  };

  const swap = (cabinet: Cabinet): Action => {
    const back = out.length >= mostOut || (out.length > 0 && random() < 0.8) ? out[0] : undefined;
    const level = 8 + Math.floor(random() * 25);
    return act(
      'swap',
      {
        station: cabinet.station,
        ...(back === undefined ? {} : { returned: { battery: back, charge: level } }),
      },
      (result) => {
        const done = result as { slot: number; battery: string; returnedTo?: number };
        // Only now: a refused swap leaves the battery with who came.
        out.splice(0, out.length, ...out.filter((key) => key !== back), done.battery);
        cabinet.charges[done.slot - 1] = null;
        if (done.returnedTo !== undefined) cabinet.charges[done.returnedTo - 1] = level;
      },
    );
  };

  /** One booking at a time, held for some minutes and given up. */
  const bookings = (now: number, ms: number): Action[] => {
    if (booking === undefined) {
      const cabinet = somewhere();
      if (cabinet === undefined || !happens(random, 300_000, ms)) return [];
      const { station } = cabinet;
      return [
        act('book', { station }, () => {
          booking = { station, until: now + 240_000 + random() * 480_000 };
        }),
      ];
    }
    if (now < booking.until) return [];
    const { station } = booking;
    booking = undefined;
    return [act('cancel-booking', { station })];
  };

  return (now) => {
    const from = Math.max(last, now - longestStep);
    if (now <= from) return [];
    last = now;
    const ms = now - from;
    const actions: Action[] = bookings(now, ms);
    for (const cabinet of live) {
      charge(cabinet, ms);
      if (cabinet.reportAt > now) continue;
      cabinet.reportAt = now + reportMs;
      const charges = cabinet.charges.map((level) => (level === null ? null : Math.floor(level)));
      actions.push(act('report', { station: cabinet.station, charges }, (result) => adopt(cabinet, result)));
    }
    const cabinet = somewhere();
    if (cabinet !== undefined && happens(random, 20_000, ms)) actions.push(swap(cabinet));
    const held = live.flatMap(({ charges }) => charges.filter((level) => level !== null)).length;
    if (cabinet !== undefined && held < fewest && happens(random, 20_000, ms)) {
      const battery = `n-${now.toString(36)}`;
      actions.push(act('add-battery', { station: cabinet.station, battery, charge: 35 }));
    }
    return actions;
  };
};
