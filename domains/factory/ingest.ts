/**
 * From pulses to state: the machine counts them, the active shift counts those that happened within it; a downtime that they
 * end becomes an item. All writes and the device's new position are one transaction, which is what makes the counts exact.
 */
import type { FreshPulses, IngestDef, Item, Write } from '../../core/domain.ts';
import { endOfStop } from './downtimes.ts';
import type { Factory, FactoryItem, Machine } from './entities.ts';
import { keepLate } from './late.ts';
import { lineOf } from './partitions.ts';
import { addPulses, ratePerMinute } from './rates.ts';
import { byClock, byPulses, heardOf, withStanding } from './status.ts';
import { begin } from './track.ts';

/**
 * Devices remembered per machine. A machine has one device, two while it is being replaced; the bound keeps the item
 * small whatever posts to it. A device that twenty others have displaced since begins anew, at 0 or 1.
 */
export const maxDevices = 20;

interface Position {
  device: string;
  next: number;
}

/** Positions, the device heard last at the end. A list, since a DynamoDB map would lose that order. */
function positionsOf({ hidden }: Pick<Item, 'hidden'>): readonly Position[] {
  return Array.isArray(hidden.seq) ? hidden.seq : [];
}

function movePosition(positions: readonly Position[], device: string, next: number): Position[] {
  const others = positions.filter((position) => position.device !== device);
  return [...others, { device, next }].slice(-maxDevices);
}

export const ingest: IngestDef<Factory> = {
  reads: (machineId, directory) => {
    const line = directory.list('line').find(({ data }) => data.machines.includes(machineId))?.key;
    if (line === undefined) return undefined;
    return [
      { partition: lineOf(line), entity: 'machine', key: machineId },
      { partition: lineOf(line), entity: 'shift' },
    ];
  },

  next: (state, machineId, device) => {
    const machine = state.get('machine', machineId);
    return machine && positionsOf(machine).find((position) => position.device === device)?.next;
  },

  run: (state, batch, now) => {
    const machine = state.get('machine', batch.machineId);
    if (machine === undefined) return [];
    const [shift] = state.list('shift');
    const pulses = timely(batch, now).filter(({ count }) => count > 0);
    const startedAt = shift?.data.startedAt ?? Number.POSITIVE_INFINITY;
    const within = sum(pulses.filter(({ at }) => at >= startedAt));
    const states = statesBy(machine, pulses, now);
    const standing = states.at(-1) ?? machine.data;
    const before = states.at(-2) ?? machine.data;
    const write = {
      op: 'update' as const,
      was: machine,
      data: counted(standing, shift, within, pulses, now),
      hidden: {
        ...keepLate(
          begin(machine, states, shift),
          pulses.filter(({ at }) => at < startedAt),
        ),
        seq: movePosition(positionsOf(machine), batch.device, batch.nextSeq),
        contactAt: now,
      },
    };
    return [
      write,
      // Only what the machine's own item holds is needed: a batch that ends a downtime reads no more than another.
      ...endOfStop({ ...machine, data: before }, write.data, shift !== undefined),
      ...(shift !== undefined && within > 0
        ? [{ op: 'add', was: shift, amounts: { produced: within } } satisfies Write<Factory>]
        : []),
    ];
  },
};

interface Timely {
  at: number;
  count: number;
}

/** A device's clock may run ahead: nothing happened later than it was reported. */
function timely({ pulses }: FreshPulses, now: number): Timely[] {
  return pulses.map(({ at, count }) => ({ at: Math.min(at, now), count }));
}

function sum(pulses: readonly { count: number }[]): number {
  return pulses.reduce((total, { count }) => total + count, 0);
}

/**
 * The states that pulses bring a machine to, the oldest first; empty when they change nothing. When the silence before them was
 * too long and no sweep came by, what the sweep would have made of it comes first: whether a short stop is known must not
 * depend on the minute. A silence within one batch is not looked at: a device that was offline posts such.
 */
function statesBy(was: FactoryItem<'machine'>, pulses: readonly Timely[], now: number): Machine[] {
  const heard = heardOf(was);
  const times = pulses.map(({ at }) => at);
  const after = times.filter((at) => at > heard.setAt && at > (was.data.lastPulseAt ?? now));
  const clocked = after.length === 0 ? undefined : byClock(was.data, heard, Math.min(...after));
  // Late pulses do not turn the clock back.
  const silent =
    clocked === undefined || clocked.since < was.data.statusSince
      ? was.data
      : withStanding(was.data, clocked);
  const standing = byPulses(silent, heard, times, now);
  if (standing === undefined) return [];
  const running = withStanding(silent, standing);
  return silent === was.data ? [running] : [silent, running];
}

/** The machine with pulses counted, `within` of them in the shift. */
function counted(
  machine: Machine,
  shift: FactoryItem<'shift'> | undefined,
  within: number,
  pulses: readonly Timely[],
  now: number,
): Machine {
  const spark = addPulses(machine, pulses, now);
  const lastPulseAt = Math.max(machine.lastPulseAt ?? 0, ...pulses.map(({ at }) => at));
  const shiftCount = machine.shift === shift?.key ? machine.shiftCount + within : within;
  return {
    ...machine,
    ...spark,
    rate: ratePerMinute(spark, now),
    counter: machine.counter + sum(pulses),
    ...(lastPulseAt > 0 ? { lastPulseAt } : {}),
    ...(shift === undefined ? {} : { shift: shift.key, shiftCount }),
  };
}
