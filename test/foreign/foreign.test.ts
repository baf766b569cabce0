import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiGatewayManagementApi } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { type Client, clientOf } from '../local/gateway/fixture.ts';
import { synthesizeChat } from './app.ts';

let directory: string;
let cloud: Cloud;
const lines: string[] = [];
const credentials = { accessKeyId: 'AKIDDEVELOPER', secretAccessKey: 'secret' };

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'foreign-'));
  cloud = await startCloud({
    assembly: synthesizeChat(join(directory, 'cdk.out')),
    port: 0,
    memory: true,
    pollMs: 20,
    log: ({ source, line, platform }) => {
      if (!platform) lines.push(`${source} ${line}`);
    },
  });
}, 60_000);
afterAll(async () => {
  await cloud?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function enter(user: string): Promise<Client> {
  const socket = new WebSocket(`${cloud.outputs.SocketUrl}?token=${user}`);
  const client = clientOf(socket);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return client;
}
const refusal = (query: string): Promise<number | undefined> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${cloud.outputs.SocketUrl}${query}`);
    socket.on('error', () => {});
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
async function nextOf(client: Client, type: string): Promise<Record<string, unknown>> {
  for (;;) {
    const message = JSON.parse(await client.next()) as Record<string, unknown>;
    if (message.type === type) return message;
  }
}

test('a foreign app runs: authorizer, routes, callbacks, stream and HTTP API', async () => {
  expect(await refusal('')).toBe(401);
  expect(await refusal('?token=mallory')).toBe(403);

  const alice = await enter('alice');
  const bob = await enter('bob');
  alice.socket.send('{"action":"other"}');
  expect(JSON.parse(await alice.next())).toEqual({ you: 'alice', said: '{"action":"other"}' });

  alice.socket.send(JSON.stringify({ action: 'sendmessage', room: 'lobby', text: 'hello' }));
  for (const client of [alice, bob]) {
    expect(await nextOf(client, 'message')).toEqual({
      type: 'message',
      room: 'lobby',
      user: 'alice',
      text: 'hello',
    });
  }
  expect(await nextOf(bob, 'count')).toEqual({ type: 'count', room: 'lobby', messages: 1 });

  const url = `${cloud.outputs.HttpUrl}/rooms/lobby/messages`;
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, { headers: { authorization: 'Bearer bob' } })).status).toBe(403);
  const history = await fetch(url, { headers: { authorization: 'Bearer alice' } });
  expect(await history.json()).toEqual([{ user: 'alice', text: 'hello' }]);

  await cloud.idle();
  expect(lines).toEqual([]);
});

test('a developer reaches tables and sockets with plain SDK clients', async () => {
  const db = DynamoDBDocument.from(
    new DynamoDBClient({ endpoint: cloud.origin, region: 'us-east-1', credentials }),
  );
  const { Items } = await db.scan({ TableName: cloud.outputs.MessagesTable });
  expect(Items).toMatchObject([{ id: 'lobby', text: 'hello' }]);

  const carol = await enter('carol');
  const own = cloud.gateway.connections().at(-1)?.id ?? '';
  const sockets = new ApiGatewayManagementApi({
    endpoint: cloud.outputs.CallbackUrl ?? '',
    region: 'us-east-1',
    credentials,
  });
  await sockets.postToConnection({ ConnectionId: own, Data: 'from outside' });
  expect(await carol.next()).toBe('from outside');
  carol.socket.close();
  await carol.closed;
  await expect(sockets.postToConnection({ ConnectionId: own, Data: 'x' })).rejects.toMatchObject({
    name: 'GoneException',
  });
});
