import {
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import type { Write } from '../../../core/domain.ts';
import { createDb } from '../../../lambdas/adapters/dynamo.ts';
import { createItems } from '../../../lambdas/adapters/items.ts';
import { house } from '../support.ts';

const mock = mockClient(DynamoDBClient);
const db = createDb(mock as unknown as DynamoDBClient);
const items = createItems(db, { house: 'house' });
const create = (key: string): Write => ({
  op: 'create',
  ref: { entity: 'lamp', partition: 'room:a', key },
  data: { on: true, room: 'a' },
});
const named = (name: string) => Object.assign(new Error(name), { name });
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

beforeEach(() => {
  mock.reset();
});

test('a throttled or conflicting single write was not done, and is tried again by its rule', async () => {
  for (const name of [
    'ThrottlingException',
    'ProvisionedThroughputExceededException',
    'TransactionConflictException',
  ]) {
    mock.on(PutItemCommand).rejects(named(name));
    expect(await items.write(house, [create('a')], 1)).toBe('lost');
  }
});

test('a single write whose outcome is unknown is not done a second time', async () => {
  mock.on(PutItemCommand).rejects(named('TimeoutError'));
  await expect(items.write(house, [create('a')], 1)).rejects.toThrow('TimeoutError');
  expect(mock.commandCalls(PutItemCommand)).toHaveLength(1);
});

test('a transaction that met others is lost; one that can never be done is an error', async () => {
  const both = [create('a'), create('b')];
  mock.on(TransactWriteItemsCommand).rejects(cancelled('None', 'TransactionConflict'));
  expect(await items.write(house, both, 1)).toBe('lost');
  mock.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
  expect(await items.write(house, both, 1)).toBe('lost');
  mock.on(TransactWriteItemsCommand).rejects(cancelled('None', 'ValidationError'));
  await expect(items.write(house, both, 1)).rejects.toThrow('cancelled');
});

test('only the guard of a transaction makes it a repeat', async () => {
  const guard = { table: 'idempotency', put: { key: 'k' } };
  mock.on(TransactWriteItemsCommand).rejects(cancelled('None', 'ConditionalCheckFailed'));
  expect(await items.write(house, [create('a')], 1, { guard })).toBe('repeated');
  mock.on(TransactWriteItemsCommand).rejects(cancelled('ConditionalCheckFailed', 'None'));
  expect(await items.write(house, [create('a')], 1, { guard })).toBe('lost');
});

test('every read is consistent', async () => {
  mock.on(QueryCommand).resolves({ Items: [] });
  await items.read('house', [{ partition: 'room:a' }]);
  expect(mock.commandCalls(QueryCommand)[0]?.args[0].input.ConsistentRead).toBe(true);
});
