import {
  ConditionalCheckFailedException,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/ports.ts';
import { startDynamoDb, table, withIndex } from './server.ts';

const TableName = 'things';
const tables = [table(TableName, withIndex)];

describe('conditions', () => {
  test('a failed condition is the typed exception and changes nothing', async () => {
    await using server = await startDynamoDb({ tables });
    const put = (rev: number) =>
      server.documents.put({
        TableName,
        Item: { pk: 'a', sk: '1', rev },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
    await put(1);
    await expect(put(2)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    const { Item } = await server.documents.get({ TableName, Key: { pk: 'a', sk: '1' } });
    expect(Item?.rev).toBe(1);
  });

  test('ALL_OLD on a failed condition brings what stands there, for put, update and delete', async () => {
    await using server = await startDynamoDb({ tables });
    const Key = { pk: 'a', sk: '1' };
    await server.documents.put({ TableName, Item: { ...Key, rev: 7 } });
    const failing = {
      TableName,
      ConditionExpression: 'rev = :rev',
      ExpressionAttributeValues: { ':rev': 1 },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    const image = { Item: { pk: { S: 'a' }, sk: { S: '1' }, rev: { N: '7' } } };
    await expect(server.documents.put({ ...failing, Item: Key })).rejects.toMatchObject(image);
    await expect(server.documents.delete({ ...failing, Key })).rejects.toMatchObject(image);
    await expect(
      server.documents.update({ ...failing, Key, UpdateExpression: 'REMOVE notes' }),
    ).rejects.toMatchObject(image);
  });

  test('maps and lists are compared by value, in conditions and in filters', async () => {
    await using server = await startDynamoDb({ tables });
    const Item = { pk: 'a', sk: '1', place: { hall: 2, row: ['x', 'y'] } };
    await server.documents.put({ TableName, Item });
    const ExpressionAttributeValues = { ':place': { row: ['x', 'y'], hall: 2 } };
    await server.documents.put({
      TableName,
      Item,
      ConditionExpression: 'place = :place AND NOT place <> :place AND place IN (:place)',
      ExpressionAttributeValues,
    });
    const { Items, ScannedCount } = await server.documents.scan({
      TableName,
      FilterExpression: 'place <> :place',
      ExpressionAttributeValues,
    });
    expect({ Items, ScannedCount }).toEqual({ Items: [], ScannedCount: 1 });
  });

  test('an update returns what ReturnValues asks for', async () => {
    await using server = await startDynamoDb({ tables });
    const Key = { pk: 'a', sk: '1' };
    const add = (ReturnValues: 'ALL_NEW' | 'UPDATED_OLD') =>
      server.documents.update({
        TableName,
        Key,
        UpdateExpression: 'ADD amount :one SET label = if_not_exists(label, :new)',
        ExpressionAttributeValues: { ':one': 1, ':new': 'new' },
        ReturnValues,
      });
    expect((await add('ALL_NEW')).Attributes).toEqual({ ...Key, amount: 1, label: 'new' });
    expect((await add('UPDATED_OLD')).Attributes).toEqual({ amount: 1, label: 'new' });
  });
});

describe('limits and errors', () => {
  test('an item of 400 KB is kept, one byte more is refused, counted in UTF-8', async () => {
    await using server = await startDynamoDb({ tables });
    const put = (text: string) => server.documents.put({ TableName, Item: { pk: 'a', sk: '1', text } });
    const room = 400 * 1024 - 'pk'.length - 'a'.length - 'sk'.length - '1'.length - 'text'.length;
    await put('x'.repeat(room));
    await expect(put('x'.repeat(room + 1))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put('ж'.repeat(room / 2 + 1))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('an unknown table, a wrong key and an unknown action have the names of the service', async () => {
    await using server = await startDynamoDb({ tables });
    const Item = { pk: { S: 'a' }, sk: { N: '1' } };
    await expect(server.client.send(new PutItemCommand({ TableName: 'none', Item }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    );
    await expect(server.client.send(new PutItemCommand({ TableName, Item }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(server.dynamo.call('Unknown', {}, {})).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
  });

  test('an injected throttle reaches the client, and leaves a part of a batch unprocessed', async () => {
    let throttled = 0;
    const faults = { throttle: (_table: string, action: string) => action !== 'GetItem' && throttled-- > 0 };
    await using server = await startDynamoDb({ tables, faults });
    const Item = (sk: string) => ({ pk: 'a', sk });
    throttled = 1;
    await expect(server.documents.put({ TableName, Item: Item('1') })).rejects.toBeInstanceOf(
      ProvisionedThroughputExceededException,
    );
    throttled = 1;
    const { UnprocessedItems } = await server.documents.batchWrite({
      RequestItems: { [TableName]: ['1', '2', '3'].map((sk) => ({ PutRequest: { Item: Item(sk) } })) },
    });
    expect(UnprocessedItems).toEqual({ [TableName]: [{ PutRequest: { Item: Item('1') } }] });
    const { Responses } = await server.documents.batchGet({
      RequestItems: { [TableName]: { Keys: ['1', '2', '3'].map(Item) } },
    });
    expect(Responses?.[TableName]).toEqual([Item('2'), Item('3')]);
  });
});

describe('access', () => {
  test('every call asks for its own action on the table or index, with the leading keys', async () => {
    const asked: unknown[][] = [];
    const caller = { roleArn: 'arn:aws:iam::000000000000:role/reader' };
    await using server = await startDynamoDb({
      tables,
      caller,
      authorize: (who, action, resource, context) => {
        expect(who).toEqual(caller);
        asked.push([action, resource.split(':').at(-1), context?.['dynamodb:LeadingKeys']]);
      },
    });
    const Key = { pk: 'a', sk: '1' };
    await server.documents.get({ TableName, Key });
    await server.documents.query({
      TableName,
      IndexName: 'by-status',
      KeyConditionExpression: '#status = :open',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':open': 'open' },
    });
    await server.documents.batchWrite({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } });
    await server.documents.transactWrite({
      TransactItems: [
        { Put: { TableName, Item: { ...Key, pk: 'b' } } },
        { ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    });
    await server.documents.transactGet({ TransactItems: [{ Get: { TableName, Key } }] });
    expect(asked).toEqual([
      ['dynamodb:GetItem', 'table/things', ['a']],
      ['dynamodb:Query', 'table/things/index/by-status', ['open']],
      ['dynamodb:BatchWriteItem', 'table/things', ['a']],
      ['dynamodb:PutItem', 'table/things', ['b']],
      ['dynamodb:ConditionCheckItem', 'table/things', ['a']],
      ['dynamodb:GetItem', 'table/things', ['a']],
    ]);
  });

  test('what is refused is not done, in a transaction neither in part', async () => {
    await using server = await startDynamoDb({
      tables,
      authorize: (_caller, action, resource) => {
        if (action !== 'dynamodb:DeleteItem') return;
        throw new AwsError('AccessDeniedException', `not authorized to perform: ${action} on ${resource}`);
      },
    });
    const Item = { pk: 'a', sk: '1' };
    await server.documents.put({ TableName, Item });
    const refused = { name: 'AccessDeniedException' };
    await expect(server.documents.delete({ TableName, Key: Item })).rejects.toMatchObject(refused);
    const transaction = server.documents.transactWrite({
      TransactItems: [
        { Put: { TableName, Item: { pk: 'b', sk: '1' } } },
        { Delete: { TableName, Key: Item } },
      ],
    });
    await expect(transaction).rejects.toMatchObject(refused);
    expect((await server.documents.scan({ TableName })).Items).toEqual([Item]);
  });
});

describe('capacity', () => {
  test('units are metered as the service bills them, and reported when asked for', async () => {
    const metered: unknown[][] = [];
    await using server = await startDynamoDb({ tables, meter: (...entry) => metered.push(entry) });
    const Key = { pk: 'a', sk: '1' };
    const ReturnConsumedCapacity = 'INDEXES';
    const put = await server.documents.put({
      TableName,
      Item: { ...Key, text: 'x'.repeat(3000), status: 'open', at: 1 },
      ReturnConsumedCapacity,
    });
    expect(put.ConsumedCapacity).toEqual({
      TableName,
      CapacityUnits: 6,
      Table: { CapacityUnits: 3 },
      GlobalSecondaryIndexes: { 'by-status': { CapacityUnits: 3 } },
    });
    await server.documents.get({ TableName, Key });
    await server.documents.get({ TableName, Key, ConsistentRead: true });
    const transaction = await server.documents.transactGet({
      TransactItems: [{ Get: { TableName, Key } }],
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect(transaction.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 2 }]);
    await server.documents.transactWrite({
      TransactItems: [{ Put: { TableName, Item: { pk: 'b', sk: '1' } } }],
    });
    await server.documents
      .delete({ TableName, Key, ConditionExpression: 'attribute_not_exists(pk)' })
      .catch(() => undefined);
    expect(metered).toEqual([
      ['dynamodb.writeUnits', TableName, 6],
      ['dynamodb.readUnits', TableName, 0.5],
      ['dynamodb.readUnits', TableName, 1],
      ['dynamodb.readUnits', TableName, 2],
      ['dynamodb.writeUnits', TableName, 2],
      ['dynamodb.writeUnits', TableName, 3],
    ]);
  });
});
