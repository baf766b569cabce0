/**
 * From pulses to state: the machine counts them, the active shift counts those that happened within it; a downtime that they
 * end becomes an item. All writes and the device's new position are one transaction, which is what makes the counts exact.
 */
import type { FreshPulses, IngestDef, Item, Write } from '../../core/domain.ts';
import { endOfStop } from './downtimes.ts';
import type { Factory, FactoryItem, Machine } from './entities.ts';
import { lineOf } from './partitions.ts';
import { addPulses, ratePerMinute } from './rates.ts';
import { byPulses, heardOf, withStanding } from './status.ts';

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
    const within =
      shift === undefined ? 0 : sum(timely(batch, now).filter(({ at }) => at >= shift.data.startedAt));
    const write = machineWrite(machine, shift, within, batch, now);
    return [
      write,
      // Only what the machine's own item holds is needed: a batch that ends a downtime reads no more than another.
      ...endOfStop(machine, write.data, shift !== undefined),
      ...(shift !== undefined && within > 0
        ? [{ op: 'add', was: shift, amounts: { produced: within } } satisfies Write<Factory>]
        : []),
    ];
  },
};

/** A device's clock may run ahead: nothing happened later than it was reported. */
function timely({ pulses }: FreshPulses, now: number): { at: number; count: number }[] {
  return pulses.map(({ at, count }) => ({ at: Math.min(at, now), count }));
}

function sum(pulses: readonly { count: number }[]): number {
  return pulses.reduce((total, { count }) => total + count, 0);
}

function machineWrite(
  was: FactoryItem<'machine'>,
  shift: FactoryItem<'shift'> | undefined,
  within: number,
  batch: FreshPulses,
  now: number,
): { op: 'update'; was: FactoryItem<'machine'>; data: Machine; hidden: Record<string, unknown> } {
  const pulses = timely(batch, now).filter(({ count }) => count > 0);
  const times = pulses.map(({ at }) => at);
  const standing = byPulses(was.data, heardOf(was), times, now);
  const data = standing === undefined ? was.data : withStanding(was.data, standing);
  const spark = addPulses(data, pulses, now);
  const lastPulseAt = Math.max(data.lastPulseAt ?? 0, ...times);
  const shiftCount = data.shift === shift?.key ? data.shiftCount + within : within;
  return {
    op: 'update',
    was,
    data: {
      ...data,
      ...spark,
      rate: ratePerMinute(spark, now),
      counter: data.counter + sum(pulses),
      ...(lastPulseAt > 0 ? { lastPulseAt } : {}),
      ...(shift === undefined ? {} : { shift: shift.key, shiftCount }),
    },
    hidden: {
      ...was.hidden,
      seq: movePosition(positionsOf(was), batch.device, batch.nextSeq),
      contactAt: now,
    },
  };
}
