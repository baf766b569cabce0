import { expect, test } from 'vitest';
import { north, setup, shown } from './setup.ts';

const minute = 60_000;

test.each([
  [0, 0, 4],
  [0, 0.1, 4.5],
  [0.999, 0, 4.5],
  [0.999, 0.4, 5],
])(
  '[LIVE-1] without traffic a sync goes out as heartbeat, in 4-5 min (random %s, last traffic %s min from the start: at %s min)',
  async (random, from, at) => {
    const { clock, server, client } = setup({ random: () => random });
    client.group(north);
    await clock.advance(from * minute);
    if (from > 0) server.write(north, { 'loom-1': 1 });
    await clock.advance((at - from) * minute - 1000);
    expect(server.socket.framesOf('sync')).toEqual([]);
    await clock.advance(2000);
    expect(server.socket.framesOf('sync')).toMatchObject([{ groups: [{ group: north }] }]);
    await clock.advance(5 * minute);
    expect(server.socket.framesOf('sync')).toHaveLength(2);
  },
);

test('[LIVE-1] traffic puts the heartbeat off', async () => {
  const { clock, server, client } = setup();
  client.group(north);
  for (let index = 0; index < 10; index += 1) {
    await clock.advance(minute);
    server.write(north, { 'loom-1': index });
  }
  expect(server.socket.framesOf('sync')).toEqual([]);
  expect(client.lastTraffic).toBe(clock.now());
});

test('[LIVE-1] the heartbeat goes out without groups too, below the idle limit of 10 min', async () => {
  const { clock, server } = setup();
  await clock.advance(5 * minute);
  expect(server.socket.framesOf('sync')).toMatchObject([{ groups: [] }]);
});

test('[LIVE-1] a heartbeat brings what was lost, and tells that what was not is current', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  server.group(north).write({ 'loom-1': 'lost' });
  await clock.advance(5 * minute);
  expect(shown(group)).toEqual({ 'loom-1': 'lost' });
  const before = group.updatedAt ?? 0;
  await clock.advance(5 * minute);
  expect(group.updatedAt).toBeGreaterThan(before);
});

test('[LIVE-3] a heartbeat without an answer for 10 s means a dead socket', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  server.onFrame = () => {};
  await clock.advance(4.5 * minute + 9999);
  expect(client.state).toBe('connected');
  await clock.advance(1);
  expect(client.state).toBe('reconnecting');
  expect(group.status).toBe('stale');
});

test('[LIVE-2] waking from sleep is seen by the clock on the wall and tested with a sync', async () => {
  const { clock, server, client } = setup();
  client.group(north);
  await clock.advance(1000);
  clock.sleep(2 * minute);
  await clock.advance(30_000);
  expect(server.socket.framesOf('sync')).toHaveLength(1);
});

test('[LIVE-2] the slow timers of a hidden page are not taken for sleep', async () => {
  const { clock, server, page, client } = setup();
  client.group(north);
  await clock.advance(0);
  page.setVisible(false);
  for (let index = 0; index < 3; index += 1) {
    clock.sleep(minute);
    await clock.advance(0);
  }
  expect(server.socket.framesOf('sync')).toEqual([]);
});

test('[LIVE-3] an answer that waits in the queue of a page that was frozen still counts', async () => {
  const { clock, server, page, client } = setup();
  client.group(north);
  await clock.advance(0);
  page.setVisible(false);
  await clock.advance(31_000);
  let answer = () => {};
  server.onFrame = (socket, frame) => {
    answer = () => server.answer(socket, frame);
  };
  page.setVisible(true);
  clock.sleep(minute);
  await clock.advance(0);
  answer();
  await clock.advance(minute);
  expect(client.state).toBe('connected');
  expect(server.sockets).toHaveLength(1);
});

test.each([
  [29_000, 0],
  [31_000, 1],
])('[LIVE-2] a page shown after %s ms hidden sends %s sync', async (hidden, count) => {
  const { clock, server, page, client } = setup();
  client.group(north);
  await clock.advance(0);
  page.setVisible(false);
  await clock.advance(hidden);
  page.setVisible(true);
  expect(server.socket.framesOf('sync')).toHaveLength(count);
});

test('a hidden page keeps its socket', async () => {
  const { clock, server, page } = setup();
  await clock.advance(0);
  page.setVisible(false);
  await clock.advance(90 * minute);
  expect(server.sockets).toHaveLength(1);
});

test('[LIVE-2] offline shows at once and keeps the data; online tests the socket', async () => {
  const { clock, server, page, client, states } = setup();
  server.group(north).write({ 'loom-1': 1 });
  const group = client.group(north);
  await clock.advance(0);
  server.onFrame = () => {};
  page.setOnline(false);
  expect(client.state).toBe('disconnected');
  expect(group.status).toBe('stale');
  expect(shown(group)).toEqual({ 'loom-1': 1 });
  await clock.advance(5000);
  server.onFrame = undefined;
  page.setOnline(true);
  await clock.advance(10_000);
  expect(client.state).toBe('connected');
  expect(group.status).toBe('live');
  expect(states).toEqual([
    'connecting',
    'connected',
    'disconnected',
    'connected',
    'reconnecting',
    'connected',
  ]);
});

test('an offline that the server disproves is over with its answer', async () => {
  const { clock, page, client, server } = setup();
  const group = client.group(north);
  await clock.advance(0);
  page.setOnline(false);
  await clock.advance(0);
  expect(client.state).toBe('connected');
  expect(group.status).toBe('live');
  expect(server.sockets).toHaveLength(1);
});

test('while offline attempts are rare and do not count as failures; online tries at once', async () => {
  const { clock, server, page, client } = setup();
  await clock.advance(0);
  server.mode = 'refuse';
  page.setOnline(false);
  server.socket.drop();
  await clock.advance(10 * minute);
  expect(server.sockets.length).toBeLessThanOrEqual(21);
  expect(client.state).toBe('disconnected');
  server.mode = 'accept';
  page.setOnline(true);
  await clock.advance(0);
  expect(client.state).toBe('connected');
});
