/** Capacity units, as DynamoDB counts and reports them. */
import { itemBytes } from './item.ts';
import type { Item } from './types.ts';

/** Steps of a write and of a read unit in bytes. */
const writeStep = 1024;
const readStep = 4096;

/** Write units of an item: one for each KB begun, at least one. */
export function writeUnits(item: Item | undefined): number {
  return Math.max(1, Math.ceil((item ? itemBytes(item) : 0) / writeStep));
}

/**
 * Read units of so many bytes: one for each 4 KB begun, at least one.
 * @param rate 1 consistent, 0.5 eventually consistent, 2 transactional
 */
export function readUnits(bytes: number, rate: number): number {
  return Math.max(1, Math.ceil(bytes / readStep)) * rate;
}

/** The units that one call used on one table. */
export interface Usage {
  table: string;
  units: number;
  /** By index name. */
  globalIndexes: Record<string, number>;
  localIndexes: Record<string, number>;
}

export function usage(table: string, units = 0): Usage {
  return { table, units, globalIndexes: {}, localIndexes: {} };
}

/** All units of the usage, its indexes included. */
export function totalUnits({ units, globalIndexes, localIndexes }: Usage): number {
  const all = [...Object.values(globalIndexes), ...Object.values(localIndexes)];
  return all.reduce((total, more) => total + more, units);
}

/** One usage for each table. */
export function byTable(usages: readonly Usage[]): Usage[] {
  const tables = new Map<string, Usage>();
  for (const each of usages) {
    const sum = tables.get(each.table) ?? usage(each.table);
    tables.set(each.table, sum);
    sum.units += each.units;
    add(sum.globalIndexes, each.globalIndexes);
    add(sum.localIndexes, each.localIndexes);
  }
  return [...tables.values()];
}

function add(sum: Record<string, number>, more: Record<string, number>): void {
  for (const [name, units] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + units;
}

export type Reported = 'INDEXES' | 'TOTAL' | 'NONE' | undefined;

/** `ConsumedCapacity` of a reply, undefined when it was not asked for. */
export function consumed(reported: Reported, used: Usage): object | undefined {
  if (reported !== 'INDEXES' && reported !== 'TOTAL') return undefined;
  const capacity = { TableName: used.table, CapacityUnits: totalUnits(used) };
  if (reported === 'TOTAL') return capacity;
  return {
    ...capacity,
    Table: { CapacityUnits: used.units },
    GlobalSecondaryIndexes: perIndex(used.globalIndexes),
    LocalSecondaryIndexes: perIndex(used.localIndexes),
  };
}

function perIndex(units: Record<string, number>): object | undefined {
  const entries = Object.entries(units).map(([name, CapacityUnits]) => [name, { CapacityUnits }]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
