/**
 * Raises the revision of 20 items without end, in a process of its own that a test kills. The first argument is the
 * database's folder; prints a character for every 10 revisions.
 */
import { createDynamoDb } from '../../../local/dynamodb/index.ts';
import { table, withIndex } from './server.ts';

const dynamo = await createDynamoDb({
  path: process.argv[2] ?? '',
  clock: Date.now,
  authorize: () => undefined,
  meter: () => undefined,
});
await dynamo.ensureTables([table('things', withIndex)]);

let raised = 0;

async function raise(pk: string): Promise<never> {
  for (;;) {
    const update = {
      TableName: 'things',
      Key: { pk: { S: pk }, sk: { S: '1' } },
      UpdateExpression: 'SET #status = :status ADD rev :one, #at :one',
      ExpressionAttributeNames: { '#status': 'status', '#at': 'at' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':status': { S: 'open' } },
    };
    await dynamo.call('TransactWriteItems', { TransactItems: [{ Update: update }] }, {});
    raised += 1;
    if (raised % 10 === 0) process.stdout.write('.');
  }
}

await Promise.all(Array.from({ length: 20 }, (_, i) => raise(`item-${i}`)));
