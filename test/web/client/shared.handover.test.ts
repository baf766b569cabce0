import { expect, test } from 'vitest';
import { north, shown } from './setup.ts';
import { browser, person } from './setup-tabs.ts';

test.each(['close', 'kill'] as const)(
  '[TAB-2] when the leader goes (%s) the next resumes from the offsets that it holds: no snapshot, no flicker',
  async (how) => {
    const { clock, server, browser: tabs } = browser();
    server.group(north).write({ 'loom-1': 1, 'loom-2': 2 });
    const [one, two, three] = [tabs.open(), tabs.open(), tabs.open()];
    const groups = [two, three].map(({ client }) => client.group(north));
    await clock.advance(100);
    const statuses = new Set<string>();
    const changes: unknown[] = [];
    for (const group of groups) {
      group.onChange(() => statuses.add(group.status));
      group.onItem(({ key, item }) => changes.push([key, item?.data]));
    }
    const { offset } = groups[0] ?? {};
    if (how === 'kill') one.kill();
    else one.client.close();
    server.group(north).write({ 'loom-1': 5 });
    await clock.advance(10_000);
    expect(server.sockets).toHaveLength(2);
    expect(server.open).toEqual([server.socket]);
    expect(server.socket.framesOf('subscribe')).toMatchObject([
      { groups: [{ group: north, after: offset }] },
    ]);
    expect(groups.map(shown)).toEqual([1, 2].map(() => ({ 'loom-1': 5, 'loom-2': 2 })));
    expect(changes).toEqual([1, 2].map(() => ['loom-1', 5]));
    expect([...statuses]).toEqual(['live']);
    expect([two, three].map(({ states }) => states)).toEqual([1, 2].map(() => ['connecting', 'connected']));
  },
);

test('[TAB-2] a leader that is frozen loses the lock, and follows once it wakes: one socket again', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one, two] = [tabs.open(), tabs.open()];
  const groups = [one, two].map(({ client }) => client.group(north));
  await clock.advance(100);
  one.freeze();
  await clock.advance(30_000);
  expect(two.leads).toBe(true);
  server.write(north, { 'loom-1': 1 });
  expect(shown(groups[1] ?? two.client.group(north))).toEqual({ 'loom-1': 1 });
  one.thaw();
  await clock.advance(10_000);
  expect(server.open).toEqual(two.sockets);
  expect(groups.map(shown)).toEqual([{ 'loom-1': 1 }, { 'loom-1': 1 }]);
  server.write(north, { 'loom-1': 2 });
  await clock.advance(0);
  expect(groups.map(shown)).toEqual([{ 'loom-1': 2 }, { 'loom-1': 2 }]);
  expect([one, two].map(({ client }) => client.state)).toEqual(['connected', 'connected']);
  expect([one, two].map(({ states }) => states)).toEqual([1, 2].map(() => ['connecting', 'connected']));
});

test('a computer that slept hands nothing over: it was not the leader that was silent', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one] = [tabs.open(), tabs.open()];
  await clock.advance(1000);
  for (let night = 0; night < 5; night += 1) {
    clock.sleep(15 * 60_000);
    await clock.advance(10_000);
  }
  expect(one.leads).toBe(true);
  expect(server.sockets).toHaveLength(1);
});

test('[TAB-2] a new leader that gets no connection says so after 5 s', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one, two, three] = [tabs.open(), tabs.open(), tabs.open()];
  const groups = [two, three].map(({ client }) => client.group(north));
  await clock.advance(100);
  server.mode = 'hang';
  one.kill();
  await clock.advance(4900);
  expect([two, three].map(({ client }) => client.state)).toEqual(['connected', 'connected']);
  await clock.advance(200);
  expect([two, three].map(({ client }) => client.state)).toEqual(['connecting', 'connecting']);
  expect(groups.map(({ status }) => status)).toEqual(['stale', 'stale']);
  server.mode = 'accept';
  await clock.advance(30_000);
  expect(groups.map(({ status }) => status)).toEqual(['live', 'live']);
  expect(server.open).toHaveLength(1);
});

test('[TAB-2] a new leader goes on polling where the former did, and does not first fail by itself', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one, two] = [tabs.open(), tabs.open()];
  const group = two.client.group(north);
  await clock.advance(100);
  server.mode = 'refuse';
  server.socket.drop();
  while (two.client.state !== 'failed') await clock.advance(250);
  await clock.advance(1000);
  expect(group.status).toBe('live');
  const before = two.states.length;
  const statuses = new Set<string>();
  group.onChange(() => statuses.add(group.status));
  one.client.close();
  server.group(north).write({ 'loom-1': 1 });
  await clock.advance(1000);
  expect(shown(group)).toEqual({ 'loom-1': 1 });
  expect([...statuses]).toEqual(['live']);
  server.mode = 'accept';
  await clock.advance(60_000);
  expect(two.states.slice(before)).toEqual(['connected']);
  expect(server.open).toEqual(two.sockets.filter(({ state }) => state === 'open'));
});

test('[TAB-3] a new leader that knows less than those who follow it takes nothing back from them', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one, two, three] = [tabs.open(), tabs.open(), tabs.open()];
  const [mine, theirs] = [two, three].map(({ client }) => client.group(north));
  await clock.advance(100);
  two.freeze();
  server.write(north, { 'loom-1': 1 });
  await clock.advance(100);
  const changes: unknown[] = [];
  theirs?.onItem(({ item }) => changes.push(item?.data));
  let answer = () => {};
  server.onFrame = (socket, frame) => {
    answer = () => server.answer(socket, frame);
  };
  two.lose();
  two.thaw();
  one.kill();
  await clock.advance(1000);
  expect(two.leads).toBe(true);
  expect([mine?.list(), theirs?.list()].map((items) => items?.length)).toEqual([0, 1]);
  server.onFrame = undefined;
  answer();
  await clock.advance(5000);
  expect([mine?.list(), theirs?.list()].map((items) => items?.length)).toEqual([1, 1]);
  expect(changes).toEqual([]);
});

test('[TAB-3] a tab that missed what its leader said asks again, and takes no change without what it changes', async () => {
  const { clock, server, browser: tabs } = browser();
  const [, two] = [tabs.open(), tabs.open()];
  const group = two.client.group(north);
  await clock.advance(100);
  two.freeze();
  server.write(north, { 'loom-1': 1 });
  await clock.advance(100);
  two.lose();
  two.thaw();
  server.write(north, { 'loom-2': 2 });
  await clock.advance(100);
  expect(shown(group)).toEqual({});
  await clock.advance(6000);
  expect(shown(group)).toEqual({ 'loom-1': 1, 'loom-2': 2 });
});

test('a leader whose credential is refused steps aside for a tab that has a better one', async () => {
  const { clock, server, browser: tabs } = browser();
  let wrong = true;
  const good = person('ann');
  const bad = good();
  const [one, two] = [tabs.open({ token: () => bad }), tabs.open({ token: good })];
  server.onFrame = (socket, frame) => {
    if (!wrong) return server.answer(socket, frame);
    socket.push({ type: 'error', code: 'token_expired', message: 'old' });
  };
  const group = two.client.group(north);
  await clock.advance(0);
  wrong = false;
  await clock.advance(5000);
  expect([one, two].map(({ client }) => client.state)).toEqual(['error', 'connected']);
  expect(two.states).not.toContain('error');
  expect(one.client.error?.code).toBe('token_expired');
  expect(group.status).toBe('live');
  one.client.reconnectNow();
  await clock.advance(1000);
  expect(one.client.state).toBe('connected');
  expect(server.open).toHaveLength(1);
});

test('close leaves no timer, no listener, no lock; reconnectNow undoes it', async () => {
  const { clock, server, browser: tabs } = browser();
  const [one, two] = [tabs.open(), tabs.open()];
  const group = two.client.group(north);
  await clock.advance(1000);
  for (const { client } of [one, two]) client.close();
  expect(clock.pending).toBe(0);
  expect([one, two].map(({ page }) => page.listeners.size)).toEqual([0, 0]);
  await clock.advance(1000);
  expect([tabs.holders.size, server.open.length]).toEqual([0, 0]);
  expect([one, two].map(({ client }) => client.state)).toEqual(['disconnected', 'disconnected']);
  for (const { client } of [one, two]) client.reconnectNow();
  await clock.advance(1000);
  expect(group.status).toBe('live');
  expect(server.open).toHaveLength(1);
});
