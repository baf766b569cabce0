import validations from 'dynalite/validations/index.js';
import putItem from 'dynalite/validations/putItem.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPlainItem } from '../../../local/dynamodb/plain.ts';
import { validate } from '../../../local/dynamodb/validate.ts';
import { startDynamoDb, table } from './server.ts';

const TableName = 'things';

/** Values of every type, well and badly formed: of both there must be enough. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ S: fc.string() }),
    fc.record({
      N: fc.oneof(
        fc.integer().map(String),
        fc.double({ noNaN: true }).map(String),
        fc.constantFrom(
          '-0',
          '007',
          '1.0',
          '.5',
          '1e3',
          '',
          'x',
          '-',
          '5.',
          '9'.repeat(39),
          '0.10',
          '+1',
          ' 1',
        ),
      ),
    }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ NULL: fc.boolean() }),
    fc.constantFrom<object | null>(
      {},
      null,
      { S: 1 },
      { S: null },
      { N: 7 },
      { BOOL: 'true' },
      { M: [] },
      { L: {} },
      { SS: ['a'] },
      { SS: [] },
      { NS: ['1', '1.0'] },
      { B: 'AAAA' },
      { S: 'a', N: '1' },
      { X: 'a' },
    ),
    fc.record({
      M: fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        tie('value'),
        { maxKeys: 3 },
      ),
    }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 3 }) }),
  ),
}));
const item = fc.dictionary(fc.constantFrom('pk', 'sk', 'a', 'b'), value);

/** What dynalite alone makes of it. */
function checkedByDynalite(Item: object): unknown {
  try {
    const data = validations.checkTypes(structuredClone({ TableName, Item }), putItem.types);
    validations.checkValidations(data, putItem.types, putItem.custom, { options: { maxItemSize: 1e6 } });
    return data.Item;
  } catch {
    return 'refused';
  }
}

describe('validation', () => {
  test('an item that counts as plain is one that dynalite takes as it is', () => {
    let plain = 0;
    fc.assert(
      fc.property(item, (Item) => {
        if (!isPlainItem(Item)) return;
        plain += 1;
        expect(checkedByDynalite(Item)).toEqual(Item);
        expect(validate<{ Item: object }>('PutItem', { TableName, Item }).Item).toEqual(Item);
      }),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(300);
  });

  test('any other item goes the way of dynalite', () => {
    expect(validate('PutItem', { TableName, Item: { pk: { N: '007.50' } } })).toMatchObject({
      Item: { pk: { N: '7.5' } },
    });
    for (const bad of [
      { N: 'x' },
      { S: 'a', N: '1' },
      {},
      { SS: [] },
      { S: 5 },
      { M: { inner: { L: [{}] } } },
    ]) {
      expect(() => validate('PutItem', { TableName, Item: { pk: bad } })).toThrow();
    }
  });

  test('a call that takes no item does not get one', () => {
    const Key = { pk: { S: 'a' } };
    expect(validate('UpdateItem', { TableName, Key, Item: { pk: { S: 'b' } } })).not.toHaveProperty('Item');
  });

  test('a query that comes again reads what is there by then, and goes on where it is told', async () => {
    await using server = await startDynamoDb({ tables: [table(TableName)] });
    const query = () =>
      server.documents.query({
        TableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :begin)',
        FilterExpression: 'n > :least',
        ProjectionExpression: 'sk',
        ExpressionAttributeValues: { ':pk': 'a', ':begin': 's', ':least': 0 },
        Limit: 1,
      });
    expect((await query()).Items).toEqual([]);
    for (const sk of ['s2', 's1', 'x'])
      await server.documents.put({ TableName, Item: { pk: 'a', sk, n: 1 } });
    for (let time = 0; time < 3; time += 1) {
      expect(await query()).toMatchObject({ Items: [{ sk: 's1' }], LastEvaluatedKey: { pk: 'a', sk: 's1' } });
    }
    await server.documents.delete({ TableName, Key: { pk: 'a', sk: 's1' } });
    expect((await query()).Items).toEqual([{ sk: 's2' }]);
  });
});
