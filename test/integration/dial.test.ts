/** The dial between latency and cost, through the real way: stream mappings, functions, sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { App, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Event, ServerFrame } from '../../core/protocol.ts';
import { PulsecastStack } from '../../lib/index.ts';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { connect, type TestSocket } from '../support/socket.ts';
import { domains } from './dial/domains.ts';

const windowSeconds = 4;
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
let folder: string;
let cloud: Cloud;
let client: DynamoDBClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pulsecast-dial-'));
  const app = new App({ outdir: folder });
  new PulsecastStack(app, 'Shop', {
    domains,
    domainsEntry: path('dial/domains.ts'),
    issuerParameters: { issuer: 'https://id.example.com/auth', audience: 'shop' },
    relaxedWindow: Duration.seconds(windowSeconds),
    siteDirectory: path('../support/site'),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  cloud = await startCloud({ assembly: app.synth().directory, port: 0, memory: true });
  client = new DynamoDBClient({
    endpoint: cloud.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'dial', secretAccessKey: 'dial' },
  });
}, 60_000);
afterAll(async () => {
  client.destroy();
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a socket was pushed of an entity, frame by frame. */
const pushed = ({ frames }: TestSocket, entity: string): Event[][] =>
  frames
    .filter((frame) => frame.type === 'events')
    .map(({ groups }) => groups.flatMap(({ events }) => events).filter((event) => event.entity === entity))
    .filter((events) => events.length > 0);

const holds = (entity: string, rev: number) => (frame: ServerFrame) =>
  frame.type === 'events' &&
  frame.groups.some(({ events }) => events.some((event) => event.entity === entity && event.rev === rev));

test('[DIAL-1] a hundred changes of a relaxed entity are one frame; an instant one is not held up', async () => {
  const documents = DynamoDBDocument.from(client);
  const write = (entity: string, key: string, rev: number) =>
    documents.put({
      TableName: cloud.outputs.ShopTable,
      Item: { partition: 'shop', item: `${entity}#${key}`, rev, data: { n: rev }, hidden: {} },
    });
  const sockets = await Promise.all(
    Array.from({ length: 3 }, () => connect(cloud.outputs.LiveUrl ?? '', ['pulsecast.v1'])),
  );
  for (const socket of sockets) expect(await socket.subscribe('shop/all')).toMatchObject({ snapshot: [] });
  // Functions that have to start first would make it a test of cold starts.
  await write('order', 'first', 1);
  await Promise.all(sockets.map((socket) => socket.until(holds('order', 1))));

  const started = performance.now();
  const keys = Array.from({ length: 10 }, (_, index) => `v${index}`);
  await Promise.all(
    keys.map(async (key) => {
      for (let rev = 1; rev <= 10; rev += 1) await write('visit', key, rev);
    }),
  );
  await write('order', 'second', 2);
  await Promise.all(sockets.map((socket) => socket.until(holds('order', 2))));
  const instantMs = performance.now() - started;
  for (const socket of sockets) expect(pushed(socket, 'visit')).toEqual([]);

  await Promise.all(sockets.map((socket) => socket.until(holds('visit', 10))));
  await cloud.idle();
  expect(instantMs).toBeLessThan(windowSeconds * 1000);
  for (const socket of sockets) {
    const frames = pushed(socket, 'visit');
    expect(frames).toHaveLength(1);
    expect(frames[0]?.map(({ key, rev }) => `${key} ${rev}`).sort()).toEqual(keys.map((key) => `${key} 10`));
    await socket.close();
  }
});
