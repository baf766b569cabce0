import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterEach, expect, test } from 'vitest';
import { AwsError } from '../../../local/ports.ts';
import { assemblyOf, type Handler, type Running, run, webSocketApi } from './fixture.ts';

let running: Running | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});
const ok = () => ({ statusCode: 200 });
async function start(
  handlers: Record<string, Handler> = {},
  options: Parameters<typeof run>[2] = {},
): Promise<Running> {
  const routes = Object.fromEntries(Object.keys(handlers).map((name) => [`$${name}`, name]));
  running = await run(assemblyOf(webSocketApi(routes)), handlers, options);
  return running;
}
const post = (ConnectionId: string, Data: string | Uint8Array = 'hello') =>
  new PostToConnectionCommand({ ConnectionId, Data });
const onlyId = ({ gateway }: Running): string => gateway.connections()[0]?.id ?? '';

test('POST sends to the client, above 32 KB too', async () => {
  const live = await start();
  const client = await live.connect();
  await live.management().send(post(onlyId(live)));
  expect(await client.next()).toBe('hello');
  await live.management().send(post(onlyId(live), 'ü'.repeat(60_000)));
  expect(await client.next()).toBe('ü'.repeat(60_000));
});

test('POST to a closed or unknown connection is GoneException', async () => {
  const live = await start();
  const client = await live.connect();
  const id = onlyId(live);
  client.socket.close();
  await expect.poll(() => live.gateway.connections()).toEqual([]);
  for (const gone of [id, 'L0SM9cOFvHcCIhw=']) {
    await expect(live.management().send(post(gone))).rejects.toMatchObject({
      name: 'GoneException',
      $metadata: { httpStatusCode: 410 },
    });
  }
});

test('a malformed connection id is BadRequestException', async () => {
  const live = await start();
  await expect(live.management().send(post('nonsense'))).rejects.toMatchObject({
    name: 'BadRequestException',
  });
});

test('POST during $connect is GoneException, after it arrives', async () => {
  let during: unknown;
  const live = await start({
    connect: async (event: { requestContext: { connectionId: string } }) => {
      during = await live
        .management()
        .send(post(event.requestContext.connectionId))
        .catch((error: Error) => error.name);
      return ok();
    },
  });
  const client = await live.connect();
  expect(during).toBe('GoneException');
  await live.management().send(post(onlyId(live)));
  expect(await client.next()).toBe('hello');
});

test('a payload above 128 KB is PayloadTooLargeException', async () => {
  const live = await start();
  await live.connect();
  await expect(live.management().send(post(onlyId(live), 'a'.repeat(128 * 1024 + 1)))).rejects.toMatchObject({
    name: 'PayloadTooLargeException',
    $metadata: { httpStatusCode: 413 },
  });
});

test('an empty account bucket is LimitExceededException', async () => {
  const live = await start({}, { limits: { burst: 2, requestsPerSecond: 0 } });
  await live.connect();
  await live.management().send(post(onlyId(live)));
  await expect(live.management().send(post(onlyId(live)))).rejects.toMatchObject({
    name: 'LimitExceededException',
    $metadata: { httpStatusCode: 429 },
  });
});

test('a client that does not read gets LimitExceededException, others are served', async () => {
  const live = await start({}, { limits: { clientBufferBytes: 100_000 } });
  const slow = await live.connect();
  const id = onlyId(live);
  const quick = await live.connect();
  slow.socket.pause();
  const flood = async () => {
    for (let n = 0; n < 500; n++) await live.management().send(post(id, 'a'.repeat(100_000)));
  };
  await expect(flood()).rejects.toMatchObject({ name: 'LimitExceededException' });
  const other = live.gateway.connections().find((connection) => connection.id !== id)?.id ?? '';
  await live.management().send(post(other));
  expect(await quick.next()).toBe('hello');
});

test('GET describes, DELETE closes and the disconnect event says so', async () => {
  const seen: unknown[] = [];
  const live = await start({ disconnect: (event) => seen.push(event) });
  const client = await live.connect('/live', [], { 'User-Agent': 'tester' });
  const id = onlyId(live);
  const description = await live.management().send(new GetConnectionCommand({ ConnectionId: id }));
  expect(description).toMatchObject({
    ConnectedAt: expect.any(Date),
    LastActiveAt: expect.any(Date),
    Identity: { SourceIp: '127.0.0.1', UserAgent: 'tester' },
  });
  await live.management().send(new DeleteConnectionCommand({ ConnectionId: id }));
  expect((await client.closed).code).toBe(1000);
  await expect(live.management().send(new GetConnectionCommand({ ConnectionId: id }))).rejects.toMatchObject({
    name: 'GoneException',
  });
  await expect.poll(() => seen).toMatchObject([{ requestContext: { disconnectStatusCode: 1000 } }]);
});

test('the role of the caller must grant execute-api:ManageConnections', async () => {
  const checked: unknown[] = [];
  const live = await start(
    {},
    {
      caller: { roleArn: 'arn:role' },
      authorize: (caller, action, resource) => {
        checked.push([caller.roleArn, action, resource]);
        throw new AwsError('AccessDeniedException', 'not granted');
      },
    },
  );
  await live.connect();
  const id = onlyId(live);
  await expect(live.management().send(post(id))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 403 },
  });
  expect(checked).toEqual([
    [
      'arn:role',
      'execute-api:ManageConnections',
      `arn:aws:execute-api:us-east-1:000000000000:ws1/live/POST/@connections/${id}`,
    ],
  ]);
});

test('an unsigned call is refused', async () => {
  const live = await start();
  await live.connect();
  const url = `http://127.0.0.1:${live.port}/ws1/live/@connections/${encodeURIComponent(onlyId(live))}`;
  expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(403);
});
