/** The tables: their definitions in memory and in the store, made from a template's resources or over the wire. */
import { AwsError, account, type Clock, type Resource, region } from '../ports.ts';
import { invalid } from './errors.ts';
import { places, type Store, under } from './store.ts';
import type { Item, StreamViewType, Table } from './types.ts';
import { validate } from './validate.ts';

export interface Tables {
  /** @throws AwsError `ResourceNotFoundException` */
  get(name: string): Table;
  find(name: string): Table | undefined;
  all(): Table[];
  /** Stores a new definition, or one in the place of another with the same name. */
  put(table: Table): Promise<void>;
  /** Removes the table with everything in it. */
  remove(name: string): Promise<void>;
}

export async function openTables(store: Store): Promise<Tables> {
  const tables = new Map<string, Table>();
  for await (const chunk of store.values<Table>(under('table~'))) {
    for (const table of chunk) tables.set(table.TableName, table);
  }
  return {
    get(name) {
      const table = tables.get(name);
      if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
      return table;
    },
    find: (name) => tables.get(name),
    all: () => [...tables.values()],
    async put(table) {
      await store.commit([{ type: 'put', key: places.table(table.TableName), value: table }]);
      tables.set(table.TableName, table);
    },
    async remove(name) {
      tables.delete(name);
      for (const place of ['item', 'index', 'stream', 'ttl']) await store.clear(under(`${place}-${name}~`));
      await store.commit([{ type: 'del', key: places.table(name) }]);
    },
  };
}

export function tableArn(name: string): string {
  return `arn:aws:dynamodb:${region}:${account}:table/${name}`;
}

/** The input of `CreateTable`, which a table's template properties repeat. */
export interface TableProperties
  extends Pick<
    Table,
    'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'KeySchema' | 'LocalSecondaryIndexes' | 'TableName'
  > {
  StreamSpecification?: { StreamEnabled?: boolean; StreamViewType?: StreamViewType };
  TimeToLiveSpecification?: { AttributeName?: string; Enabled: boolean };
}

/**
 * A table as defined by `AWS::DynamoDB::Table` or `AWS::DynamoDB::GlobalTable`. Throughput is always on demand.
 * @throws AwsError `ValidationException` for a definition that DynamoDB would refuse
 */
export function tableFromResource(resource: Resource, clock: Clock): Table {
  const properties = resource.properties as unknown as TableProperties;
  const { Arn, StreamArn } = resource.attributes;
  return tableFrom({ ...properties, TableName: resource.physicalId }, clock(), Arn, StreamArn);
}

/** @param now epoch milliseconds */
export function tableFrom(properties: TableProperties, now: number, arn?: string, streamArn?: string): Table {
  const name = properties.TableName;
  const onDemand = { BillingMode: 'PAY_PER_REQUEST' };
  const indexes = properties.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection,
  }));
  const definition = validate<TableProperties>('CreateTable', {
    TableName: name,
    KeySchema: properties.KeySchema,
    AttributeDefinitions: properties.AttributeDefinitions,
    // An empty list is refused, though templates hold some.
    ...(indexes?.length ? { GlobalSecondaryIndexes: indexes } : {}),
    ...(properties.LocalSecondaryIndexes?.length
      ? { LocalSecondaryIndexes: properties.LocalSecondaryIndexes }
      : {}),
    ...onDemand,
  });
  const table: Table = {
    TableName: name,
    KeySchema: definition.KeySchema,
    AttributeDefinitions: definition.AttributeDefinitions,
    arn: arn ?? tableArn(name),
    createdAt: now,
  };
  if (definition.GlobalSecondaryIndexes) table.GlobalSecondaryIndexes = definition.GlobalSecondaryIndexes;
  if (definition.LocalSecondaryIndexes) table.LocalSecondaryIndexes = definition.LocalSecondaryIndexes;
  const { StreamSpecification: stream, TimeToLiveSpecification: ttl } = properties;
  if (stream?.StreamViewType && stream.StreamEnabled !== false) {
    const label = new Date(now).toISOString().slice(0, -1);
    table.stream = { arn: streamArn ?? `${table.arn}/stream/${label}`, viewType: stream.StreamViewType };
  }
  if (ttl?.Enabled && ttl.AttributeName) table.ttlAttribute = ttl.AttributeName;
  return table;
}

/**
 * What a redeployment makes of a table that exists.
 * @throws AwsError `ValidationException` when the key differs, which CloudFormation would answer with a new table
 */
export function redefine(old: Table, table: Table): Table {
  if (key(old) !== key(table)) {
    throw invalid(`Table ${table.TableName} holds data under another key: ${key(old)}, now ${key(table)}`);
  }
  return { ...table, createdAt: old.createdAt };
}

function key(table: Table): string {
  return table.KeySchema.map(({ AttributeName: name }) => {
    const type = table.AttributeDefinitions.find(
      (definition) => definition.AttributeName === name,
    )?.AttributeType;
    return `${name} ${type}`;
  }).join(', ');
}

/** The key attributes of an item. */
export function keyOf(table: Table, item: Item): Item {
  const key: Item = {};
  for (const { AttributeName: name } of table.KeySchema) {
    const value = item[name];
    if (value) key[name] = value;
  }
  return key;
}

/** `TableDescription` in the service's shape. */
export function describe(table: Table): object {
  const index = (definition: { IndexName: string }) => ({
    ...definition,
    IndexArn: `${table.arn}/index/${definition.IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
  });
  return {
    TableName: table.TableName,
    TableArn: table.arn,
    TableStatus: 'ACTIVE',
    CreationDateTime: table.createdAt / 1000,
    KeySchema: table.KeySchema,
    AttributeDefinitions: table.AttributeDefinitions,
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ItemCount: 0,
    TableSizeBytes: 0,
    GlobalSecondaryIndexes: table.GlobalSecondaryIndexes?.map((definition) => ({
      ...index(definition),
      IndexStatus: 'ACTIVE',
    })),
    LocalSecondaryIndexes: table.LocalSecondaryIndexes?.map(index),
    ...(table.stream && {
      LatestStreamArn: table.stream.arn,
      LatestStreamLabel: table.stream.arn.split('/').at(-1),
      StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream.viewType },
    }),
  };
}
