/** Time to live: an index of the items by expiry, and the sweeper that removes those that are past it. */
import type { Clock } from '../ports.ts';
import type { Engine } from './engine.ts';
import { type Operation, places, type Store } from './store.ts';
import type { Item, Table } from './types.ts';
import { commit, placeOf, prepare } from './writes.ts';

/** DynamoDB leaves items alone whose expiry lies further back, in seconds. */
const oldestExpiry = 5 * 365 * 86_400;

/** An item's expiry in whole epoch seconds, undefined when it has none. */
export function expiryOf(table: Table, item: Item | undefined): number | undefined {
  const value = table.ttlAttribute === undefined ? undefined : item?.[table.ttlAttribute]?.N;
  const seconds = value === undefined ? Number.NaN : Math.floor(Number(value));
  return seconds >= 0 && seconds < 1e12 ? seconds : undefined;
}

/** What a write changes in the table's index by expiry. */
export function expiryOperations(
  table: Table,
  key: string,
  before: Item | undefined,
  after: Item | undefined,
): Operation[] {
  const old = expiryOf(table, before);
  const now = expiryOf(table, after);
  if (old === now) return [];
  const operations: Operation[] = [];
  if (old !== undefined) operations.push({ type: 'del', key: places.expiry(table.TableName, old, key) });
  if (now !== undefined)
    operations.push({ type: 'put', key: places.expiry(table.TableName, now, key), value: 1 });
  return operations;
}

/** Removes every item of the table that is past its expiry. */
export async function sweep(engine: Engine, table: Table): Promise<void> {
  if (table.ttlAttribute === undefined) return;
  for await (const keys of pastExpiry(engine.store, engine.clock, table)) {
    await Promise.all(keys.map((place) => remove(engine, table, place)));
  }
}

function pastExpiry(store: Store, clock: Clock, table: Table): AsyncGenerator<string[]> {
  const now = Math.floor(clock() / 1000);
  return store.keys({
    gte: places.expiry(table.TableName, Math.max(0, now - oldestExpiry), ''),
    lt: places.expiry(table.TableName, now, ''),
  });
}

async function remove(engine: Engine, table: Table, expiryPlace: string): Promise<void> {
  const key = expiryPlace.split('~')[2] ?? '';
  const place = placeOf({ table, key });
  await engine.locks.run([place], async () => {
    const item = await engine.store.get<Item>(place);
    const expiry = expiryOf(table, item);
    // The item may have been written again since the index was read.
    const due = expiry !== undefined && places.expiry(table.TableName, expiry, key) === expiryPlace;
    const input = { TableName: table.TableName };
    const removal = due ? [await prepare({ kind: 'delete', table, input, key }, item)] : [];
    await commit(engine, removal, [{ type: 'del', key: expiryPlace }], true);
  });
}
