import { DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite/db/index.js';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../local/dynamodb/engine.ts';
import { openIndexLag } from '../../../local/dynamodb/indexes.ts';
import { createLocks } from '../../../local/dynamodb/locks.ts';
import { query } from '../../../local/dynamodb/range-calls.ts';
import { places, storeOf } from '../../../local/dynamodb/store.ts';
import { openStreams } from '../../../local/dynamodb/streams.ts';
import { openTables, tableFromResource } from '../../../local/dynamodb/tables.ts';
import { startDynamoDb, table, temporaryFolder, withIndex } from './server.ts';

const TableName = 'things';
const tables = [table(TableName, withIndex)];
const open = {
  TableName,
  IndexName: 'by-status',
  KeyConditionExpression: '#status = :open',
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':open': 'open' },
};

/** Puts items `0` to `count - 1` in process, all with the same status and time. */
async function fill(server: Awaited<ReturnType<typeof startDynamoDb>>, count: number) {
  const items = Array.from({ length: count }, (_, i) => ({
    pk: { S: 'a' },
    sk: { S: String(i).padStart(5, '0') },
    status: { S: 'open' },
    at: { N: '1' },
  }));
  await Promise.all(items.map((Item) => server.dynamo.call('PutItem', { TableName, Item }, {})));
}

describe('Limit', () => {
  test('a query for the newest of 10,000 items reads a handful of them from the store', async () => {
    const { db } = dynalite.create({});
    let read = 0;
    const values = db.values.bind(db);
    db.values = (range) => {
      const iterator = values(range);
      const nextv = async (size: number) => {
        const chunk = await iterator.nextv(size);
        read += chunk.length;
        return chunk;
      };
      return { nextv, close: () => iterator.close() };
    };
    const store = storeOf(db);
    const definition = tableFromResource(table(TableName), Date.now);
    const stored = Array.from({ length: 10_000 }, (_, i) => {
      const value = { pk: { S: 'a' }, sk: { S: String(i).padStart(5, '0') } };
      const key = places.item(TableName, dynalite.createKey(value, definition));
      return { type: 'put', key, value } as const;
    });
    await store.commit(stored);
    const all = await openTables(store);
    await all.put(definition);
    const engine: Engine = {
      store,
      tables: all,
      streams: await openStreams(store, all, Date.now),
      locks: createLocks(),
      lag: await openIndexLag(store, Date.now, () => 0),
      clock: Date.now,
      authorize: () => undefined,
      meter: () => undefined,
      faults: {},
    };
    read = 0;
    const newest = await query(
      engine,
      {},
      {
        TableName,
        KeyConditionExpression: 'pk = :a',
        ExpressionAttributeValues: { ':a': { S: 'a' } },
        ScanIndexForward: false,
        Limit: 1,
      },
    );
    expect(newest).toMatchObject({ Count: 1, Items: [{ sk: { S: '09999' } }] });
    expect(read).toBeLessThanOrEqual(2);
    await store.close();
  });

  test('pages of a query join to the whole, forwards and backwards', async () => {
    await using server = await startDynamoDb({ tables });
    await fill(server, 23);
    for (const ScanIndexForward of [true, false]) {
      const seen: unknown[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await server.documents.query({
          TableName,
          KeyConditionExpression: 'pk = :a',
          ExpressionAttributeValues: { ':a': 'a' },
          ScanIndexForward,
          Limit: 5,
          ExclusiveStartKey,
        });
        seen.push(...(page.Items ?? []).map(({ sk }) => Number(sk)));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      const all = Array.from({ length: 23 }, (_, i) => i);
      expect(seen).toEqual(ScanIndexForward ? all : all.reverse());
    }
  });

  test('a page ends at 1 MB', async () => {
    await using server = await startDynamoDb({ tables });
    const text = 'x'.repeat(100_000);
    for (let i = 0; i < 20; i++) {
      await server.documents.put({ TableName, Item: { pk: 'a', sk: String(i).padStart(2, '0'), text } });
    }
    const page = await server.documents.scan({ TableName });
    expect(page.Count).toBe(11);
    const rest = await server.documents.scan({ TableName, ExclusiveStartKey: page.LastEvaluatedKey });
    expect({ count: rest.Count, more: rest.LastEvaluatedKey }).toEqual({ count: 9, more: undefined });
  });
});

describe('global secondary indexes', () => {
  test('an item is found by its present status only', async () => {
    await using server = await startDynamoDb({ tables });
    const Key = { pk: 'a', sk: '1' };
    await server.documents.put({ TableName, Item: { ...Key, status: 'open', at: 1 } });
    expect((await server.documents.query(open)).Items).toEqual([{ ...Key, status: 'open', at: 1 }]);
    await server.documents.update({
      TableName,
      Key,
      UpdateExpression: 'SET #status = :closed',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':closed': 'closed' },
    });
    expect((await server.documents.query(open)).Items).toEqual([]);
    await server.documents.delete({ TableName, Key });
    expect((await server.documents.scan({ TableName, IndexName: 'by-status' })).Items).toEqual([]);
  });

  test('a consistent read is refused', async () => {
    await using server = await startDynamoDb({ tables });
    const consistent = server.documents.query({ ...open, ConsistentRead: true });
    await expect(consistent).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('10,000 items with equal index keys are all kept, and paged without loss', async () => {
    await using server = await startDynamoDb({ tables });
    await fill(server, 10_000);
    const seen = new Set<unknown>();
    let count = 0;
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await server.documents.query({ ...open, Limit: 3000, ExclusiveStartKey });
      for (const { sk } of page.Items ?? []) seen.add(sk);
      count += page.Count ?? 0;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect([seen.size, count]).toEqual([10_000, 10_000]);
  });

  test('with a lag the index shows the past, the table the present, and a restart loses no entry', async () => {
    using folder = temporaryFolder();
    let now = 1_000_000;
    const options = { tables, path: folder.path, clock: () => now, faults: { gsiLagMs: 500 } };
    {
      await using server = await startDynamoDb(options);
      await server.documents.put({ TableName, Item: { pk: 'a', sk: '1', status: 'open', at: 1 } });
      expect((await server.documents.query(open)).Count).toBe(0);
      expect((await server.documents.scan({ TableName })).Count).toBe(1);
      now += 500;
      expect((await server.documents.query(open)).Count).toBe(1);
      await server.documents.delete({ TableName, Key: { pk: 'a', sk: '1' } });
      await server.documents.put({ TableName, Item: { pk: 'a', sk: '2', status: 'open', at: 1 } });
      expect((await server.documents.query(open)).Items).toMatchObject([{ sk: '1' }]);
    }
    await using server = await startDynamoDb(options);
    expect((await server.documents.query(open)).Items).toMatchObject([{ sk: '2' }]);
  });
});

describe('tables', () => {
  test('a restart with a changed template keeps the data and fills the new index', async () => {
    using folder = temporaryFolder();
    const { path } = folder;
    {
      await using server = await startDynamoDb({ tables: [table(TableName)], path });
      await server.documents.put({ TableName, Item: { pk: 'a', sk: '1', status: 'open', at: 1 } });
    }
    await using server = await startDynamoDb({ tables, path });
    expect((await server.documents.query(open)).Count).toBe(1);
    const { Table } = await server.client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things',
      LatestStreamArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things/stream/1',
      GlobalSecondaryIndexes: [{ IndexName: 'by-status', IndexStatus: 'ACTIVE' }],
    });
    const { TableNames } = await server.client.send(new ListTablesCommand());
    expect(TableNames).toEqual([TableName]);
  });

  test('another key for a table with data is refused', async () => {
    await using server = await startDynamoDb({ tables });
    const changed = table(TableName, {
      KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'sk', AttributeType: 'S' }],
    });
    await expect(server.dynamo.ensureTables([changed])).rejects.toThrow(
      /under another key: pk S, sk S, now sk S/,
    );
  });
});
