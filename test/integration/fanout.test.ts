/** A group above 500 members on the real path: the broadcaster's share, pages through Lambda, posts, forgetting. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import type { ServerFrame } from '../../core/protocol.ts';
import { createDb } from '../../lambdas/adapters/dynamo.ts';
import { createMembers } from '../../lambdas/adapters/members.ts';
import { connect } from '../support/socket.ts';
import { startTestSystem } from '../support/system.ts';

const group = 'factory/line/north';
let system: System;
let client: DynamoDBClient;

beforeAll(async () => {
  system = await startTestSystem();
  client = new DynamoDBClient({
    endpoint: system.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  client.destroy();
  await system.close();
});

test('[FAN-8] everybody in a large group gets one frame, and those that are gone are forgotten', async () => {
  const { outputs, meter } = system.cloud;
  const token = await signIn(system.origin, 'admin');
  const sockets = await Promise.all(
    Array.from({ length: 30 }, () =>
      connect(`${system.origin.replace('http', 'ws')}/live`, ['pulsecast.v1', `jwt.${token}`]),
    ),
  );
  await Promise.all(sockets.map((socket) => socket.subscribe(group)));
  // What the seed wrote is not to reach the large group.
  await system.cloud.idle();
  const members = createMembers(createDb(client), outputs.MembersTable ?? '');
  // Connections that ended without a word, which is what a lost network leaves behind.
  const lost = Array.from({ length: 700 }, (_, index) => `LostConnect${String(index).padStart(4, '0')}=`);
  for (const id of lost) await members.join(group, id, Date.now() + 3_600_000);
  const fanouts = () =>
    Object.entries(meter().amounts['lambda.requests'] ?? {})
      .filter(([name]) => name.includes('Fanout'))
      .reduce((sum, [, amount]) => sum + amount, 0);
  expect(fanouts()).toBe(0);

  const documents = DynamoDBDocument.from(client);
  const key = { partition: 'line/north', item: 'machine#loom-1' };
  const { Item } = await documents.get({ TableName: outputs.FactoryTable, Key: key });
  const rev = Number(Item?.rev) + 1;
  await documents.put({ TableName: outputs.FactoryTable, Item: { ...Item, rev } });
  const shows = (frame: ServerFrame) =>
    frame.type === 'events' &&
    frame.groups.some(({ events }) => events.some((event) => event.key === 'loom-1' && event.rev === rev));
  for (const socket of sockets) await socket.until(shows);
  await system.cloud.idle();
  for (const socket of sockets) expect(socket.frames.filter(shows)).toHaveLength(1);
  // Of 730 recipients the broadcaster keeps a part by its rate; the rest are pages of at most 145, by what it has left of its
  // own burst.
  expect([5, 6]).toContain(fanouts());
  expect(await members.of(group, Date.now())).toHaveLength(30);
  await Promise.all(sockets.map((socket) => socket.close()));
});
