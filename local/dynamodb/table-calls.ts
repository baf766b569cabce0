/** The calls on tables, and the tables that a template asks for. */
import { AwsError, type Caller, type Resource } from '../ports.ts';
import { type Call, type Engine, permit } from './engine.ts';
import { invalid } from './errors.ts';
import { expiryOperations } from './expiry.ts';
import { indexChanges } from './indexes.ts';
import { places, under } from './store.ts';
import { describe, redefine, type TableProperties, tableFrom, tableFromResource } from './tables.ts';
import type { Item, Table } from './types.ts';
import { validate } from './validate.ts';

const types = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/**
 * Makes the tables of a template; those that exist keep their data, also when their indexes, stream or TTL changed.
 * Resources of other types are passed over. Tables that no resource names are kept.
 */
export async function ensureTables(engine: Engine, resources: readonly Resource[]): Promise<void> {
  for (const resource of resources) {
    if (!types.includes(resource.type)) continue;
    const table = tableFromResource(resource, engine.clock);
    const old = engine.tables.find(table.TableName);
    if (old) await change(engine, old, redefine(old, table));
    else await engine.tables.put(table);
  }
}

/** Puts a definition in the place of another, and fills what is new in it from the items. */
async function change(engine: Engine, old: Table, table: Table): Promise<void> {
  const { store } = engine;
  const name = table.TableName;
  await engine.tables.put(table);
  const indexed = JSON.stringify(indexesOf(old)) !== JSON.stringify(indexesOf(table));
  const expiring = old.ttlAttribute !== table.ttlAttribute;
  if (indexed) await store.clear(under(places.indexes(name)));
  if (expiring) await store.clear(under(places.expiries(name)));
  if (!indexed && !expiring) return;
  const items = places.item(name, '');
  for await (const keys of store.keys(under(items))) {
    const values = await store.getMany<Item>(keys);
    const operations = keys.flatMap((place, i) => {
      const key = place.slice(items.length);
      const entries = indexed ? indexChanges(table, key, undefined, values[i]) : [];
      const expiry = expiring ? expiryOperations(table, key, undefined, values[i]) : [];
      return [...entries.flatMap((entry) => entry.operations), ...expiry];
    });
    await store.commit(operations);
  }
}

const indexesOf = (table: Table) => [table.GlobalSecondaryIndexes, table.LocalSecondaryIndexes];

export const createTable: Call = async (engine, caller, body) => {
  const table = tableFrom(body as unknown as TableProperties, engine.clock());
  engine.authorize(caller, 'dynamodb:CreateTable', table.arn);
  if (engine.tables.find(table.TableName)) {
    throw new AwsError('ResourceInUseException', `Table already exists: ${table.TableName}`);
  }
  await engine.tables.put(table);
  return { TableDescription: describe(table) };
};

export const deleteTable: Call = async (engine, caller, body) => {
  const table = named(engine, caller, 'DeleteTable', body);
  await engine.tables.remove(table.TableName);
  return { TableDescription: { ...describe(table), TableStatus: 'DELETING' } };
};

export const describeTable: Call = async (engine, caller, body) => ({
  Table: describe(named(engine, caller, 'DescribeTable', body)),
});

export const listTables: Call = async (engine, caller, body) => {
  const input = validate<{ ExclusiveStartTableName?: string; Limit?: number }>('ListTables', body);
  // It names no table, so that only a grant on everything covers it.
  engine.authorize(caller, 'dynamodb:ListTables', '*');
  const names = engine.tables.all().map(({ TableName }) => TableName);
  const rest = names.sort().filter((name) => name > (input.ExclusiveStartTableName ?? ''));
  const page = rest.slice(0, input.Limit ?? 100);
  return {
    TableNames: page,
    LastEvaluatedTableName: page.length < rest.length ? page.at(-1) : undefined,
  };
};

export const describeTimeToLive: Call = async (engine, caller, body) => {
  const { ttlAttribute } = named(engine, caller, 'DescribeTimeToLive', body);
  const description = ttlAttribute
    ? { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute }
    : { TimeToLiveStatus: 'DISABLED' };
  return { TimeToLiveDescription: description };
};

export const updateTimeToLive: Call = async (engine, caller, body) => {
  const old = named(engine, caller, 'UpdateTimeToLive', body);
  const specification = body.TimeToLiveSpecification as
    | { AttributeName?: string; Enabled?: boolean }
    | undefined;
  if (!specification?.AttributeName) throw invalid('TimeToLiveSpecification needs an AttributeName');
  const { ttlAttribute: _, ...table } = old;
  const { AttributeName: ttlAttribute, Enabled } = specification;
  await change(engine, old, Enabled ? { ...table, ttlAttribute } : table);
  return { TimeToLiveSpecification: specification };
};

function named(engine: Engine, caller: Caller, action: string, body: object): Table {
  const { TableName } = validate<{ TableName: string }>('DescribeTable', body);
  return permit(engine, caller, action, TableName);
}
