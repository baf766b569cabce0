/** The demo mill in memory, and the people who act in it. */
import type { Item, Principal } from '../../../core/domain.ts';
import type { Machine, Shift } from '../../../domains/factory/entities.ts';
import { factory } from '../../../domains/factory/index.ts';
import { seed } from '../../../domains/factory/seed.ts';
import { MemoryTable } from '../../support/memory.ts';

/** 2025-11-20T08:00:00Z. */
export const morning = 1_763_625_600_000;
export const second = 1000;
export const minute = 60 * second;

const user = (sub: string, roles: string[], units: string[]): Principal => ({
  kind: 'user',
  sub,
  roles,
  units,
});

export const admin = user('admin', ['admin'], []);
export const operator = user('operator', ['operator'], ['line:north']);
export const southOperator = user('south-operator', ['operator'], ['line:south']);
export const shiftLead = user('shift-lead', ['shift-lead'], ['site:mill', 'line:north', 'line:south']);
export const guard = user('guard', ['security'], ['site:mill']);
export const gate = user('gate', ['gate'], ['site:mill']);
export const cook = user('cook', ['cook'], ['line:north', 'site:mill']);

export function mill(at = morning): MemoryTable {
  const table = new MemoryTable(factory);
  for (const { command, input } of seed) table.command(admin, command, input, at);
  return table;
}

export function itemOf(table: MemoryTable, entity: string, key: string): Item | undefined {
  return table.items().find((item) => item.entity === entity && item.key === key);
}

export function machineOf(table: MemoryTable, key: string): Machine {
  const item = itemOf(table, 'machine', key);
  if (item === undefined) throw new Error(`There is no machine ${key}.`);
  return item.data as Machine;
}

export function shiftOf(table: MemoryTable, line: string): Shift | undefined {
  return table.items().find((item) => item.entity === 'shift' && item.partition === `line/${line}`)?.data as
    | Shift
    | undefined;
}

/** Code and details of what a call throws; undefined when it does not. */
export function refusalOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The items of an entity in a partition. */
export function itemsOf(table: MemoryTable, entity: string, partition: string): Item[] {
  return table.items().filter((item) => item.entity === entity && item.partition === partition);
}

/** A device at a machine: posts one pulse of a time, at that time or later. */
export function pulser(table: MemoryTable, machineId: string) {
  let firstSeq = 1;
  return (at: number, now = at) => {
    firstSeq = table.pulses('pulser', { machineId, firstSeq, pulses: [{ at, count: 1 }] }, now).nextSeq;
  };
}
