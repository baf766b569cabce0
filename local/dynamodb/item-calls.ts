/** The calls on one item: GetItem, PutItem, UpdateItem, DeleteItem. */
import db, { type ParsedCondition, type Path } from 'dynalite/db/index.js';
import { AwsError, type Caller } from '../ports.ts';
import { consumed, type Reported, readUnits, usage, writeUnits } from './capacity.ts';
import { type Call, type Engine, meterReads, meterWrites, permit, throttle } from './engine.ts';
import { check, conflict } from './errors.ts';
import { itemBytes } from './item.ts';
import type { Item, Table } from './types.ts';
import { validate } from './validate.ts';
import { commit, placeOf, prepare, type Write, type WriteInput, type WriteKind, writeOf } from './writes.ts';

export const putItem: Call = (engine, caller, body) => write(engine, caller, 'put', 'PutItem', body);
export const updateItem: Call = (engine, caller, body) => write(engine, caller, 'update', 'UpdateItem', body);
export const deleteItem: Call = (engine, caller, body) => write(engine, caller, 'delete', 'DeleteItem', body);

async function write(
  engine: Engine,
  caller: Caller,
  kind: WriteKind,
  action: 'PutItem' | 'UpdateItem' | 'DeleteItem',
  body: object,
): Promise<object> {
  const input = validate<WriteInput>(action, body);
  const table = permit(engine, caller, action, input.TableName, [input.Item ?? input.Key ?? {}]);
  throttle(engine, table.TableName, action);
  const each = writeOf(kind, table, input);
  if (engine.faults.conflict?.(table.TableName)) throw conflict();
  const { attributes, usage: used } = await writeOne(engine, each);
  return { Attributes: attributes, ConsumedCapacity: consumed(input.ReturnConsumedCapacity, used) };
}

/** Locks, reads, prepares, commits and meters one write. A write whose condition fails is metered as well. */
export function writeOne(engine: Engine, each: Write) {
  const place = placeOf(each);
  return engine.locks.run([place], async () => {
    const before = await engine.store.get<Item>(place);
    try {
      const prepared = await prepare(each, before);
      await commit(engine, [prepared]);
      meterWrites(engine, prepared.usage);
      return prepared;
    } catch (error) {
      if (error instanceof AwsError && error.name === 'ConditionalCheckFailedException') {
        meterWrites(engine, usage(each.table.TableName, writeUnits(before)));
      }
      throw error;
    }
  });
}

/** What a read returns of each item. */
export interface Projected {
  _projection?: { paths: Path[]; nestedPaths: ParsedCondition['nestedPaths'] };
  AttributesToGet?: string[];
}

export function project(input: Projected, item: Item): Item {
  const paths = input._projection?.paths ?? input.AttributesToGet;
  return paths ? db.mapPaths(paths, item) : item;
}

/** The validated input of a read of one item. */
export interface GetInput extends Projected {
  TableName: string;
  Key: Item;
  ConsistentRead?: boolean;
  ReturnConsumedCapacity?: Reported;
}

/** Where the item of a read is kept. */
export function readPlace(table: Table, input: Pick<GetInput, 'Key' | '_projection'>): string {
  check(db.validateKey(input.Key, table));
  check(db.validateKeyPaths(input._projection?.nestedPaths, table));
  return placeOf({ table, key: db.createKey(input.Key, table) });
}

export const getItem: Call = async (engine, caller, body) => {
  const input = validate<GetInput>('GetItem', body);
  const table = permit(engine, caller, 'GetItem', input.TableName, [input.Key]);
  throttle(engine, table.TableName, 'GetItem');
  const item = await engine.store.get<Item>(readPlace(table, input));
  const used = usage(table.TableName, readUnits(item ? itemBytes(item) : 0, input.ConsistentRead ? 1 : 0.5));
  meterReads(engine, used);
  return {
    Item: item && project(input, item),
    ConsumedCapacity: consumed(input.ReturnConsumedCapacity, used),
  };
};
