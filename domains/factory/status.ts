/**
 * The status of a machine. Three sources decide:
 *
 * - pulses: a fresh pulse makes any machine run, but for one in maintenance, whose test strokes count and change nothing;
 * - the clock: silence makes a machine idle, then down (`no_pulses`), then offline;
 * - people: maintenance, down with a reason, back to idle. Never running: only pulses say that.
 *
 * What a person said stays until a person or a later pulse says otherwise: the clock leaves maintenance and a down with
 * a person's reason alone, else the reason would be lost to `offline`.
 */
import type { Item } from '../../core/domain.ts';
import { stopSinceOf } from './downtimes.ts';
import type { DownReason, Machine, MachineStatus } from './entities.ts';

export type HandStatus = Extract<MachineStatus, 'maintenance' | 'down' | 'idle'>;

/** What a person may set, by the present status. Down to down gives another reason, such as for `no_pulses`. */
export const byHand: Record<MachineStatus, readonly HandStatus[]> = {
  running: ['maintenance', 'down'],
  idle: ['maintenance', 'down'],
  down: ['idle', 'maintenance', 'down'],
  maintenance: ['idle', 'down'],
  offline: ['maintenance', 'down'],
};

/** What the rules keep with a machine: when its devices were last heard, when a person last set its status. */
export interface Heard {
  contactAt: number;
  setAt: number;
}

export function heardOf({ hidden }: Pick<Item, 'hidden'>): Heard {
  const { contactAt, setAt } = hidden;
  return {
    contactAt: typeof contactAt === 'number' ? contactAt : 0,
    setAt: typeof setAt === 'number' ? setAt : 0,
  };
}

export interface Standing {
  status: MachineStatus;
  since: number;
  reason?: DownReason;
}

/** The machine with another status. Reason and note belong to a status: the old ones go with it. */
export function withStanding(machine: Machine, { status, since, reason }: Standing, note?: string): Machine {
  const { reason: _reason, note: _note, stopSince: _stopSince, ...rest } = machine;
  const stopSince = stopSinceOf(machine, status, since);
  return {
    ...rest,
    status,
    statusSince: since,
    ...(stopSince === undefined ? {} : { stopSince }),
    ...(reason === undefined ? {} : { reason }),
    ...(note === undefined ? {} : { note }),
  };
}

/**
 * What silence makes of a machine by `now`; undefined when nothing changes. `since` is when the silence grew too long,
 * not when the clock was looked at, so that the answer does not depend on when the sweep runs.
 */
export function byClock(machine: Machine, { contactAt, setAt }: Heard, now: number): Standing | undefined {
  const byPerson = machine.status === 'down' && machine.reason !== 'no_pulses';
  if (machine.status === 'maintenance' || byPerson) return undefined;
  const silent = Math.max(machine.lastPulseAt ?? 0, setAt);
  const lost = Math.max(contactAt, setAt) + machine.offlineAfterMs;
  const standing: Standing | undefined =
    now >= lost
      ? { status: 'offline', since: lost }
      : now >= silent + machine.downAfterMs
        ? { status: 'down', since: silent + machine.downAfterMs, reason: 'no_pulses' }
        : now >= silent + machine.idleAfterMs
          ? { status: 'idle', since: silent + machine.idleAfterMs }
          : undefined;
  return standing?.status === machine.status ? undefined : standing;
}

/**
 * What pulses at these times (epoch ms, none above `now`) make of a machine; undefined when nothing changes. Late pulses
 * and those from before a person set the status say nothing about the present.
 */
export function byPulses(
  machine: Machine,
  { setAt }: Heard,
  times: readonly number[],
  now: number,
): Standing | undefined {
  if (machine.status === 'running' || machine.status === 'maintenance') return undefined;
  const fresh = times.filter((at) => at > setAt && now - at < machine.idleAfterMs);
  return fresh.length === 0 ? undefined : { status: 'running', since: Math.min(...fresh) };
}
