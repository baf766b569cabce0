import { expect, test } from 'vitest';
import type { ClientOptions } from '../../../web/client/index.ts';
import type { FakeServer } from './fake-server.ts';
import { north, setup, shown, south } from './setup.ts';

/** A client whose socket has failed five times. */
async function failed(options: Partial<ClientOptions> = {}, prepare?: (server: FakeServer) => void) {
  const all = setup(options, (server) => {
    server.mode = 'refuse';
    prepare?.(server);
  });
  const group = all.client.group(north);
  while (all.client.state !== 'failed' && all.client.state !== 'error') await all.clock.advance(250);
  await all.clock.advance(0);
  return { ...all, group };
}

test('[LIVE-6] after five failures in a row groups are polled, not before', async () => {
  const { server, states, group } = await failed({}, (made) => made.group(north).write({ 'loom-1': 1 }));
  expect(server.sockets).toHaveLength(5);
  expect(states).toEqual(['connecting', 'failed']);
  expect(server.requests.map(({ url }) => url)).toEqual([`/api/groups/${north}`]);
  expect(shown(group)).toEqual({ 'loom-1': 1 });
  expect(group.status).toBe('live');
});

test('[LIVE-6] polls go out every 10 s with the offset, and apply what is new', async () => {
  const { clock, server, group } = await failed({ token: async () => 'a.b.c' });
  await clock.advance(10_000);
  expect(server.requests[1]).toEqual({
    url: `/api/groups/${north}?after=${group.offset}`,
    headers: { authorization: 'Bearer a.b.c' },
  });
  const before = group.updatedAt ?? 0;
  server.group(north).write({ 'loom-1': 1 });
  await clock.advance(10_000);
  expect(server.requests).toHaveLength(3);
  expect(shown(group)).toEqual({ 'loom-1': 1 });
  expect(group.updatedAt).toBe(before + 10_000);
});

test('an unchanged group counts as current', async () => {
  const { clock, group } = await failed();
  const before = group.updatedAt ?? 0;
  await clock.advance(10_000);
  expect(group.updatedAt).toBe(before + 10_000);
  expect(group.status).toBe('live');
});

test('snapshots in pages are gathered over HTTP too', async () => {
  const items = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`loom-${index}`, index]));
  const { group, server } = await failed({}, (made) => {
    made.group(north).write(items);
    made.group(north).pageSize = 2;
  });
  expect(shown(group)).toEqual(items);
  expect(server.requests).toHaveLength(3);
  expect(server.requests[2]?.url).toContain('?more=');
});

test('a problem document refuses its group and no other', async () => {
  const { clock, server, client, group } = await failed({}, (made) => made.forbidden.add(north));
  const other = client.group(south);
  await clock.advance(20_000);
  expect(group.status).toBe('refused');
  expect(group.error?.code).toBe('forbidden');
  expect(other.status).toBe('live');
  expect(server.requests.filter(({ url }) => url.includes(north))).toHaveLength(1);
});

test.each(['down', 503, 'hang'] as const)(
  'polls that fail (%s) leave the data stale and go on',
  async (http) => {
    const { clock, server, group } = await failed({}, (made) => made.group(north).write({ 'loom-1': 1 }));
    server.http = http;
    await clock.advance(50_000);
    expect(group.status).toBe('stale');
    expect(shown(group)).toEqual({ 'loom-1': 1 });
    server.http = 'answer';
    await clock.advance(50_000);
    expect(group.status).toBe('live');
  },
);

test('a 401 asks for a fresh token once for all groups; when that is refused too, the state is error', async () => {
  const asked: boolean[] = [];
  const token = async ({ fresh }: { fresh: boolean }) => {
    asked.push(fresh);
    return `a.b.${asked.length}`;
  };
  const { clock, server, client } = await failed({ token });
  client.group(south);
  server.http = 401;
  await clock.advance(9000);
  asked.length = 0;
  await clock.advance(2000);
  expect(client.state).toBe('failed');
  await clock.advance(60_000);
  expect(asked.filter((fresh) => fresh)).toHaveLength(1);
  expect(client.state).toBe('error');
  const { length } = server.requests;
  await clock.advance(600_000);
  expect(server.requests).toHaveLength(length);
});

test('[LIVE-6] the socket is still tried, and takes over by itself from where polling was', async () => {
  const { clock, server, client, group, states } = await failed();
  await clock.advance(10_000);
  server.group(north).write({ 'loom-1': 1 });
  const { offset } = group;
  server.mode = 'accept';
  while (client.state === 'failed') await clock.advance(100);
  await clock.advance(0);
  expect(states).toEqual(['connecting', 'failed', 'connected']);
  expect(server.socket.framesOf('subscribe')).toMatchObject([{ groups: [{ group: north, after: offset }] }]);
  expect(shown(group)).toEqual({ 'loom-1': 1 });
  const { length } = server.requests;
  await clock.advance(60_000);
  expect(server.requests).toHaveLength(length);
});

test('[LIVE-6] a socket that opens but never works does not end the polling', async () => {
  const { clock, server, states } = await failed();
  server.mode = 'accept';
  server.onFrame = (socket) => socket.drop();
  await clock.advance(120_000);
  expect(states).toEqual(['connecting', 'failed']);
  expect(server.requests.length).toBeGreaterThan(10);
});

test('what was polled stays current while sockets open and fail', async () => {
  const { clock, server, group } = await failed();
  const statuses = new Set<string>();
  group.onChange(() => statuses.add(group.status));
  server.mode = 'accept';
  server.onFrame = (socket) => socket.drop();
  await clock.advance(120_000);
  expect([...statuses]).toEqual(['live']);
});

test.each([403, 200])(
  '[LIVE-7] a poll that answers %s after it was given up changes nothing',
  async (status) => {
    let late = () => {};
    const { clock, server, client, group } = await failed({
      fetch: () =>
        new Promise((resolve) => {
          const json = async () => ({ code: 'forbidden', title: 'late' });
          late = () => resolve({ status, json });
        }),
    });
    server.mode = 'accept';
    while (client.state === 'failed') await clock.advance(100);
    await clock.advance(0);
    expect(group.status).toBe('live');
    client.close();
    late();
    await clock.advance(0);
    expect(group.status).toBe('stale');
    expect(clock.pending).toBe(0);
  },
);

test('a refresh while groups are polled brings a fresh token, and what was refused before is asked for again', async () => {
  let known = 'a.old.c';
  const { clock, server, client, group } = await failed(
    {
      token: async ({ fresh }) => {
        if (fresh) known = 'a.new.c';
        return known;
      },
    },
    (made) => made.forbidden.add(north),
  );
  await clock.advance(20_000);
  expect(group.status).toBe('refused');
  expect(server.requests).toHaveLength(1);
  server.forbidden.delete(north);
  await client.refreshToken();
  await clock.advance(10_000);
  expect(group.status).toBe('live');
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer a.old.c',
    'Bearer a.new.c',
  ]);
});
