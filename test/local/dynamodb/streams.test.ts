import { describe, expect, test } from 'vitest';
import { startDynamoDb, streamArn, table, temporaryFolder } from './server.ts';

const TableName = 'things';
const tables = [table(TableName)];
const Key = { pk: 'a', sk: '1' };

type Server = Awaited<ReturnType<typeof startDynamoDb>>;

function streamOf(server: Server) {
  const stream = server.dynamo.stream(streamArn(TableName));
  if (!stream) throw new Error('no stream');
  return stream;
}

const records = (server: Server) => streamOf(server).read(undefined, 1000);

describe('streams', () => {
  test('records come in order, with keys and images in the event shape of Lambda', async () => {
    await using server = await startDynamoDb({ tables, clock: () => 1_700_000_000_500 });
    await server.documents.put({ TableName, Item: { ...Key, n: 1 } });
    await server.documents.put({ TableName, Item: { ...Key, n: 2 } });
    await server.documents.delete({ TableName, Key });
    const keys = { pk: { S: 'a' }, sk: { S: '1' } };
    const image = (n: string) => ({ ...keys, n: { N: n } });
    const [insert, modify, remove, ...more] = await records(server);
    expect(more).toEqual([]);
    expect(insert).toMatchObject({
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: streamArn(TableName),
      dynamodb: {
        ApproximateCreationDateTime: 1_700_000_000,
        Keys: keys,
        NewImage: image('1'),
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(insert?.dynamodb).not.toHaveProperty('OldImage');
    expect(modify).toMatchObject({
      eventName: 'MODIFY',
      dynamodb: { OldImage: image('1'), NewImage: image('2') },
    });
    expect(remove).toMatchObject({ eventName: 'REMOVE', dynamodb: { OldImage: image('2') } });
    expect(remove?.dynamodb).not.toHaveProperty('NewImage');
    const after = insert?.dynamodb.SequenceNumber;
    expect(await streamOf(server).read(after, 1)).toEqual([modify]);
    expect(await streamOf(server).latest()).toBe(remove?.dynamodb.SequenceNumber);
  });

  test('a write that changes nothing has no record', async () => {
    await using server = await startDynamoDb({ tables });
    const Item = { ...Key, tags: new Set(['x', 'y']), place: { hall: 1, row: 2 } };
    await server.documents.put({ TableName, Item });
    await server.documents.put({
      TableName,
      Item: { place: { row: 2, hall: 1 }, tags: new Set(['y', 'x']), ...Key },
    });
    await server.documents.update({
      TableName,
      Key,
      UpdateExpression: 'SET place.hall = :one',
      ExpressionAttributeValues: { ':one': 1 },
    });
    await server.documents.delete({ TableName, Key: { pk: 'none', sk: '1' } });
    expect((await records(server)).map(({ eventName }) => eventName)).toEqual(['INSERT']);
  });

  test('records written at once keep the order of each item, and a reader that follows misses none', async () => {
    await using server = await startDynamoDb({ tables });
    const stream = streamOf(server);
    const followed: string[] = [];
    let position: string | undefined;
    const { promise: complete, resolve } = Promise.withResolvers<void>();
    let following = Promise.resolve();
    const stop = stream.onAppend(() => {
      following = following.then(async () => {
        for (const { dynamodb } of await stream.read(position, 1000)) {
          position = dynamodb.SequenceNumber;
          followed.push(`${JSON.stringify(dynamodb.Keys.pk)} ${JSON.stringify(dynamodb.NewImage?.n)}`);
        }
        if (followed.length === 200) resolve();
      });
    });
    const increment = (pk: string) =>
      server.documents.update({
        TableName,
        Key: { pk, sk: '1' },
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': 1 },
      });
    await Promise.all(Array.from({ length: 200 }, (_, i) => increment(`item-${i % 4}`)));
    await complete;
    stop();
    const numbers = (i: number) =>
      followed
        .filter((line) => line.includes(`item-${i}"`))
        .map((line) => Number(/"N":"(\d+)"/.exec(line)?.[1]));
    const rising = Array.from({ length: 50 }, (_, i) => i + 1);
    expect([0, 1, 2, 3].map(numbers)).toEqual([rising, rising, rising, rising]);
  });

  test('records, positions and durable facts survive a restart, and numbers go on rising', async () => {
    using folder = temporaryFolder();
    const options = { tables, path: folder.path };
    let before: unknown[] = [];
    {
      await using server = await startDynamoDb(options);
      await server.documents.put({ TableName, Item: Key });
      await server.dynamo.durable.set('mapping', 'position 1');
      before = await records(server);
    }
    await using server = await startDynamoDb(options);
    expect(await server.dynamo.durable.get('mapping')).toBe('position 1');
    expect(await server.dynamo.durable.get('none')).toBeUndefined();
    await server.documents.delete({ TableName, Key });
    const [first, second] = await records(server);
    expect([first]).toEqual(before);
    expect((second?.dynamodb.SequenceNumber ?? '') > (first?.dynamodb.SequenceNumber ?? '')).toBe(true);
  });

  test('records older than 24 hours are dropped, and the next number still rises', async () => {
    let now = 1_700_000_000_000;
    await using server = await startDynamoDb({ tables, clock: () => now });
    await server.documents.put({ TableName, Item: Key });
    const first = await streamOf(server).latest();
    now += 24 * 3_600_000;
    await server.dynamo.sweep();
    expect(await records(server)).toHaveLength(1);
    now += 1000;
    await server.dynamo.sweep();
    expect(await streamOf(server).latest()).toBeUndefined();
    await server.documents.delete({ TableName, Key });
    expect(((await streamOf(server).latest()) ?? '') > (first ?? '')).toBe(true);
  });

  test('a table without a stream has none', async () => {
    const plain = table('plain', { StreamSpecification: undefined });
    await using server = await startDynamoDb({ tables: [plain] });
    await server.documents.put({ TableName: 'plain', Item: Key });
    expect(server.dynamo.stream(streamArn('plain'))).toBeUndefined();
  });
});

describe('time to live', () => {
  test('an expired item is read until the sweep, then removed with the identity of the service', async () => {
    let now = 1_700_000_000_000;
    await using server = await startDynamoDb({ tables, clock: () => now });
    const expiresAt = now / 1000 + 60;
    await server.documents.put({ TableName, Item: { ...Key, expiresAt } });
    await server.documents.put({ TableName, Item: { pk: 'later', sk: '1', expiresAt: expiresAt + 60 } });
    await server.documents.put({ TableName, Item: { pk: 'renewed', sk: '1', expiresAt } });
    await server.documents.put({ TableName, Item: { pk: 'renewed', sk: '1', expiresAt: expiresAt + 60 } });
    now += 61_000;
    expect((await server.documents.get({ TableName, Key })).Item).toEqual({ ...Key, expiresAt });
    await server.dynamo.sweep();
    const { Items } = await server.documents.scan({ TableName });
    expect(Items?.map(({ pk }) => pk).sort()).toEqual(['later', 'renewed']);
    const all = await records(server);
    expect(all.at(-1)).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      dynamodb: { Keys: { pk: { S: 'a' } }, OldImage: { expiresAt: { N: String(expiresAt) } } },
    });
    expect(all.filter(({ userIdentity }) => userIdentity)).toHaveLength(1);
  });

  test('an expiry that is no number, or lies more than 5 years back, removes nothing', async () => {
    await using server = await startDynamoDb({ tables });
    await server.documents.put({ TableName, Item: { ...Key, expiresAt: 'soon' } });
    await server.documents.put({ TableName, Item: { pk: 'b', sk: '1', expiresAt: 1000 } });
    await server.dynamo.sweep();
    expect((await server.documents.scan({ TableName })).Count).toBe(2);
  });

  test('the sweep comes by itself', async () => {
    await using server = await startDynamoDb({ tables, ttlSweepMs: 60_000, timeScale: 6000 });
    const { promise: removed, resolve } = Promise.withResolvers<void>();
    await server.documents.put({ TableName, Item: { ...Key, expiresAt: Math.floor(Date.now() / 1000) - 5 } });
    streamOf(server).onAppend(resolve);
    await removed;
    expect((await server.documents.scan({ TableName })).Count).toBe(0);
  });
});
