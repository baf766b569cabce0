/** What stood in a group's log when a view of it was wrong: was there no such entry, or was it not taken? */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { Event } from '../../core/protocol.ts';
import { idOf } from './truth.ts';
import type { World } from './world.ts';

const entries = 12;

/** The newest entries in words, the newest first. */
export async function logOf({ origin, cloud }: World, group: string): Promise<string> {
  const client = new DynamoDBClient({
    endpoint: origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { Items = [] } = await DynamoDBDocument.from(client).query({
    TableName: cloud.outputs.LogTable,
    KeyConditionExpression: '#group = :group',
    ExpressionAttributeNames: { '#group': 'group' },
    ExpressionAttributeValues: { ':group': group },
    ScanIndexForward: false,
    Limit: entries,
  });
  client.destroy();
  return Items.map(({ offset, events }) => {
    const told = JSON.parse(String(events)) as Event[];
    return `${offset}: ${told.map((event) => `${idOf(event)} ${event.op} ${event.rev}`).join(', ')}`;
  }).join('; ');
}
