import { expect, test } from 'vitest';
import { retryDelay } from '../../../web/client/backoff.ts';
import { north, setup, shown } from './setup.ts';

test('[LIVE-5] full jitter: 0-1 s after a connection that worked, doubled by each failure, never above 30 s', () => {
  const most = [0, 1, 2, 3, 4, 5, 50].map((failures) => retryDelay(failures, () => 1));
  expect(most).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(retryDelay(50, () => 0)).toBe(0);
});

test('a connection without a token offers the protocol alone; with one, the token beside it', async () => {
  const anonymous = setup();
  await anonymous.clock.advance(0);
  expect(anonymous.server.socket.protocols).toEqual(['pulsecast.v1']);
  const known = setup({ token: async () => 'a.b.c' });
  await known.clock.advance(0);
  expect(known.server.socket.protocols).toEqual(['pulsecast.v1', 'jwt.a.b.c']);
  expect(known.server.socket.url).toBe('wss://host/live');
});

test('[LIVE-5] a lost socket is replaced within a second and the groups resume from their offset', async () => {
  const { clock, server, client, states } = setup();
  server.group(north).write({ 'loom-1': { count: 1 } });
  const group = client.group(north);
  await clock.advance(0);
  const { offset } = group;
  server.socket.drop();
  expect(group.status).toBe('stale');
  expect(shown(group)).toEqual({ 'loom-1': { count: 1 } });
  expect(client.retryAt).toBe(clock.now() + 500);
  server.group(north).write({ 'loom-1': { count: 2 } });
  await clock.advance(500);
  expect(server.sockets).toHaveLength(2);
  expect(server.socket.framesOf('subscribe')).toMatchObject([{ groups: [{ group: north, after: offset }] }]);
  expect(shown(group)).toEqual({ 'loom-1': { count: 2 } });
  expect(group.status).toBe('live');
  expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
});

test('[LIVE-5] a server that takes the socket and drops it is backed off from', async () => {
  const { clock, server } = setup();
  server.onFrame = (socket) => socket.drop();
  await clock.advance(0);
  const drops: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    const before = clock.now();
    const opened = server.sockets.length;
    server.socket.drop();
    while (server.sockets.length === opened) await clock.advance(250);
    drops.push(clock.now() - before);
  }
  expect(drops).toEqual([1000, 2000, 4000, 8000]);
});

test('[LIVE-3] a handshake that hangs is given up after 15 s', async () => {
  const { clock, server } = setup({}, (made) => {
    made.mode = 'hang';
  });
  await clock.advance(14_999);
  expect(server.sockets).toHaveLength(1);
  await clock.advance(1001);
  expect(server.socket.state).toBe('connecting');
  expect(server.sockets).toHaveLength(2);
  expect(server.sockets[0]?.state).toBe('closed');
});

test('[LIVE-5] a disconnect frame is obeyed: back after afterMs, with the reason shown', async () => {
  const { clock, server, client } = setup();
  await clock.advance(0);
  server.socket.push({
    type: 'disconnect',
    code: 'rate_limited',
    message: 'later',
    reconnect: true,
    afterMs: 7000,
  });
  expect(client.state).toBe('reconnecting');
  expect(client.error).toEqual({ code: 'rate_limited', message: 'later' });
  await clock.advance(6999);
  expect(server.sockets).toHaveLength(1);
  await clock.advance(1);
  expect(server.sockets).toHaveLength(2);
});

test('[CODE-3] a disconnect frame without reconnect ends in error, and reconnectNow leaves it', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  server.socket.push({ type: 'disconnect', code: 'forbidden', message: 'no', reconnect: false, afterMs: 0 });
  expect(client.state).toBe('error');
  expect(client.error?.code).toBe('forbidden');
  expect(group.status).toBe('stale');
  await clock.advance(3_600_000);
  expect(server.sockets).toHaveLength(1);
  client.reconnectNow();
  await clock.advance(0);
  expect(client.state).toBe('connected');
  expect(client.error).toBeUndefined();
  expect(group.status).toBe('live');
});

test('reconnectNow cuts a backoff short and does not double the attempt', async () => {
  const { clock, server, client } = setup({}, (made) => {
    made.mode = 'refuse';
  });
  await clock.advance(0);
  server.mode = 'accept';
  client.reconnectNow();
  client.reconnectNow();
  await clock.advance(60_000);
  expect(server.sockets).toHaveLength(2);
  expect(client.state).toBe('connected');
});

test('[LIVE-7] late events of an old socket change nothing', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const old = server.socket;
  const { onmessage, onclose, onopen } = old;
  old.drop();
  await clock.advance(500);
  expect(client.state).toBe('connected');
  const before = { sockets: server.sockets.length, offset: group.offset };
  const entry = { ...server.group(north).write({ 'loom-1': {} }) };
  (onmessage as ((event: { data: string }) => void) | null)?.({
    data: JSON.stringify({ type: 'events', groups: [entry] }),
  });
  (onclose as (() => void) | null)?.();
  (onopen as (() => void) | null)?.();
  await clock.advance(5000);
  expect(client.state).toBe('connected');
  expect({ sockets: server.sockets.length, offset: group.offset }).toEqual(before);
});

test('a token that comes after close opens nothing', async () => {
  let give = (_token: string) => {};
  const token = () =>
    new Promise<string>((resolve) => {
      give = resolve;
    });
  const { clock, server, client } = setup({ token });
  client.close();
  give('a.b.c');
  await clock.advance(60_000);
  expect(server.sockets).toHaveLength(0);
  expect(client.state).toBe('disconnected');
});

test.each(['connected', 'connecting', 'reconnecting', 'failed', 'error'])(
  '[LIVE-7] close while %s leaves no timer and no listener; reconnectNow undoes it',
  async (when) => {
    const { clock, server, page, client } = setup({}, (made) => {
      if (when === 'connecting') made.mode = 'hang';
      if (when === 'failed') made.mode = 'refuse';
    });
    server.group(north).write({ 'loom-1': 1 });
    const group = client.group(north);
    await clock.advance(when === 'failed' ? 60_000 : 0);
    if (when === 'reconnecting') server.socket.drop();
    if (when === 'error') {
      server.socket.push({ type: 'disconnect', code: 'internal', message: '', reconnect: false, afterMs: 0 });
    }
    expect(client.state).toBe(when);
    client.close();
    client.close();
    client.group('factory/line/other').release();
    expect(clock.pending).toBe(0);
    expect(page.listeners.size).toBe(0);
    expect(client.state).toBe('disconnected');
    expect(server.open).toEqual([]);
    server.mode = 'accept';
    client.reconnectNow();
    await clock.advance(0);
    expect(client.state).toBe('connected');
    expect(shown(group)).toEqual({ 'loom-1': 1 });
  },
);

test('a listener that throws is reported and stops nothing', async () => {
  const { clock, server, client, errors } = setup();
  const group = client.group(north);
  const seen: string[] = [];
  client.onState(() => {
    throw new Error('state');
  });
  client.on('frame', () => {
    throw new Error('frame');
  });
  group.onItem(() => {
    throw new Error('item');
  });
  group.onItem(({ key }) => seen.push(key));
  await clock.advance(0);
  server.write(north, { 'loom-1': 1, 'loom-2': 2 });
  expect(seen).toEqual(['loom-1', 'loom-2']);
  expect(new Set(errors.map(String))).toEqual(new Set(['Error: state', 'Error: frame', 'Error: item']));
});

test('a client closed by its own listener stays closed', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  group.onChange(() => client.close());
  server.socket.drop();
  expect(client.state).toBe('disconnected');
  expect(clock.pending).toBe(0);
});

test('a client closed by a listener of its own frames sends no more and leaves no timer', async () => {
  const { clock, server, client } = setup();
  for (let line = 0; line < 120; line += 1) client.group(`factory/line/${line}`);
  client.on('frame', () => client.close());
  await clock.advance(0);
  expect(server.socket.sent).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('the frame tap sees both directions, with tokens blotted out', async () => {
  let token = 'old.old.old';
  const { clock, server, client } = setup({ token: async () => token });
  const seen: string[] = [];
  client.on('frame', ({ direction, frame }) => seen.push(`${direction} ${JSON.stringify(frame)}`));
  client.group(north);
  await clock.advance(0);
  token = 'new.new.new';
  await client.refreshToken();
  await clock.advance(0);
  expect(seen.map((line) => line.replace(/ .*?"(?:action|type)":"(\w+)".*/, ' $1'))).toEqual([
    'out subscribe',
    'in subscribed',
    'out refresh',
    'in refreshed',
    'out sync',
    'in synced',
  ]);
  expect(seen.join()).not.toContain('new.new');
  expect(server.socket.framesOf('refresh')).toMatchObject([{ token: 'new.new.new' }]);
});

test('a server that sends each socket away at once, to come back at once, is backed off from', async () => {
  const { clock, server, client } = setup();
  server.onFrame = (socket) =>
    socket.push({ type: 'disconnect', code: 'internal', message: '', reconnect: true, afterMs: 0 });
  client.group(north);
  await clock.advance(60_000);
  expect(server.sockets.length).toBeLessThan(12);
});

test('a token that was refused long ago, and comes again only now, does not stop what began since', async () => {
  const waiting: ((token: string) => void)[] = [];
  const { clock, server, client } = setup({
    token: () => new Promise((resolve) => waiting.push(resolve)),
  });
  waiting.shift()?.('old');
  await clock.advance(0);
  server.socket.push({ type: 'error', code: 'unauthorized', message: 'no' });
  await clock.advance(1000);
  client.close();
  client.reconnectNow();
  const [late, now] = waiting;
  late?.('old');
  await clock.advance(0);
  now?.('new');
  await clock.advance(0);
  expect(client.state).toBe('connected');
  expect(server.socket.token).toBe('new');
});

test('a fresh token reaches the socket that there is when it comes', async () => {
  let give = (_token: string) => {};
  const { clock, server, client } = setup({
    token: ({ fresh }) => {
      if (!fresh) return Promise.resolve('old');
      return new Promise((resolve) => {
        give = resolve;
      });
    },
  });
  await clock.advance(0);
  const done = client.refreshToken();
  server.socket.drop();
  await clock.advance(1000);
  give('new');
  await done;
  expect(server.socket.framesOf('refresh')).toMatchObject([{ token: 'new' }]);
});

test('a token that never comes keeps no later socket from being renewed', async () => {
  let hangs = true;
  const { clock, server, client } = setup({
    token: async ({ fresh }) => {
      if (fresh && hangs) await new Promise(() => {});
      return fresh ? 'new' : 'old';
    },
  });
  await clock.advance(0);
  void client.refreshToken();
  server.socket.drop();
  await clock.advance(1000);
  hangs = false;
  await client.refreshToken();
  expect(server.socket.framesOf('refresh')).toMatchObject([{ token: 'new' }]);
});

test('a listener that was stopped by another is not told any more', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const seen: string[] = [];
  group.onChange(() => {
    seen.push('first');
    stop();
  });
  const stop = group.onChange(() => seen.push('stopped'));
  server.write(north, { 'loom-1': 1 });
  expect(seen).toEqual(['first']);
});

test('when a listener changes the state, each hears the last state last', async () => {
  const { clock, client } = setup();
  client.onState((state) => state === 'connected' && client.close());
  const heard: string[] = [];
  client.onState((state) => heard.push(state));
  await clock.advance(0);
  expect(heard.at(-1)).toBe('disconnected');
});

test('what reports errors may fail too', async () => {
  const { clock, server, client } = setup({
    onError: () => {
      throw new Error('the log is full');
    },
  });
  const group = client.group(north);
  group.onItem(() => {
    throw new Error('item');
  });
  let told = 0;
  group.onChange(() => {
    told += 1;
  });
  await clock.advance(0);
  server.write(north, { 'loom-1': 1 });
  expect(told).toBe(2);
});

test('a group given up right before a close is not asked for again after it', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  group.release();
  client.close();
  client.reconnectNow();
  await clock.advance(1000);
  expect(server.socket.sent).toEqual([]);
});
