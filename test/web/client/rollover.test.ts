import { expect, test } from 'vitest';
import { north, setup, shown, south } from './setup.ts';

const minute = 60_000;

test.each([
  [0, 100],
  [0.999_999, 115],
])('[LIVE-4] at random %s the socket is changed after %s min', async (random, minutes) => {
  const { clock, server } = setup({ random: () => random });
  await clock.advance(minutes * minute - 1000);
  expect(server.sockets).toHaveLength(1);
  await clock.advance(2000);
  expect(server.sockets).toHaveLength(2);
  expect(server.open).toHaveLength(1);
});

test('[LIVE-4] the new socket has every group before the old one closes; nothing is missed and no state flickers', async () => {
  const { clock, server, client, states } = setup();
  const groups = [north, south].map((name) => client.group(name));
  await clock.advance(0);
  const [old] = server.sockets;
  const statuses = new Set<string>();
  for (const group of groups) group.onChange(() => statuses.add(group.status));
  const held: (() => void)[] = [];
  server.onFrame = (socket, frame) => held.push(() => server.answer(socket, frame));
  while (server.sockets.length < 2) {
    for (const answer of held.splice(0)) answer();
    await clock.advance(5000);
    server.write(north, { 'loom-1': clock.now() });
  }
  await clock.advance(0);
  expect(server.open).toHaveLength(2);
  server.write(north, { 'loom-1': 'both' });
  expect(shown(groups[0] ?? client.group(north))).toEqual({ 'loom-1': 'both' });
  expect(old?.state).toBe('open');
  for (const answer of held.splice(0)) answer();
  expect(server.open).toEqual([server.socket]);
  server.write(north, { 'loom-1': 'new' });
  expect(shown(groups[0] ?? client.group(north))).toEqual({ 'loom-1': 'new' });
  expect(server.socket.framesOf('subscribe')).toHaveLength(1);
  expect(states).toEqual(['connecting', 'connected']);
  expect([...statuses]).toEqual(['live']);
});

test('[LIVE-4] a change that fails leaves the old socket in place and is tried again', async () => {
  const { clock, server, states } = setup();
  await clock.advance(0);
  server.mode = 'refuse';
  await clock.advance(108 * minute);
  expect(server.sockets).toHaveLength(2);
  expect(server.open).toHaveLength(1);
  server.mode = 'accept';
  await clock.advance(2 * minute);
  expect(server.sockets).toHaveLength(3);
  expect(server.open).toEqual([server.socket]);
  expect(states).toEqual(['connecting', 'connected']);
});

test('[LIVE-4] an old socket lost during the change leaves the new one to take over, without a third', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const [old] = server.sockets;
  const held: (() => void)[] = [];
  await clock.advance(107 * minute);
  server.onFrame = (socket, frame) => held.push(() => server.answer(socket, frame));
  await clock.advance(35_000);
  expect(server.open).toHaveLength(2);
  server.group(north).write({ 'loom-1': 1 });
  old?.drop();
  for (const answer of held.splice(0)) answer();
  await clock.advance(1000);
  expect(server.sockets).toHaveLength(2);
  expect(client.state).toBe('connected');
  expect(group.status).toBe('live');
  expect(shown(group)).toEqual({ 'loom-1': 1 });
});

test('groups that the new socket had already joined are tested when it takes over early', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  client.group(south);
  await clock.advance(107 * minute);
  const [old] = server.sockets;
  const error = { code: 'internal', message: '' } as const;
  server.onFrame = (socket, frame) => {
    if (frame.action !== 'subscribe') return server.answer(socket, frame);
    const state = server.group(north).answer({});
    socket.push({ type: 'subscribed', id: frame.id ?? '', groups: [state, { group: south, error }] });
  };
  await clock.advance(30_000);
  expect(server.open).toHaveLength(2);
  old?.drop();
  await clock.advance(0);
  expect(group.status).toBe('live');
  expect(server.socket.framesOf('sync')).toMatchObject([{ groups: [{ group: north }] }]);
});

test('close during a change ends both sockets', async () => {
  const { clock, server, client } = setup();
  client.group(north);
  await clock.advance(107 * minute);
  server.onFrame = () => {};
  await clock.advance(35_000);
  expect(server.open).toHaveLength(2);
  client.close();
  expect(server.open).toEqual([]);
  expect(clock.pending).toBe(0);
});

/** A client whose change of sockets has come to the first of two pages of a group. */
async function amidPages() {
  const all = setup();
  const { clock, server } = all;
  server.group(north).write({ 'loom-1': 1, 'loom-2': 1 });
  const group = all.client.group(north);
  await clock.advance(107 * minute);
  const [old] = server.sockets;
  let more = () => {};
  server.group(north).pageSize = 1;
  server.onFrame = (socket, frame) => {
    if (frame.action !== 'subscribe') return server.answer(socket, frame);
    const [wanted] = frame.groups;
    socket.members.add(north);
    // A snapshot, whatever is held: the server finds it cheaper.
    const groups = [server.group(north).answer({ more: wanted?.more })];
    const answer = () => socket.push({ type: 'subscribed', id: frame.id ?? '', groups });
    if (wanted?.more === undefined) answer();
    else more = answer;
  };
  await clock.advance(35_000);
  expect(server.open).toHaveLength(2);
  return { ...all, group, old, more: () => more() };
}

test('a new socket lost amid the pages of a group leaves the old one what it had', async () => {
  const { clock, server, group } = await amidPages();
  server.mode = 'refuse';
  server.socket.drop();
  await clock.advance(1000);
  server.write(north, { 'loom-1': 2 });
  await clock.advance(1000);
  expect(shown(group)).toEqual({ 'loom-1': 2, 'loom-2': 1 });
});

test('an old socket lost amid the pages of the new one: the group is current once they are there', async () => {
  const { clock, server, group, old, more } = await amidPages();
  old?.drop();
  await clock.advance(0);
  expect(group.status).toBe('stale');
  more();
  await clock.advance(0);
  expect(group.status).toBe('live');
  expect(group.offset).toBe(server.group(north).last);
});

test('a new socket made with the old token does not take over after a refresh', async () => {
  let token = 'old';
  const { clock, server, client } = setup({ token: async () => token });
  client.group(north);
  await clock.advance(107 * minute);
  const held: (() => void)[] = [];
  server.onFrame = (socket, frame) => held.push(() => server.answer(socket, frame));
  await clock.advance(35_000);
  expect(server.open.map((socket) => socket.token)).toEqual(['old', 'old']);
  server.onFrame = undefined;
  token = 'new';
  await client.refreshToken();
  for (const answer of held) answer();
  await clock.advance(1000);
  expect(server.open.map((socket) => socket.framesOf('refresh').at(-1)?.token)).toEqual(['new']);
  await clock.advance(2 * minute);
  expect(server.open.map((socket) => socket.token)).toEqual(['new']);
  expect(client.state).toBe('connected');
});
