/**
 * A day in the demo plant: looms that run, stutter and stop, people who come, go and say why a machine stands, doors
 * and alarms. It decides what happens next; who calls it posts the pulses and commands through the real interfaces.
 *
 * Deterministic: the same random source and times give the same day. Commands may be refused (`conflict`) when somebody
 * at a screen was faster; that is part of the day.
 */
import type { Action, Random } from '../../core/demo.ts';
import type { Pulse } from '../../core/domain.ts';
import type { Security } from './entities.ts';
import { demoLines, demoPeople, demoSite } from './seed.ts';

const second = 1000;
const minute = 60 * second;

/** After a pause of the caller, such as a sleeping laptop, only this much is made up for. */
const longestStep = minute;

/** The shifts change at 06:00, 14:00 and 22:00 UTC. */
const shiftMs = 8 * 60 * minute;
const shiftOffset = 6 * 60 * minute;
const shiftOf = (time: number) => Math.floor((time - shiftOffset) / shiftMs);
const shiftTitles = ['Утренняя смена', 'Вечерняя смена', 'Ночная смена'];

const whole = (random: Random, least: number, most: number) =>
  least + Math.floor(random() * (most - least + 1));
const pick = <T>(random: Random, from: readonly [T, ...T[]]): T =>
  from[whole(random, 0, from.length - 1)] ?? from[0];

const chance = (random: Random, part: number) => random() < part;

/** True on average once each `every` ms, when asked for each `step` ms. */
const happens = (random: Random, every: number, step: number) => random() < 1 - Math.exp(-step / every);

/** Starts a simulation at `start` (epoch ms). Each call gives what happened since the last one, at most a minute. */
export function simulate(random: Random, start: number): (now: number) => Action[] {
  const looms = demoLines.flatMap(({ line, machines }) =>
    machines.map((machine) => loom(random, line, machine, start)),
  );
  const parts = [...looms, shifts(), people(random), gates(random)];
  let last = start;
  return (now) => {
    const from = Math.max(last, now - longestStep);
    if (now <= from) return [];
    last = now;
    return parts.flatMap((part) => part(from, now));
  };
}

type Part = (from: number, to: number) => Action[];

/** Line `south` is not the demo operator's: there the shift lead speaks. */
const command = (line: string, name: string, input: Record<string, unknown>): Action => ({
  kind: 'command',
  as: line === 'north' ? 'operator' : 'shift-lead',
  command: name,
  input: { line, ...input },
});

/** What a loom is at: it pulses at its pace, pauses shortly, or stands until somebody has repaired it. */
type Phase =
  | { at: 'run' | 'pause'; until: number }
  | { at: 'stand'; until: number; told: boolean; tell: number };

function loom(random: Random, line: string, machine: string, start: number): Part {
  const perMinute = whole(random, 18, 55);
  let phase: Phase = { at: 'run', until: start + whole(random, 1, 9) * minute };
  let next = start + random() * second;
  /** Pulses that the device keeps while its network is away. */
  let kept: Pulse[] = [];
  let awayUntil = 0;

  function pulsesOf(from: number, to: number): Pulse[] {
    const pulses: Pulse[] = [];
    next = Math.max(next, from);
    while (next <= to) {
      pulses.push({ at: Math.floor(next), count: 1 });
      next += (minute / perMinute) * (0.8 + random() * 0.4);
    }
    return pulses;
  }

  function turn(now: number): Action[] {
    if (now < phase.until) return tellWhy(now);
    const repaired = phase.at === 'stand' && phase.told;
    if (phase.at !== 'run') {
      phase = { at: 'run', until: now + whole(random, 3, 15) * minute };
      next = now + random() * second;
      return repaired ? [command(line, 'set-machine-status', { machine, status: 'idle' })] : [];
    }
    phase = chance(random, 0.2)
      ? {
          at: 'stand',
          until: now + whole(random, 3, 9) * minute,
          told: false,
          tell: now + whole(random, 15, 80) * second,
        }
      : { at: 'pause', until: now + whole(random, 20, 100) * second };
    return [];
  }

  function tellWhy(now: number): Action[] {
    if (phase.at !== 'stand' || phase.told || now < phase.tell) return [];
    phase = { ...phase, told: true };
    if (chance(random, 0.2)) return [command(line, 'set-machine-status', { machine, status: 'maintenance' })];
    const reason = pick(random, ['thread_break', 'thread_break', 'no_material', 'mechanical', 'changeover']);
    return [command(line, 'set-machine-status', { machine, status: 'down', reason })];
  }

  return (from, to) => {
    const running = phase.at === 'run';
    const said = turn(to);
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

/** A shift ends in one step and the next begins in the following one: a step's actions may run side by side. */
function shifts(): Part {
  const asLead = (name: string, input: Record<string, unknown>): Action => ({
    kind: 'command',
    as: 'shift-lead',
    command: name,
    input,
  });
  let title: string | undefined;
  return (from, to) => {
    const due = title;
    title = shiftOf(from) === shiftOf(to) ? undefined : shiftTitles[shiftOf(to) % shiftTitles.length];
    if (due !== undefined)
      return demoLines.map(({ line, shift }) => asLead('start-shift', { line, ...shift, title: due }));
    return title === undefined ? [] : demoLines.map(({ line }) => asLead('end-shift', { line }));
  };
}

/** Everybody takes breaks, one person at a time. */
function people(random: Random): Part {
  const staff = demoPeople.map(([line, employee, , , onFloor]) => ({ line, employee, onFloor }));
  return (from, to) => {
    if (!happens(random, 2 * minute, to - from)) return [];
    const person = staff[whole(random, 0, staff.length - 1)];
    if (person === undefined) return [];
    person.onFloor = !person.onFloor;
    return [command(person.line, person.onFloor ? 'clock-in' : 'clock-out', { employee: person.employee })];
  };
}

const places = ['Склад пряжи', 'Gate 1', 'Gate 2', 'Красильный цех', 'Server room', 'Loading dock'] as const;
const kinds: readonly [Security['kind'], ...Security['kind'][]] = [
  'door',
  'door',
  'door',
  'access_denied',
  'alarm',
];

function gates(random: Random): Part {
  const open: { event: string; answerAt: number }[] = [];
  return (from, to) => {
    const answered = open.filter(({ answerAt }) => answerAt <= to);
    open.splice(0, open.length, ...open.filter(({ answerAt }) => answerAt > to));
    const actions = answered.map(
      ({ event }): Action => ({
        kind: 'command',
        as: 'shift-lead',
        command: 'acknowledge-security',
        input: { site: demoSite, event },
      }),
    );
    if (!happens(random, 3 * minute, to - from)) return actions;
    const event = `gate-${to.toString(36)}-${whole(random, 0, 9999)}`;
    const kind = pick(random, kinds);
    open.push({ event, answerAt: to + whole(random, 20, 240) * second });
    const input = {
      site: demoSite,
      event,
      kind,
      place: pick(random, places),
      ...(kind === 'access_denied' ? { person: `Badge ${whole(random, 4000, 4999)}` } : {}),
    };
    return [...actions, { kind: 'command', as: 'admin', command: 'report-security', input }];
  };
}
