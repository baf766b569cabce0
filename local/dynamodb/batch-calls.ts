/** BatchGetItem and BatchWriteItem: many single reads or writes, each by itself. */
import { byTable, consumed, type Reported, readUnits, type Usage, usage } from './capacity.ts';
import { type Call, type Engine, meterReads, permit } from './engine.ts';
import { invalid, throttled } from './errors.ts';
import { itemBytes } from './item.ts';
import { type Projected, project, readPlace, writeOne } from './item-calls.ts';
import type { Item, Table } from './types.ts';
import { validate } from './validate.ts';
import { placeOf, writeOf } from './writes.ts';

/** Most bytes that one BatchGetItem returns. */
const maxReplyBytes = 16 * 1024 * 1024;
/** Most writes of one BatchWriteItem. */
const maxWrites = 25;

interface KeysAndAttributes extends Projected {
  Keys: Item[];
  ConsistentRead?: boolean;
}

export const batchGetItem: Call = async (engine, caller, body) => {
  const input = validate<{
    RequestItems: Record<string, KeysAndAttributes>;
    ReturnConsumedCapacity?: Reported;
  }>('BatchGetItem', body);
  const reads = Object.entries(input.RequestItems).flatMap(([name, request]) => {
    const table = permit(engine, caller, 'BatchGetItem', name, request.Keys);
    return request.Keys.map((key) => ({
      table,
      request,
      key,
      place: readPlace(table, { ...request, Key: key }),
    }));
  });
  const [now, later] = unthrottled(engine, 'BatchGetItem', reads);
  const items = await engine.store.getMany<Item>(now.map(({ place }) => place));

  const responses: Record<string, Item[]> = {};
  for (const name of Object.keys(input.RequestItems)) responses[name] = [];
  const used: Usage[] = [];
  let bytes = 0;
  for (const [i, read] of now.entries()) {
    const item = items[i];
    const size = item ? itemBytes(item) : 0;
    if (bytes + size > maxReplyBytes) {
      later.push(read);
      continue;
    }
    bytes += size;
    used.push(usage(read.table.TableName, readUnits(size, read.request.ConsistentRead ? 1 : 0.5)));
    if (item) responses[read.table.TableName]?.push(project(read.request, item));
  }

  const unprocessed: Record<string, object> = {};
  for (const { table, request } of later) {
    const Keys = later.filter((read) => read.table === table).map((read) => read.key);
    const { _projection, ...asked } = request;
    unprocessed[table.TableName] = { ...asked, Keys };
  }
  const tables = byTable(used);
  for (const each of tables) meterReads(engine, each);
  return {
    Responses: responses,
    UnprocessedKeys: unprocessed,
    ConsumedCapacity: consumedByTable(input.ReturnConsumedCapacity, tables),
  };
};

interface WriteRequest {
  PutRequest?: { Item: Item };
  DeleteRequest?: { Key: Item };
}

export const batchWriteItem: Call = async (engine, caller, body) => {
  const input = validate<{
    RequestItems: Record<string, WriteRequest[]>;
    ReturnConsumedCapacity?: Reported;
  }>('BatchWriteItem', body);
  const writes = Object.entries(input.RequestItems).flatMap(([name, requests]) => {
    const items = requests.map(
      ({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {},
    );
    const table = permit(engine, caller, 'BatchWriteItem', name, items);
    return requests.map((request) => ({ table, request, write: writeOfRequest(table, request) }));
  });
  if (writes.length > maxWrites) throw invalid('Too many items requested for the BatchWriteItem call');
  if (new Set(writes.map(({ write }) => placeOf(write))).size < writes.length) {
    throw invalid('Provided list of item keys contains duplicates');
  }
  const [now, later] = unthrottled(engine, 'BatchWriteItem', writes);
  const done = await Promise.all(now.map(({ write }) => writeOne(engine, write)));

  const unprocessed: Record<string, WriteRequest[]> = {};
  for (const { table, request } of later) {
    unprocessed[table.TableName] = [...(unprocessed[table.TableName] ?? []), request];
  }
  const tables = byTable(done.map((prepared) => prepared.usage));
  return {
    UnprocessedItems: unprocessed,
    ConsumedCapacity: consumedByTable(input.ReturnConsumedCapacity, tables),
  };
};

function writeOfRequest(table: Table, { PutRequest, DeleteRequest }: WriteRequest) {
  const TableName = table.TableName;
  return PutRequest
    ? writeOf('put', table, { TableName, Item: PutRequest.Item })
    : writeOf('delete', table, { TableName, Key: DeleteRequest?.Key ?? {} });
}

/** Parts what is done now from what a fault leaves unprocessed; as in the service, an error only when nothing is left. */
function unthrottled<T extends { table: Table }>(engine: Engine, action: string, requests: T[]): [T[], T[]] {
  const now: T[] = [];
  const later: T[] = [];
  for (const request of requests) {
    (engine.faults.throttle?.(request.table.TableName, action) ? later : now).push(request);
  }
  if (now.length === 0) throw throttled();
  return [now, later];
}

export function consumedByTable(reported: Reported, tables: readonly Usage[]): object[] | undefined {
  const capacities = tables.flatMap((used) => consumed(reported, used) ?? []);
  return capacities.length > 0 ? capacities : undefined;
}
