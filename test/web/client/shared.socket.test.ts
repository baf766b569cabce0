import { expect, test } from 'vitest';
import { north, shown, south } from './setup.ts';
import { browser, person } from './setup-tabs.ts';

test('[TAB-1] tabs share one socket, which is subscribed to the union of their groups', async () => {
  const { clock, server, browser: tabs } = browser();
  server.group(north).write({ 'loom-1': 1 });
  server.group(south).write({ 'loom-11': 2 });
  const [one, two, three] = [tabs.open(), tabs.open(), tabs.open()];
  const groups = [one.client.group(north), two.client.group(north), three.client.group(south)];
  await clock.advance(100);
  expect(server.sockets).toHaveLength(1);
  expect([...server.socket.members].sort()).toEqual([north, south]);
  expect(groups.map(shown)).toEqual([{ 'loom-1': 1 }, { 'loom-1': 1 }, { 'loom-11': 2 }]);
  expect(groups.map(({ status }) => status)).toEqual(['live', 'live', 'live']);
  expect([one, two, three].map(({ states }) => states)).toEqual(
    [1, 2, 3].map(() => ['connecting', 'connected']),
  );
  server.write(south, { 'loom-11': 3, 'loom-12': 1 });
  server.write(south, { 'loom-12': undefined });
  await clock.advance(0);
  expect(shown(three.client.group(south))).toEqual({ 'loom-11': 3 });
});

test('a push costs one message, an item each listener hears of once', async () => {
  const { clock, server, browser: tabs } = browser();
  const [, two] = [tabs.open(), tabs.open()];
  const group = two.client.group(north);
  await clock.advance(100);
  const changes: unknown[] = [];
  group.onItem(({ key, item }) => changes.push([key, item?.data]));
  const entry = server.write(north, { 'loom-1': 1 });
  server.broadcast(entry);
  server.write(north, { 'loom-1': undefined });
  await clock.advance(10_000);
  expect(changes).toEqual([
    ['loom-1', 1],
    ['loom-1', undefined],
  ]);
  expect(two.client.state).toBe('connected');
});

test('a group that the last tab gives up is left; a tab that is gone does not hold it for ever', async () => {
  const { clock, server, browser: tabs } = browser();
  const [, two, three] = [tabs.open(), tabs.open(), tabs.open()];
  const held = two.client.group(north);
  three.client.group(south);
  await clock.advance(100);
  held.release();
  await clock.advance(100);
  expect([...server.socket.members]).toEqual([south]);
  three.kill();
  await clock.advance(200_000);
  expect([...server.socket.members]).toEqual([]);
  const again = two.client.group(north);
  await clock.advance(100);
  expect(again.status).toBe('live');
});

test('a refused group is refused in the tab that asked, and spoils no other', async () => {
  const { clock, server, browser: tabs } = browser();
  server.forbidden.add(south);
  const [one, two] = [tabs.open(), tabs.open()];
  const groups = [one.client.group(north), two.client.group(south), two.client.group('no group?')];
  await clock.advance(60_000);
  expect(groups.map(({ status }) => status)).toEqual(['live', 'refused', 'refused']);
  expect(groups[1]?.error?.code).toBe('forbidden');
  expect(server.sockets).toHaveLength(1);
  expect(server.socket.framesOf('subscribe').flatMap(({ groups: asked }) => asked)).toHaveLength(2);
});

test('signals, refresh and a try by hand go through the leader; its frames can be tapped', async () => {
  const { clock, server, browser: tabs } = browser();
  const token = person('ann');
  const [one, two] = [tabs.open({ token }), tabs.open({ token })];
  const group = two.client.group(north);
  const frames: unknown[] = [];
  two.client.on('frame', ({ frame }) => frames.push(frame.action ?? frame.type));
  await clock.advance(10_000);
  const heard: unknown[] = [];
  group.onSignal((signal) => heard.push(signal));
  expect(group.signal({ editing: 'a' })).toBe(true);
  await clock.advance(0);
  server.socket.push({ type: 'signal', group: north, from: { user: 'ben' }, data: 1 });
  await clock.advance(0);
  expect(heard).toEqual([{ from: { user: 'ben' }, data: 1 }]);
  expect(server.socket.framesOf('signal')).toMatchObject([{ group: north, data: { editing: 'a' } }]);
  await two.client.refreshToken();
  await clock.advance(0);
  expect(server.socket.framesOf('refresh')).toHaveLength(1);
  expect(frames).toEqual([
    'subscribe',
    'subscribed',
    'signal',
    'signal',
    'refresh',
    'refreshed',
    'sync',
    'synced',
  ]);
  server.mode = 'refuse';
  server.socket.drop();
  await clock.advance(600);
  server.mode = 'accept';
  expect([one, two].map(({ client }) => client.state)).toEqual(['reconnecting', 'reconnecting']);
  expect(group.status).toBe('stale');
  expect(group.signal({})).toBe(false);
  two.client.reconnectNow();
  await clock.advance(0);
  expect([one, two].map(({ client }) => client.state)).toEqual(['connected', 'connected']);
  expect(group.status).toBe('live');
});

test('a follower that is hidden or goes offline by its own account stops nobody', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one, two] = [tabs.open(), tabs.open()];
  const groups = [one, two].map(({ client }) => client.group(north));
  await clock.advance(100);
  two.page.setOnline(false);
  two.page.setVisible(false);
  server.write(north, { 'loom-1': 1 });
  await clock.advance(3_600_000);
  expect(groups.map(({ status }) => status)).toEqual(['live', 'live']);
  expect(groups.map(shown)).toEqual([{ 'loom-1': 1 }, { 'loom-1': 1 }]);
  expect(server.sockets).toHaveLength(1);
});

test('without a network all tabs say so, and keep their data; a tab opened then gets it too', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one, two] = [tabs.open(), tabs.open()];
  two.client.group(north);
  await clock.advance(100);
  server.write(north, { 'loom-1': 1 });
  await clock.advance(100);
  server.mode = 'refuse';
  server.http = 'down';
  one.page.setOnline(false);
  server.socket.drop();
  const three = tabs.open();
  const group = three.client.group(north);
  await clock.advance(1000);
  expect([one, two, three].map(({ client }) => client.state)).toEqual([1, 2, 3].map(() => 'disconnected'));
  expect([group.status, shown(group)]).toEqual(['stale', { 'loom-1': 1 }]);
});

test('polling, when there is no socket, is done once for all tabs', async () => {
  const { clock, server, browser: tabs } = browser();
  server.mode = 'refuse';
  const [one, two] = [tabs.open(), tabs.open()];
  const groups = [one, two].map(({ client }) => client.group(north));
  await clock.advance(60_000);
  expect([one, two].map(({ client }) => client.state)).toEqual(['failed', 'failed']);
  const before = server.requests.length;
  server.group(north).write({ 'loom-1': 1 });
  await clock.advance(20_000);
  expect(groups.map(shown)).toEqual([{ 'loom-1': 1 }, { 'loom-1': 1 }]);
  expect(server.requests.length - before).toBe(2);
});

test('timers of a hidden leader that the browser holds back are caught up with when a tab asks', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one, two] = [tabs.open(), tabs.open()];
  await clock.advance(100);
  server.mode = 'refuse';
  server.socket.drop();
  await clock.advance(100);
  server.mode = 'accept';
  one.slowTimers = true;
  await clock.advance(6500);
  expect(two.client.state).toBe('connected');
});

test('a signal that cannot be sent throws in the tab that gave it, and not in the one that has the socket', async () => {
  const { clock, server, browser: tabs } = browser();
  const groups = [tabs.open(), tabs.open()].map(({ client }) => client.group(north));
  await clock.advance(100);
  for (const group of groups) expect(() => group.signal(1n)).toThrow('BigInt');
  await clock.advance(100);
  expect(server.socket.framesOf('signal')).toEqual([]);
});
