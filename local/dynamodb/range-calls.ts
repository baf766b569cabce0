/** Query and Scan. dynalite finds the range, the page's end and the key to go on from; the rest is done here. */
import { Stream } from 'node:stream';
import dynaliteQuery from 'dynalite/actions/query.js';
import dynaliteScan from 'dynalite/actions/scan.js';
import db, { type ParsedCondition, type Range } from 'dynalite/db/index.js';
import type { Caller } from '../ports.ts';
import { consumed, type Reported, readUnits, usage } from './capacity.ts';
import { type Call, type Engine, keyNames, meterReads, permit, throttle } from './engine.ts';
import { awsError } from './errors.ts';
import { indexKey } from './indexes.ts';
import { itemBytes, matches } from './item.ts';
import { type Projected, project } from './item-calls.ts';
import { places, type Store, under } from './store.ts';
import type { AttributeValue, Item, Table } from './types.ts';
import { validateOnce } from './validate.ts';

interface RangeInput extends Projected {
  TableName: string;
  IndexName?: string;
  KeyConditions?: Record<string, { AttributeValueList: AttributeValue[] }>;
  ExclusiveStartKey?: Item;
  Limit?: number;
  Select?: string;
  ConsistentRead?: boolean;
  ReturnConsumedCapacity?: Reported;
  _filter?: ParsedCondition;
  QueryFilter?: unknown;
  ScanFilter?: unknown;
  ConditionalOperator?: string;
}

interface Page {
  Items: Item[];
  ScannedCount: number;
  LastEvaluatedKey?: Item;
}

export const query: Call = (engine, caller, body) => range(engine, caller, 'Query', body);
export const scan: Call = (engine, caller, body) => range(engine, caller, 'Scan', body);

async function range(
  engine: Engine,
  caller: Caller,
  action: 'Query' | 'Scan',
  body: object,
): Promise<object> {
  const input = validateOnce<RangeInput>(action, body);
  const table = permit(engine, caller, action, input.TableName, [firstValues(input)], input.IndexName);
  throttle(engine, table.TableName, action);
  const global =
    table.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === input.IndexName) ?? false;
  if (global) await engine.lag.settle();

  const { Items: scanned, ScannedCount, LastEvaluatedKey } = await page(engine.store, table, action, input);
  const items = scanned.filter((item) => passes(input, item));

  const used = usage(table.TableName);
  const bytes = scanned.reduce((total, item) => total + itemBytes(item), 0);
  const units = readUnits(bytes, input.ConsistentRead ? 1 : 0.5);
  if (input.IndexName === undefined) used.units = units;
  else (global ? used.globalIndexes : used.localIndexes)[input.IndexName] = units;
  meterReads(engine, used);

  return {
    Count: items.length,
    ScannedCount,
    LastEvaluatedKey,
    Items: input.Select === 'COUNT' ? undefined : items.map((item) => project(input, item)),
    ConsumedCapacity: consumed(input.ReturnConsumedCapacity, used),
  };
}

/** The values that the key conditions begin with, as an item. */
function firstValues(input: RangeInput): Item {
  const item: Item = {};
  for (const [name, { AttributeValueList }] of Object.entries(input.KeyConditions ?? {})) {
    if (AttributeValueList?.[0]) item[name] = AttributeValueList[0];
  }
  return item;
}

function passes(input: RangeInput, item: Item): boolean {
  if (input._filter) return matches(input._filter.expression, item);
  const filter = input.QueryFilter ?? input.ScanFilter;
  return filter === undefined || db.matchesFilter(item, filter, input.ConditionalOperator);
}

/** One page, unfiltered and whole, so that it can be metered. */
function page(store: Store, table: Table, action: 'Query' | 'Scan', input: RangeInput): Promise<Page> {
  const everything = { type: 'everything', args: [] };
  const { QueryFilter, ScanFilter, AttributesToGet, ...rest } = input;
  const unfiltered = {
    ...rest,
    Select: input.Select === 'COUNT' ? undefined : input.Select,
    // dynalite still checks which attributes the two name.
    _filter: input._filter && { ...input._filter, expression: everything },
    _projection: input._projection && { ...input._projection, paths: undefined },
  };
  const run = action === 'Query' ? dynaliteQuery : dynaliteScan;
  return new Promise((resolve, reject) => {
    run(rangeStore(store, table, input), unfiltered, (error, result) => {
      if (error) reject(awsError(error));
      else resolve(result as Page);
    });
  });
}

/** The part of dynalite's store that its `query` and `scan` use. */
function rangeStore(store: Store, table: Table, input: RangeInput) {
  const name = table.TableName;
  return {
    getTable: (_name: string, found: (error: null, table: Table) => void) => found(null, table),
    getItemDb: () => ({
      createValueStream: (range: Range) => new Values(store, within(places.item(name, ''), range)),
      get: (key: string, found: (error: unknown, item?: Item) => void) =>
        store.get<Item>(places.item(name, key)).then((item) => found(null, item), found),
    }),
    getIndexDb: (_type: string, _name: string, index: string) => ({
      createValueStream: (range: Range) =>
        new Values(store, within(places.index(name, index, ''), resume(table, index, input, range))),
    }),
  };
}

function within(prefix: string, { gt, gte, lt, lte, reverse = false, limit = -1 }: Range): Range {
  const all = under(prefix);
  const from = gt === undefined ? { gte: prefix + (gte ?? '') } : { gt: prefix + gt };
  const to = lte === undefined ? { lt: lt === undefined ? all.lt : prefix + lt } : { lte: prefix + lte };
  return { ...from, ...to, reverse, limit };
}

/** Goes on behind the very entry of `ExclusiveStartKey`, whose key is longer here than dynalite knows. */
function resume(table: Table, index: string, input: RangeInput, range: Range): Range {
  const start = input.ExclusiveStartKey;
  if (!start) return range;
  const schema = keyNames(table, index).map((AttributeName) => ({ AttributeName, KeyType: 'HASH' as const }));
  const short = db.createIndexKey(start, table, schema);
  const whole = indexKey(short, db.createKey(start, table));
  return {
    ...range,
    ...(range.gt === short && { gt: whole }),
    ...(range.lt === short && { lt: whole }),
  };
}

/** The values of a range as the events that dynalite listens to. It stops to read as soon as the page is full. */
class Values extends Stream {
  #stopped = false;

  constructor(store: Store, range: Range) {
    super();
    this.#run(store, range).catch((error) => this.emit('error', error));
  }

  destroy(): void {
    this.#stopped = true;
  }

  async #run(store: Store, range: Range): Promise<void> {
    for await (const chunk of store.values<Item>(range)) {
      for (const item of chunk) {
        if (this.#stopped) return;
        this.emit('data', item);
      }
    }
    if (!this.#stopped) this.emit('end');
  }
}
