/** The entries of secondary indexes that belong to an item, and the lag with which they may become visible. */
import db from 'dynalite/db/index.js';
import type { Clock } from '../ports.ts';
import { writeUnits } from './capacity.ts';
import { sameItem } from './item.ts';
import { type Operation, places, type Store, under } from './store.ts';
import type { Index, Item, Table } from './types.ts';

export interface IndexChange {
  index: string;
  global: boolean;
  operations: Operation[];
  /** Write units that the change costs, at least one: an entry that stays as it is makes no change. */
  units: number;
}

/** What a write of the item under `key` changes in the table's indexes. */
export function indexChanges(
  table: Table,
  key: string,
  before: Item | undefined,
  after: Item | undefined,
): IndexChange[] {
  const changes: IndexChange[] = [];
  const add = (global: boolean) => (index: Index) => {
    const change = changeOf(table, index, key, before, after);
    if (change) changes.push({ index: index.IndexName, global, ...change });
  };
  table.GlobalSecondaryIndexes?.forEach(add(true));
  table.LocalSecondaryIndexes?.forEach(add(false));
  return changes;
}

function changeOf(
  table: Table,
  index: Index,
  key: string,
  before: Item | undefined,
  after: Item | undefined,
): Pick<IndexChange, 'operations' | 'units'> | undefined {
  const old = before && entry(table, index, key, before);
  const now = after && entry(table, index, key, after);
  const put = now && ({ type: 'put', key: now.place, value: now.item } as const);
  if (put && old?.place === now.place) {
    return sameItem(old.item, now.item)
      ? undefined
      : { operations: [put], units: Math.max(writeUnits(old.item), writeUnits(now.item)) };
  }
  if (!put && !old) return undefined;
  const operations: Operation[] = [];
  if (old) operations.push({ type: 'del', key: old.place });
  if (put) operations.push(put);
  return { operations, units: (old ? writeUnits(old.item) : 0) + (now ? writeUnits(now.item) : 0) };
}

/** The item's entry in an index, undefined when it lacks one of the index's keys. */
function entry(
  table: Table,
  index: Index,
  key: string,
  item: Item,
): { place: string; item: Item } | undefined {
  const put = db.getIndexActions([index], undefined, item, table).puts[0];
  return (
    put && { place: places.index(table.TableName, index.IndexName, indexKey(put.key, key)), item: put.item }
  );
}

/**
 * dynalite tells entries with equal index keys apart by 24 bits of a hash alone, so that among some thousand of them one
 * would overwrite another. The item's own key follows here.
 */
export function indexKey(dynaliteKey: string, itemKey: string): string {
  return `${dynaliteKey}/${itemKey}`;
}

/** Holds back the changes of global indexes. */
export interface IndexLag {
  /** The operations to commit now in place of the given ones; commit in the same synchronous step. */
  defer(operations: Operation[]): Operation[];
  /** Applies what is due. To be awaited before a read from a global index. */
  settle(): Promise<void>;
}

/**
 * Changes that wait are kept in the store, written in the batch of their item: a crash loses none. What waits when the
 * store is opened is applied at once.
 * @param lagMs how long a change stays unseen, in milliseconds of `clock`
 */
export async function openIndexLag(store: Store, clock: Clock, lagMs: () => number): Promise<IndexLag> {
  interface Waiting {
    key: string;
    due: number;
    operations: Operation[];
  }
  let waiting: Waiting[] = [];
  let count = 0;

  const apply = (changes: Waiting[]) =>
    store.commit(changes.flatMap(({ key, operations }) => [...operations, { type: 'del', key }]));

  for await (const left of store.values<Waiting>(under('lag~'))) await apply(left);

  return {
    defer(operations) {
      const lag = lagMs();
      // A change never overtakes an earlier one, even when the lag has just been switched off.
      if (operations.length === 0 || (lag <= 0 && waiting.length === 0)) return operations;
      const due = Math.max(clock() + lag, waiting.at(-1)?.due ?? 0);
      count += 1;
      const change = { key: places.lag(count), due, operations };
      waiting.push(change);
      return [{ type: 'put', key: change.key, value: change }];
    },
    async settle() {
      const now = clock();
      const due = waiting.filter((change) => change.due <= now);
      waiting = waiting.slice(due.length);
      await apply(due);
    },
  };
}
