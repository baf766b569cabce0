import {
  IdempotentParameterMismatchException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { startDynamoDb, streamArn, table, temporaryFolder, withIndex } from './server.ts';

const TableName = 'accounts';
const tables = [table(TableName, withIndex), table('log')];
const account = (name: string) => ({ pk: name, sk: 'balance' });

test('a transaction writes all of its items, over several tables, with index entries and stream records', async () => {
  await using server = await startDynamoDb({ tables });
  await server.documents.put({ TableName, Item: account('old') });
  await server.documents.transactWrite({
    TransactItems: [
      { Put: { TableName, Item: { ...account('a'), status: 'open', at: 1 } } },
      { Delete: { TableName, Key: account('old') } },
      {
        Update: {
          TableName: 'log',
          Key: { pk: 'a', sk: '1' },
          UpdateExpression: 'SET entry = :entry',
          ExpressionAttributeValues: { ':entry': 'opened' },
        },
      },
    ],
  });
  const { Items } = await server.documents.scan({ TableName, IndexName: 'by-status' });
  expect(Items).toEqual([{ ...account('a'), status: 'open', at: 1 }]);
  const names = async (name: string) =>
    (await server.dynamo.stream(streamArn(name))?.read(undefined, 10))?.map(({ eventName }) => eventName);
  expect([await names(TableName), await names('log')]).toEqual([['INSERT', 'INSERT', 'REMOVE'], ['INSERT']]);
});

test('one failed condition cancels all, names each reason in order and brings the image', async () => {
  await using server = await startDynamoDb({ tables });
  await server.documents.put({ TableName, Item: { ...account('a'), amount: 5 } });
  const error = await server.documents
    .transactWrite({
      TransactItems: [
        { Put: { TableName, Item: account('b') } },
        {
          ConditionCheck: {
            TableName,
            Key: account('a'),
            ConditionExpression: 'amount > :five',
            ExpressionAttributeValues: { ':five': 5 },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ],
    })
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(TransactionCanceledException);
  expect(error).toMatchObject({
    message: expect.stringContaining('[None, ConditionalCheckFailed]'),
    CancellationReasons: [
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { pk: { S: 'a' }, sk: { S: 'balance' }, amount: { N: '5' } },
      },
    ],
  });
  expect((await server.documents.get({ TableName, Key: account('b') })).Item).toBeUndefined();
});

test('50 transfers at once keep the sum, and every transactional read sees that sum', async () => {
  // On disk, where reads really overlap with writes.
  using folder = temporaryFolder();
  await using server = await startDynamoDb({ tables, path: folder.path });
  const names = ['a', 'b', 'c', 'd', 'e'];
  for (const name of names)
    await server.documents.put({ TableName, Item: { ...account(name), amount: 100 } });
  const add = (name: string, amount: number) => ({
    Update: {
      TableName,
      Key: account(name),
      UpdateExpression: 'SET amount = amount + :amount',
      ExpressionAttributeValues: { ':amount': amount },
    },
  });
  const sum = async () => {
    const { Responses = [] } = await server.documents.transactGet({
      TransactItems: names.map((name) => ({ Get: { TableName, Key: account(name) } })),
    });
    return Responses.reduce((total, { Item }) => total + Item?.amount, 0);
  };
  const transfers = Array.from({ length: 50 }, async (_, i) => {
    const from = names[i % 5] ?? '';
    const to = names[(i * 3 + 1) % 5] ?? '';
    if (from === to) return;
    await server.documents.transactWrite({ TransactItems: [add(from, -i), add(to, i)] });
  });
  const sums = await Promise.all(Array.from({ length: 10 }, sum));
  await Promise.all(transfers);
  expect([...new Set([...sums, await sum()])]).toEqual([500]);
});

test('increments of one item at once are all counted', async () => {
  // On disk, where reads really overlap with writes.
  using folder = temporaryFolder();
  await using server = await startDynamoDb({ tables, path: folder.path });
  const increment = () =>
    server.documents.update({
      TableName,
      Key: account('a'),
      UpdateExpression: 'ADD amount :one',
      ExpressionAttributeValues: { ':one': 1 },
    });
  await Promise.all(Array.from({ length: 100 }, increment));
  expect((await server.documents.get({ TableName, Key: account('a') })).Item?.amount).toBe(100);
});

test('the same token does nothing again for 10 minutes, and other parameters under it are refused', async () => {
  let now = 1_000_000;
  await using server = await startDynamoDb({ tables, clock: () => now });
  const add = (amount: number) =>
    server.documents.transactWrite({
      ClientRequestToken: 'token-1',
      TransactItems: [
        {
          Update: {
            TableName,
            Key: account('a'),
            UpdateExpression: 'ADD amount :amount',
            ExpressionAttributeValues: { ':amount': amount },
          },
        },
      ],
    });
  const amount = async () => (await server.documents.get({ TableName, Key: account('a') })).Item?.amount;
  await Promise.all([add(1), add(1)]);
  expect(await amount()).toBe(1);
  await expect(add(2)).rejects.toBeInstanceOf(IdempotentParameterMismatchException);
  now += 600_000;
  await server.dynamo.sweep();
  await add(1);
  expect(await amount()).toBe(2);
});

test('an item named twice, 101 actions and more than 4 MB are refused', async () => {
  await using server = await startDynamoDb({ tables });
  const put = (pk: string, text = '') => ({ Put: { TableName, Item: { pk, sk: '1', text } } });
  const invalid = { name: 'ValidationException' };
  const write = (TransactItems: ReturnType<typeof put>[]) =>
    server.documents.transactWrite({ TransactItems });
  await expect(write([put('a'), put('a')])).rejects.toMatchObject(invalid);
  const many = Array.from({ length: 101 }, (_, i) => put(String(i)));
  await expect(write(many)).rejects.toMatchObject(invalid);
  const large = Array.from({ length: 11 }, (_, i) => put(String(i), 'x'.repeat(390_000)));
  await expect(write(large)).rejects.toMatchObject(invalid);
  await write(many.slice(1));
  expect((await server.documents.scan({ TableName, Select: 'COUNT' })).Count).toBe(100);
});

test('an injected conflict reaches single writes and transactions under its names', async () => {
  await using server = await startDynamoDb({ tables, faults: { conflict: (name) => name === TableName } });
  const Item = account('a');
  await expect(server.documents.put({ TableName, Item })).rejects.toBeInstanceOf(
    TransactionConflictException,
  );
  const transaction = server.documents.transactWrite({
    TransactItems: [{ Put: { TableName: 'log', Item } }, { Put: { TableName, Item } }],
  });
  await expect(transaction).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
  });
});
