/** What may overtake what: holds that come and go while questions are under way. */
import { expect, test } from 'vitest';
import type { ClientFrame } from '../../../core/protocol.ts';
import type { FakeServer } from './fake-server.ts';
import { north, setup, shown, south } from './setup.ts';

/** Keeps back the answers of a server; `answers` gives them, the oldest first. */
function holdBack(server: FakeServer, kept: (frame: ClientFrame) => boolean = () => true): (() => void)[] {
  const answers: (() => void)[] = [];
  server.onFrame = (socket, frame) => {
    if (kept(frame)) answers.push(() => server.answer(socket, frame));
    else server.answer(socket, frame);
  };
  return answers;
}

test('a group given up and taken anew before its answer misses nothing that came between', async () => {
  const { clock, server, client } = setup();
  const first = client.group(north);
  let answer = () => {};
  server.onFrame = (socket, { id = '' }) => {
    const state = server.group(north).answer({});
    socket.members.add(north);
    answer = () => socket.push({ type: 'subscribed', id, groups: [state] });
  };
  await clock.advance(0);
  first.release();
  await clock.advance(0);
  server.write(north, { ann: 'here' });
  const second = client.group(north);
  await clock.advance(0);
  server.onFrame = undefined;
  answer();
  await clock.advance(1000);
  expect([second.status, shown(second)]).toEqual(['live', { ann: 'here' }]);
  expect(server.socket.sent.map(({ action }) => action)).toEqual(['subscribe', 'subscribe']);
});

test('a group given up while it waits to be asked for again is left: the server may have it', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  server.onFrame = (socket, { id = '' }) => {
    socket.members.add(north);
    socket.push({ type: 'error', id, code: 'internal', message: '' });
  };
  await clock.advance(0);
  server.onFrame = undefined;
  group.release();
  await clock.advance(10_000);
  expect([...server.socket.members]).toEqual([]);
  expect(server.socket.sent.map(({ action }) => action)).toEqual(['subscribe', 'unsubscribe']);
});

test('an unsubscribe waits for a sync: the server might put the membership back after it', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const answers = holdBack(server);
  client.reconnectNow();
  group.release();
  await clock.advance(0);
  expect(server.socket.sent.map(({ action }) => action)).toEqual(['subscribe', 'sync']);
  answers.shift()?.();
  expect(server.socket.sent.map(({ action }) => action)).toEqual(['subscribe', 'sync', 'unsubscribe']);
});

test('an unsubscribe waits for the pages that a sync began', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const answers = holdBack(server);
  server.group(north).write({ 'loom-1': 1, 'loom-2': 1 });
  server.group(north).expire(1);
  server.group(north).append([]);
  server.group(north).expire(1);
  server.group(north).pageSize = 1;
  client.reconnectNow();
  answers.shift()?.();
  group.release();
  await clock.advance(0);
  const actions = () => server.socket.sent.map(({ action }) => action);
  expect(actions()).toEqual(['subscribe', 'sync', 'subscribe']);
  answers.shift()?.();
  expect(actions()).toEqual(['subscribe', 'sync', 'subscribe', 'unsubscribe']);
});

test('after a refresh what the new token may not see any more is emptied', async () => {
  let token = 'a.b.c';
  const { clock, server, client } = setup({ token: async () => token });
  server.group(north).write({ 'loom-1': 1 });
  const groups = [north, south].map((name) => client.group(name));
  await clock.advance(0);
  server.forbidden.add(north);
  token = 'd.e.f';
  await client.refreshToken();
  await clock.advance(0);
  expect(groups.map(({ status }) => status)).toEqual(['refused', 'live']);
  expect(groups[0]?.list()).toEqual([]);
});

test('a repair under way keeps no other group from being asked about', async () => {
  const { clock, server, page, client } = setup();
  const groups = [north, south].map((name) => client.group(name));
  await clock.advance(0);
  server.group(north).write({ 'loom-1': 'lost' });
  server.write(north, { 'loom-2': 1 });
  const answers = holdBack(server);
  await clock.advance(250);
  page.setOnline(false);
  expect(groups.map(({ status }) => status)).toEqual(['stale', 'stale']);
  while (answers.length > 0) answers.shift()?.();
  expect(groups.map(({ status }) => status)).toEqual(['live', 'live']);
  expect(client.state).toBe('connected');
});

test('a group given up and taken anew while the connection is asked about is asked for again', async () => {
  const { clock, server, client } = setup();
  server.group(north).write({ 'loom-1': 1 });
  const first = client.group(north);
  await clock.advance(0);
  const answers = holdBack(server);
  first.release();
  client.reconnectNow();
  const second = client.group(north);
  await clock.advance(0);
  while (answers.length > 0) answers.shift()?.();
  await clock.advance(1000);
  while (answers.length > 0) answers.shift()?.();
  expect([second.status, shown(second)]).toEqual(['live', { 'loom-1': 1 }]);
});

test.each(['refreshed', 'error'] as const)(
  'an unsubscribe waits for a refresh (%s): the server prolongs each membership meanwhile',
  async (reply) => {
    let token = 'a.b.c';
    const { clock, server, client } = setup({ token: async () => token });
    const group = client.group(north);
    await clock.advance(0);
    let answer = () => {};
    server.onFrame = (socket, { id = '' }) => {
      answer = () =>
        socket.push(
          reply === 'error'
            ? { type: 'error', id, code: 'internal', message: '' }
            : { type: 'refreshed', id, expiresAt: '' },
        );
    };
    token = 'd.e.f';
    await client.refreshToken();
    server.onFrame = undefined;
    group.release();
    await clock.advance(0);
    expect(server.socket.framesOf('unsubscribe')).toEqual([]);
    answer();
    await clock.advance(0);
    expect(server.socket.framesOf('unsubscribe')).toMatchObject([{ groups: [north] }]);
  },
);
