/** What people ran into with such systems, as far as it concerns a client; one test each. */
import { expect, test } from 'vitest';
import { FakeBrowser } from './fake-browser.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';
import { jwt, north, setup, shown, south } from './setup.ts';

const minute = 60_000;

test('the first frame may race the record of the connection: what the server cannot answer yet is asked again', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  let early = 2;
  server.onFrame = (socket, frame) => {
    early -= 1;
    if (early < 0) server.answer(socket, frame);
    else socket.push({ type: 'error', id: frame.id ?? '', code: 'internal', message: 'no such connection' });
  };
  await clock.advance(5000);
  expect(group.status).toBe('live');
  expect(server.sockets).toHaveLength(1);
});

test('live events that come while history is replayed are neither lost nor applied early', async () => {
  const { clock, server, client } = setup();
  server.group(north).write({ 'loom-1': 1 });
  const group = client.group(north);
  await clock.advance(0);
  server.socket.drop();
  server.group(north).write({ 'loom-2': 2 });
  const seen: unknown[] = [];
  group.onItem(({ key, item }) => seen.push([key, item?.data]));
  server.onFrame = (socket, frame) => {
    if (frame.action !== 'subscribe') return server.answer(socket, frame);
    const state = server.group(north).answer({ after: frame.groups[0]?.after });
    socket.members.add(north);
    server.write(north, { 'loom-2': 3 });
    socket.push({ type: 'subscribed', id: frame.id ?? '', groups: [state] });
  };
  await clock.advance(1000);
  expect(seen).toEqual([['loom-2', 3]]);
  expect(group.offset).toBe(server.group(north).last);
});

test('the position has advanced before a listener runs: a push repeated from within one is not applied twice', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const offsets: unknown[] = [];
  const entry = server.group(north).write({ 'loom-1': 1 });
  group.onItem(() => {
    offsets.push(group.offset);
    if (offsets.length < 5) server.broadcast(entry);
    throw new Error('a broken screen');
  });
  server.broadcast(entry);
  expect(offsets).toEqual([entry.offset]);
});

test('renewals are never doubled, whatever reconnects, rolls over and is refreshed by hand', async () => {
  let tokens = 0;
  let now = () => 1_763_638_000_000;
  const { clock, server, client } = setup({
    token: async () => {
      tokens += 1;
      return jwt(now(), now() + 60 * minute, `${tokens}`);
    },
  });
  now = clock.now;
  await clock.advance(0);
  for (let round = 0; round < 5; round += 1) {
    server.socket.drop();
    await clock.advance(1000);
    await client.refreshToken();
    client.reconnectNow();
    await clock.advance(0);
  }
  const before = server.sockets.flatMap((socket) => socket.framesOf('refresh')).length;
  await clock.advance(49 * minute);
  expect(server.sockets.flatMap((socket) => socket.framesOf('refresh'))).toHaveLength(before + 1);
});

test('a tab in the background keeps its socket', async () => {
  const { clock, server, page, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  page.setVisible(false);
  for (let index = 0; index < 60; index += 1) {
    clock.sleep(minute);
    server.write(north, { 'loom-1': index });
    await clock.advance(0);
  }
  expect(server.sockets).toHaveLength(1);
  expect(shown(group)).toEqual({ 'loom-1': 59 });
});

test('a denied group does not end the socket that tabs share, nor is it asked for in a loop', async () => {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  const browser = new FakeBrowser(clock, server);
  server.forbidden.add(south);
  const [one, two] = [browser.open(), browser.open()];
  const groups = [one.client.group(north), two.client.group(south)];
  await clock.advance(60 * minute);
  expect(groups.map(({ status }) => status)).toEqual(['live', 'refused']);
  expect(server.sockets).toHaveLength(1);
  const asked = server.socket.framesOf('subscribe').flatMap((frame) => frame.groups);
  expect(asked.map(({ group }) => group).sort()).toEqual([north, south]);
});

test.each(['forbidden', 'bad_request', 'too_large'] as const)(
  '[CODE-3] a terminal end (%s) is not tried again',
  async (code) => {
    const { clock, server, client } = setup();
    await clock.advance(0);
    server.socket.push({ type: 'disconnect', code, message: '', reconnect: false, afterMs: 1000 });
    await clock.advance(600 * minute);
    expect(server.sockets).toHaveLength(1);
    expect(client.state).toBe('error');
  },
);

test('recovery works each time, not once', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  for (let round = 1; round <= 10; round += 1) {
    server.socket.drop();
    server.group(north).write({ 'loom-1': round });
    await clock.advance(1000);
    expect(shown(group)).toEqual({ 'loom-1': round });
    expect(server.socket.framesOf('subscribe')[0]?.groups[0]?.after).toBeDefined();
  }
});

test('a client that has seen no event yet recovers too: it has the position of the empty log', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const { offset } = group;
  expect(offset).toBe(server.group(north).last);
  server.socket.drop();
  server.group(north).write({ 'loom-1': 1 });
  await clock.advance(1000);
  expect(server.socket.framesOf('subscribe')).toMatchObject([{ groups: [{ group: north, after: offset }] }]);
  expect(shown(group)).toEqual({ 'loom-1': 1 });
});

test('timers that the browser holds back do not fake a dead link', async () => {
  const { clock, server, page, client, states } = setup();
  client.group(north);
  await clock.advance(0);
  page.setVisible(false);
  await clock.advance(31_000);
  let answer = () => {};
  server.onFrame = (socket, frame) => {
    answer = () => server.answer(socket, frame);
  };
  page.setVisible(true);
  clock.sleep(10 * minute);
  await clock.advance(0);
  answer();
  server.onFrame = undefined;
  await clock.advance(minute);
  expect(states).toEqual(['connecting', 'connected']);
});

test('who is there does not flicker: a reconnect and a rollover take no item away and bring none back', async () => {
  const { clock, server, client } = setup();
  server.group(north).write({ ann: { present: true }, ben: { present: true } });
  const group = client.group(north);
  await clock.advance(0);
  const changes: unknown[] = [];
  group.onItem(({ key }) => changes.push(key));
  server.socket.drop();
  await clock.advance(1000);
  server.group(north).expire();
  server.socket.drop();
  await clock.advance(1000);
  await clock.advance(120 * minute);
  expect(server.sockets).toHaveLength(4);
  expect(server.sockets.flatMap((socket) => socket.framesOf('unsubscribe'))).toEqual([]);
  expect(changes).toEqual([]);
});

test('a token that has expired meanwhile is not replayed on reconnect', async () => {
  const { clock, server } = setup({
    token: async ({ fresh }) => (fresh ? jwt(0, 9e12, 'fresh') : jwt(0, 1_763_638_060_000, 'cached')),
  });
  await clock.advance(0);
  clock.sleep(10 * minute);
  server.socket.drop();
  await clock.advance(1000);
  expect(server.sockets.map(({ token }) => token)).toEqual([
    jwt(0, 1_763_638_060_000, 'cached'),
    jwt(0, 9e12, 'fresh'),
  ]);
});

test('an entry of which nothing is left is no hole', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  for (let index = 0; index < 3; index += 1) server.broadcast(server.group(north).append([]));
  server.write(north, { 'loom-1': 1 });
  await clock.advance(10_000);
  expect(shown(group)).toEqual({ 'loom-1': 1 });
  expect(server.socket.framesOf('sync')).toEqual([]);
});

test('[CODE-3] what is asked too often is asked again when the server says, not before', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  let limited = true;
  server.onFrame = (socket, frame) => {
    if (!limited) return server.answer(socket, frame);
    limited = false;
    const retryAfterMs = 20_000;
    socket.push({ type: 'error', id: frame.id ?? '', code: 'rate_limited', message: '', retryAfterMs });
  };
  await clock.advance(20_000);
  expect(group.status).toBe('loading');
  await clock.advance(1000);
  expect(group.status).toBe('live');
  expect(server.socket.framesOf('subscribe')).toHaveLength(2);
});

test('the reply to an own signal is not taken for the signal of another', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const heard: unknown[] = [];
  group.onSignal((signal) => heard.push(signal));
  group.signal({ editing: 'a' });
  const [sent] = server.socket.framesOf('signal');
  server.socket.push({ type: 'signal', id: sent?.id ?? '', group: north, from: { user: 'me' }, data: 1 });
  expect(heard).toEqual([]);
});
