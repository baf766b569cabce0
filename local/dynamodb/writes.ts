/**
 * Writes of items. A single write, a transaction and a removal by TTL go the same way: lock the items, read them,
 * prepare each write (conditions, new state, units) without touching anything, then commit everything in one batch.
 */
import updateItem from 'dynalite/actions/updateItem.js';
import db from 'dynalite/db/index.js';
import { type Reported, type Usage, usage, writeUnits } from './capacity.ts';
import type { Engine } from './engine.ts';
import { awsError, check, conditionFailed, invalid } from './errors.ts';
import { expiryOperations } from './expiry.ts';
import { type IndexChange, indexChanges } from './indexes.ts';
import { type Conditions, itemBytes, maxItemBytes, meetsConditions, sameItem } from './item.ts';
import { type Operation, places } from './store.ts';
import type { Item, Table } from './types.ts';

export type WriteKind = 'put' | 'update' | 'delete' | 'check';

/** The validated input of a write. */
export interface WriteInput extends Conditions {
  TableName: string;
  Item?: Item;
  Key?: Item;
  ReturnValues?: string;
  ReturnConsumedCapacity?: Reported;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

/** One write, its key checked. */
export interface Write {
  kind: WriteKind;
  table: Table;
  input: WriteInput;
  /** The item's key within the table. */
  key: string;
}

/** What a write will do, when it is committed. */
export interface Prepared {
  table: Table;
  key: string;
  before: Item | undefined;
  after: Item | undefined;
  indexes: IndexChange[];
  usage: Usage;
  /** What the caller asked for by `ReturnValues`. */
  attributes?: Item;
}

/** @throws AwsError `ValidationException` when the key or item does not fit the table */
export function writeOf(kind: WriteKind, table: Table, input: WriteInput): Write {
  if (kind === 'put') check(db.validateItem(input.Item ?? {}, table));
  else check(db.validateKey(input.Key ?? {}, table));
  return { kind, table, input, key: db.createKey(input.Item ?? input.Key ?? {}, table) };
}

/** Where the written item is kept: also the name of its lock. */
export function placeOf({ table, key }: Pick<Write, 'table' | 'key'>): string {
  return places.item(table.TableName, key);
}

/** @throws AwsError `ConditionalCheckFailedException`, `ValidationException` */
export async function prepare(write: Write, before: Item | undefined): Promise<Prepared> {
  const { kind, table, input, key } = write;
  if (!meetsConditions(input, before)) {
    throw conditionFailed(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? before : undefined);
  }
  const { after, attributes } = await outcome(kind, table, input, before);
  if (after && after !== before && itemBytes(after) > maxItemBytes) {
    throw invalid(`Item size ${kind === 'update' ? 'to update ' : ''}has exceeded the maximum allowed size`);
  }
  const indexes = kind === 'check' ? [] : indexChanges(table, key, before, after);
  const used = usage(table.TableName, Math.max(writeUnits(before), writeUnits(after)));
  for (const { index, global, units } of indexes) {
    (global ? used.globalIndexes : used.localIndexes)[index] = units;
  }
  return { table, key, before, after, indexes, usage: used, ...(attributes && { attributes }) };
}

async function outcome(
  kind: WriteKind,
  table: Table,
  input: WriteInput,
  before: Item | undefined,
): Promise<{ after: Item | undefined; attributes?: Item | undefined }> {
  if (kind === 'check') return { after: before };
  if (kind === 'update') return updated(table, input, before);
  const attributes = input.ReturnValues === 'ALL_OLD' ? before : undefined;
  return { after: kind === 'put' ? input.Item : undefined, attributes };
}

/** Runs dynalite's `updateItem` over a store of one item, and takes what it would put. */
function updated(
  table: Table,
  input: WriteInput,
  before: Item | undefined,
): Promise<{ after: Item | undefined; attributes?: Item | undefined }> {
  let after: Item | undefined;
  const unused = (...args: unknown[]) => (args.at(-1) as () => void)();
  const store = {
    options: { maxItemSize: maxItemBytes },
    getTable: (_name: string, found: (error: null, table: Table) => void) => found(null, table),
    getIndexDb: () => ({ put: unused, del: unused }),
    getItemDb: () => ({
      lock: (_key: string, run: (release: <T>(callback: T) => T) => void) => run((callback) => callback),
      get: (_key: string, found: (error: null, item?: Item) => void) => found(null, before),
      put: (_key: string, item: Item, done: () => void) => {
        after = item;
        done();
      },
    }),
  };
  // The conditions are met; dynalite's own evaluation is not exact.
  const unconditional = { ...input, Key: { ...input.Key }, _condition: undefined, Expected: undefined };
  return new Promise((resolve, reject) => {
    updateItem(store, unconditional, (error, result) => {
      if (error) reject(awsError(error));
      else resolve({ after, attributes: (result as { Attributes?: Item }).Attributes });
    });
  });
}

/**
 * Commits prepared writes in one batch with their index entries, expiries and stream records. An item that stays as it
 * was is not written and has no record.
 * @param more operations of the same batch
 * @param expired true: the items are removed by TTL
 */
export async function commit(
  engine: Engine,
  prepared: readonly Prepared[],
  more: Operation[] = [],
  expired = false,
): Promise<void> {
  const changed = prepared.filter(
    ({ before, after }) => !(before && after ? sameItem(before, after) : before === after),
  );
  const operations = [...more];
  const lagging: Operation[] = [];
  for (const { table, key, before, after, indexes } of changed) {
    const place = places.item(table.TableName, key);
    operations.push(after ? { type: 'put', key: place, value: after } : { type: 'del', key: place });
    for (const index of indexes) (index.global ? lagging : operations).push(...index.operations);
    operations.push(...expiryOperations(table, key, before, after));
    operations.push(...engine.streams.append(table, before, after, expired));
  }
  operations.push(...engine.lag.defer(lagging));
  await engine.store.commit(operations);
  for (const { table } of changed) engine.streams.appended(table);
}
