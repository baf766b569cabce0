/** A loom of the demo: it pulses at its pace, pauses shortly, or stands until somebody has repaired it. */
import type { Action, Random } from '../../../core/demo.ts';
import type { Pulse } from '../../../core/domain.ts';
import type { DownReason } from '../entities.ts';
import { demoIdealRate } from '../seed.ts';
import { chance, happens, later, minute, onLine, type Part, pick, second, whole } from './chance.ts';

/**
 * A stand is told while it lasts (`tell` is when), or found out afterwards: then it is a downtime without a reason, and
 * somebody gives one a little later.
 */
type Phase =
  | { at: 'run' | 'pause'; until: number }
  | { at: 'stand'; until: number; told: boolean; tell: number };

const reasons: readonly [DownReason, ...DownReason[]] = [
  'thread_break',
  'thread_break',
  'no_material',
  'mechanical',
  'changeover',
];

export function loom(random: Random, line: string, machine: string, start: number): Part {
  const perMinute = demoIdealRate(machine) * (0.82 + random() * 0.15);
  let phase: Phase = { at: 'run', until: start + whole(random, 1, 9) * minute };
  let next = start + random() * second;
  /** Pulses that the device keeps while its network is away. */
  let kept: Pulse[] = [];
  let awayUntil = 0;
  const unqualified = later<string>();
  let now = start;

  function pulsesOf(from: number, to: number): Pulse[] {
    const pulses: Pulse[] = [];
    next = Math.max(next, from);
    while (next <= to) {
      pulses.push({ at: Math.floor(next), count: 1 });
      next += (minute / perMinute) * (0.8 + random() * 0.4);
    }
    return pulses;
  }

  /** Puts the loom back to work; the downtime that this ends, if it has no reason, gets one in a while. */
  function backToWork(unsaid: boolean): Action {
    const qualifyAt = now + whole(random, 20, 150) * second;
    return onLine(line, 'set-machine-status', { machine, status: 'idle' }, (result) => {
      const ended = (result as { downtime?: string }).downtime;
      if (unsaid && ended !== undefined) unqualified.add(qualifyAt, ended);
    });
  }

  function turn(): Action[] {
    if (now < phase.until) return tellWhy();
    const { at } = phase;
    if (at !== 'run') {
      const told = phase.at === 'stand' && phase.told;
      phase = { at: 'run', until: now + whole(random, 3, 15) * minute };
      next = now + random() * second;
      // Who pulls a thread in and starts the loom tells nobody: then the pulses end the downtime.
      return at === 'stand' && (told || chance(random, 0.7)) ? [backToWork(!told)] : [];
    }
    phase = chance(random, 0.2)
      ? {
          at: 'stand',
          until: now + whole(random, 3, 9) * minute,
          told: false,
          tell: now + (chance(random, 0.65) ? whole(random, 15, 80) * second : 60 * minute),
        }
      : { at: 'pause', until: now + whole(random, 20, 100) * second };
    return [];
  }

  function tellWhy(): Action[] {
    if (phase.at !== 'stand' || phase.told || now < phase.tell) return [];
    phase = { ...phase, told: true };
    if (chance(random, 0.25)) return [onLine(line, 'set-machine-status', { machine, status: 'maintenance' })];
    return [onLine(line, 'set-machine-status', { machine, status: 'down', reason: pick(random, reasons) })];
  }

  return (from, to) => {
    now = to;
    const running = phase.at === 'run';
    const said = [
      ...turn(),
      ...unqualified
        .due(to)
        .map((downtime) => onLine(line, 'qualify-downtime', { downtime, reason: pick(random, reasons) })),
    ];
    if (running) kept.push(...pulsesOf(from, to));
    if (to < awayUntil || kept.length === 0) return said;
    if (happens(random, 20 * minute, to - from)) {
      awayUntil = to + whole(random, 5, 25) * second;
      return said;
    }
    const pulses = kept;
    kept = [];
    return [{ kind: 'pulses', machineId: machine, pulses }, ...said];
  };
}
