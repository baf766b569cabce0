import { describe, expect, test } from 'vitest';
import { north, setup, shown, south } from './setup.ts';

describe('subscribing', () => {
  test('groups wanted in one turn go in one frame, at most 50 in each', async () => {
    const { clock, server, client } = setup();
    for (let line = 0; line < 120; line += 1) client.group(`factory/line/${line}`);
    await clock.advance(0);
    expect(server.socket.framesOf('subscribe').map(({ groups }) => groups.length)).toEqual([50, 50, 20]);
  });

  test('holders share one subscription, and only the last release ends it', async () => {
    const { clock, server, client } = setup();
    const first = client.group(north);
    const second = client.group(north);
    await clock.advance(0);
    first.release();
    first.release();
    await clock.advance(0);
    expect(server.socket.sent).toHaveLength(1);
    server.write(north, { 'loom-1': 1 });
    expect(shown(second)).toEqual({ 'loom-1': 1 });
    second.release();
    await clock.advance(0);
    expect(server.socket.framesOf('unsubscribe')).toMatchObject([{ groups: [north] }]);
  });

  test('a group released and taken again in one turn is not asked for again', async () => {
    const { clock, server, client } = setup();
    const first = client.group(north);
    await clock.advance(0);
    first.release();
    const second = client.group(north);
    await clock.advance(0);
    expect(server.socket.sent).toHaveLength(1);
    expect(second.status).toBe('live');
  });

  test('a subscribe waits for the unsubscribe before it, and the other way round', async () => {
    const { clock, server, client } = setup();
    const first = client.group(north);
    await clock.advance(0);
    const held: (() => void)[] = [];
    server.onFrame = (socket, frame) => held.push(() => server.answer(socket, frame));
    first.release();
    await clock.advance(0);
    const second = client.group(north);
    await clock.advance(0);
    expect(server.socket.sent.map(({ action }) => action)).toEqual(['subscribe', 'unsubscribe']);
    held.shift()?.();
    expect(server.socket.sent).toHaveLength(3);
    second.release();
    await clock.advance(0);
    expect(server.socket.sent).toHaveLength(3);
    held.shift()?.();
    expect(server.socket.sent.map(({ action }) => action).slice(2)).toEqual(['subscribe', 'unsubscribe']);
  });

  test('a refused group holds nothing, leaves the socket and the other groups alone, and is not asked again', async () => {
    const { clock, server, client } = setup();
    server.forbidden.add(north);
    const refused = client.group(north);
    const other = client.group(south);
    await clock.advance(60_000);
    expect(refused.status).toBe('refused');
    expect(refused.error).toEqual({ code: 'forbidden', message: 'You may not see this.' });
    expect(other.status).toBe('live');
    expect(client.state).toBe('connected');
    expect(server.socket.sent).toHaveLength(1);
  });

  test('a group that is refused later is emptied', async () => {
    const { clock, server, client } = setup();
    server.group(north).write({ 'loom-1': 1 });
    const group = client.group(north);
    const gone: unknown[] = [];
    await clock.advance(0);
    group.onItem(({ key, item }) => gone.push([key, item]));
    server.forbidden.add(north);
    server.socket.drop();
    await clock.advance(1000);
    expect(group.status).toBe('refused');
    expect(group.list()).toEqual([]);
    expect(gone).toEqual([['loom-1', undefined]]);
  });

  test('a group for which there was no room is asked for again once another is given up', async () => {
    const { clock, server, client } = setup();
    server.onFrame = (socket, frame) => {
      if (frame.action !== 'subscribe' || socket.members.size === 0) return server.answer(socket, frame);
      const error = { code: 'too_many_groups', message: 'No room.' } as const;
      const groups = frame.groups.map(({ group }) => ({ group, error }));
      socket.push({ type: 'subscribed', id: frame.id ?? '', groups });
    };
    const first = client.group(north);
    await clock.advance(0);
    const second = client.group(south);
    await clock.advance(0);
    expect(second.error?.code).toBe('too_many_groups');
    first.release();
    await clock.advance(0);
    expect(second.status).toBe('live');
    expect(server.socket.framesOf('subscribe')).toHaveLength(3);
  });

  test('a name that is no group name is refused here, and spoils no frame', async () => {
    const { clock, server, client } = setup();
    const bad = client.group('no group?');
    client.group(north);
    await clock.advance(0);
    expect(bad.status).toBe('refused');
    expect(server.socket.framesOf('subscribe')).toMatchObject([{ groups: [{ group: north }] }]);
  });

  test('[CODE-3] a passing failure of a group is tried again', async () => {
    const { clock, server, client } = setup();
    const group = client.group(north);
    let failures = 2;
    server.onFrame = (socket, frame) => {
      if (frame.action !== 'subscribe' || failures === 0) return server.answer(socket, frame);
      failures -= 1;
      const error = { code: 'internal', message: '' } as const;
      socket.push({ type: 'subscribed', id: frame.id ?? '', groups: [{ group: north, error }] });
    };
    await clock.advance(0);
    expect(group.status).toBe('loading');
    await clock.advance(10_000);
    expect(group.status).toBe('live');
    expect(server.socket.framesOf('subscribe')).toHaveLength(3);
  });

  test.each([
    ['rate_limited', 'live'],
    ['bad_request', 'refused'],
  ] as const)('a whole frame answered with %s leaves its groups %s', async (code, status) => {
    const { clock, server, client } = setup();
    const group = client.group(north);
    let first = true;
    server.onFrame = (socket, frame) => {
      if (!first) return server.answer(socket, frame);
      first = false;
      socket.push({ type: 'error', id: frame.id ?? '', code, message: '' });
    };
    await clock.advance(10_000);
    expect(group.status).toBe(status);
    expect(client.state).toBe('connected');
  });

  test('[LIVE-3] a subscribe without an answer for 10 s means a dead socket', async () => {
    const { clock, server, client } = setup();
    client.group(north);
    server.onFrame = () => {};
    await clock.advance(9_999);
    expect(client.state).toBe('connected');
    await clock.advance(1);
    expect(client.state).toBe('reconnecting');
    expect(server.socket.state).toBe('closed');
  });
});

describe('pushes', () => {
  test('[GAP-1] a push before the answer to subscribe is held and applied after it', async () => {
    const { clock, server, client } = setup();
    const group = client.group(north);
    let answer = () => {};
    server.onFrame = (socket, frame) => {
      if (frame.action !== 'subscribe') return server.answer(socket, frame);
      const state = server.group(north).answer({});
      socket.members.add(north);
      answer = () => socket.push({ type: 'subscribed', id: frame.id ?? '', groups: [state] });
    };
    server.group(north).write({ 'loom-1': 1 });
    await clock.advance(0);
    server.write(north, { 'loom-1': 2 });
    server.write(north, { 'loom-2': 5 });
    expect(group.status).toBe('loading');
    expect(group.list()).toEqual([]);
    answer();
    expect(shown(group)).toEqual({ 'loom-1': 2, 'loom-2': 5 });
    expect(group.status).toBe('live');
  });

  test('repeats are dropped, listeners hear of each change once', async () => {
    const { clock, server, client } = setup();
    const group = client.group(north);
    await clock.advance(0);
    const changes: unknown[] = [];
    let batches = 0;
    group.onItem(({ key, item }) => changes.push([key, item?.data]));
    group.onChange(() => {
      batches += 1;
    });
    const entry = server.write(north, { 'loom-1': 1, 'loom-2': 2 });
    server.broadcast(entry);
    server.write(north, { 'loom-1': undefined });
    expect(changes).toEqual([
      ['loom-1', 1],
      ['loom-2', 2],
      ['loom-1', undefined],
    ]);
    expect(batches).toBe(2);
    expect(group.get('machine', 'loom-1')).toBeUndefined();
    expect(group.get('machine', 'loom-2')?.data).toBe(2);
  });

  test('[GAP-1] an overtaken frame is waited for, 250 ms, without a request', async () => {
    const { clock, server, client } = setup();
    const group = client.group(north);
    await clock.advance(0);
    const [first, second] = [1, 2].map((count) => server.group(north).write({ 'loom-1': count }));
    const push = (entry: typeof first) => entry && server.broadcast(entry);
    push(second);
    await clock.advance(249);
    expect(group.list()).toEqual([]);
    push(first);
    expect(shown(group)).toEqual({ 'loom-1': 2 });
    await clock.advance(10_000);
    expect(server.socket.framesOf('sync')).toEqual([]);
  });

  test('[GAP-1] a gap is repaired by one sync, for all groups that have one', async () => {
    const { clock, server, client } = setup();
    const groups = [north, south].map((name) => client.group(name));
    await clock.advance(0);
    const before = groups.map(({ offset }) => offset);
    for (const name of [north, south]) {
      server.group(name).write({ 'loom-1': 'lost' });
      server.write(name, { 'loom-2': 1 });
      server.write(name, { 'loom-2': 2 });
    }
    await clock.advance(250);
    expect(server.socket.framesOf('sync')).toMatchObject([
      {
        groups: [
          { group: north, after: before[0] },
          { group: south, after: before[1] },
        ],
      },
    ]);
    for (const group of groups) expect(shown(group)).toEqual({ 'loom-1': 'lost', 'loom-2': 2 });
  });

  test('a gap that the log no longer covers is repaired by a snapshot, which takes away what is gone', async () => {
    const { clock, server, client } = setup();
    server.group(north).write({ 'loom-1': 1, 'loom-2': 1 });
    const group = client.group(north);
    await clock.advance(0);
    server.group(north).write({ 'loom-1': undefined });
    await clock.advance(1000);
    server.group(north).expire();
    server.write(north, { 'loom-2': 2 });
    await clock.advance(250);
    expect(server.socket.framesOf('sync')).toHaveLength(1);
    expect(shown(group)).toEqual({ 'loom-2': 2 });
    expect(group.offset).toBe(server.group(north).last);
  });

  test('[GAP-1] a repair that brings nothing is repeated ever more slowly, not in a storm', async () => {
    const { clock, server, client } = setup();
    const group = client.group(north);
    await clock.advance(0);
    server.onFrame = (socket, { id = '' }) => socket.push({ type: 'synced', id, at: '', groups: [] });
    server.socket.push({
      type: 'events',
      groups: [{ group: north, offset: (group.offset ?? 0) + 5, events: [] }],
    });
    await clock.advance(8000);
    expect(server.socket.framesOf('sync')).toHaveLength(5);
  });
});

describe('snapshots in pages', () => {
  test('pages are gathered and applied at once, with the pushes held meanwhile', async () => {
    const { clock, server, client } = setup();
    const items = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`loom-${index}`, 0]));
    server.group(north).write(items);
    server.group(north).pageSize = 3;
    const group = client.group(north);
    const sizes: number[] = [];
    group.onChange(() => sizes.push(group.list().length));
    const held: (() => void)[] = [];
    server.onFrame = (socket, frame) => held.push(() => server.answer(socket, frame));
    await clock.advance(0);
    held.shift()?.();
    server.write(north, { 'loom-0': 1, 'loom-9': 9 });
    held.shift()?.();
    expect(group.status).toBe('loading');
    held.shift()?.();
    expect(held).toEqual([]);
    expect(sizes).toEqual([8]);
    expect(shown(group)).toEqual({ ...items, 'loom-0': 1, 'loom-9': 9 });
    expect(group.offset).toBe(server.group(north).last);
    expect(server.socket.framesOf('subscribe').map(({ groups }) => groups[0]?.more !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('a cursor that is refused starts the snapshot over', async () => {
    const { clock, server, client } = setup();
    server.group(north).write({ 'loom-1': 1, 'loom-2': 2 });
    server.group(north).pageSize = 1;
    const group = client.group(north);
    let refuse = true;
    server.onFrame = (socket, frame) => {
      const paging = frame.action === 'subscribe' && frame.groups[0]?.more !== undefined;
      if (!paging || !refuse) return server.answer(socket, frame);
      refuse = false;
      socket.push({ type: 'error', id: frame.id ?? '', code: 'bad_request', message: 'unknown cursor' });
    };
    await clock.advance(5000);
    expect(shown(group)).toEqual({ 'loom-1': 1, 'loom-2': 2 });
  });

  test('a socket lost between pages starts the snapshot over', async () => {
    const { clock, server, client } = setup();
    server.group(north).write({ 'loom-1': 1, 'loom-2': 2 });
    server.group(north).pageSize = 1;
    const group = client.group(north);
    server.onFrame = (socket, frame) => {
      if (frame.action === 'subscribe' && frame.groups[0]?.more !== undefined) socket.drop();
      else server.answer(socket, frame);
    };
    await clock.advance(0);
    server.onFrame = undefined;
    expect(group.list()).toEqual([]);
    await clock.advance(2000);
    expect(shown(group)).toEqual({ 'loom-1': 1, 'loom-2': 2 });
  });

  test('a log that ends before what is held voids it: the tables were restored', async () => {
    const { clock, server, client } = setup();
    server.group(north).write({ 'loom-1': 'old', 'loom-2': 'old' });
    const group = client.group(north);
    await clock.advance(0);
    server.socket.drop();
    server.groups.clear();
    const restored = { entity: 'machine', key: 'loom-1', rev: 3, data: 'restored' };
    server.onFrame = (socket, { id = '' }) =>
      socket.push({
        type: 'subscribed',
        id,
        groups: [{ group: north, offset: 10, recovered: false, snapshot: [restored] }],
      });
    await clock.advance(1000);
    expect(shown(group)).toEqual({ 'loom-1': 'restored' });
    expect(group.offset).toBe(10);
  });
});

test('signals reach the listeners of their group, and go out while there is a socket', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  const seen: unknown[] = [];
  const stop = group.onSignal((signal) => seen.push(signal));
  expect(group.signal({ editing: 'a' })).toBe(false);
  await clock.advance(0);
  expect(group.signal({ editing: 'b' })).toBe(true);
  expect(server.socket.framesOf('signal')).toMatchObject([{ group: north, data: { editing: 'b' } }]);
  server.socket.push({ type: 'signal', group: north, from: { user: 'ann' }, data: 1 });
  stop();
  server.socket.push({ type: 'signal', group: north, from: { user: 'ann' }, data: 2 });
  expect(seen).toEqual([{ from: { user: 'ann' }, data: 1 }]);
});
