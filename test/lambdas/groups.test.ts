import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anonymous, type Principal } from '../../core/domain.ts';
import { connectionLimits } from '../../core/limits.ts';
import { jsonBytes } from '../../core/log.ts';
import type { Event } from '../../core/protocol.ts';
import { refuse } from '../../lambdas/default.ts';
import { disconnect } from '../../lambdas/disconnect.ts';
import { groups } from '../../lambdas/groups.ts';
import { encodeCursor } from '../../lambdas/paging.ts';
import { refresh } from '../../lambdas/refresh.ts';
import { signal } from '../../lambdas/signal.ts';
import { bodyOf, codeOf, type House, socket, startHouse, tokenOf, user } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

const event = (key: string, rev: number): Event => ({
  entity: 'lamp',
  key,
  rev,
  op: 'put',
  data: { on: true },
});

/** A room with two lamps, one of them lent from elsewhere, and a connection of somebody who may see it. */
async function scene(principal?: Principal, tokenExpiresAt?: number) {
  const room = randomUUID();
  const connectionId = `${room}=`;
  const group = `house/room/${room}`;
  await house.put({ partition: `room:${room}`, entity: 'lamp', key: 'a', data: { on: false, room } });
  await house.put({
    partition: `room:${room}`,
    entity: 'lamp',
    key: 'b',
    data: { on: false, room: 'elsewhere' },
  });
  await house.put({ partition: `lent:${room}`, entity: 'lamp', key: 'c', data: { on: true, room } });
  const owner = principal ?? user('ann', { units: [`room:${room}`] });
  await house.connections.open({
    connectionId,
    principal: owner,
    connectedAt: clock.now,
    ...(owner.kind === 'anonymous' ? {} : { tokenExpiresAt: tokenExpiresAt ?? clock.now + 60_000 }),
  });
  const send = async (frame: object) => bodyOf(await groups(socket(connectionId, frame), house));
  const isMember = () => house.members.has(group, connectionId);
  return { room, group, connectionId, send, isMember, owner };
}

describe('subscribe', () => {
  test('[SUB-1] answers with the items of the group, from all its partitions, and only those', async () => {
    const { group, send, isMember, connectionId } = await scene();
    const reply = await send({ action: 'subscribe', id: '1', groups: [{ group }] });
    expect(reply).toMatchObject({ type: 'subscribed', id: '1' });
    expect(reply.groups).toEqual([
      {
        group,
        offset: clock.now,
        recovered: false,
        snapshot: [
          { entity: 'lamp', key: 'a', rev: 1, data: { on: false, room: group.split('/')[2] } },
          { entity: 'lamp', key: 'c', rev: 1, data: { on: true, room: group.split('/')[2] } },
        ],
      },
    ]);
    expect(await isMember()).toBe(true);
    expect(await house.members.of(group, clock.now)).toEqual([connectionId]);
    expect((await house.connections.find(connectionId))?.groups).toEqual([group]);
  });

  test('[SUB-1] with the last offset answers with what is missing, or nothing, or a snapshot', async () => {
    const { group, send } = await scene();
    const { offset } = (await send({ action: 'subscribe', groups: [{ group }] })).groups[0];
    const again = (after: number) => send({ action: 'subscribe', groups: [{ group, after }] });
    expect((await again(offset)).groups).toEqual([{ group, offset, recovered: true, events: [] }]);
    await house.log.append(group, [event('a', 2)]);
    await house.log.append(group, [event('a', 3)]);
    expect((await again(offset)).groups).toEqual([
      { group, offset: offset + 2, recovered: true, events: [event('a', 3)] },
    ]);
    expect((await again(offset - 1000)).groups[0]).toMatchObject({ recovered: false, offset: offset + 2 });
    expect((await again(offset + 9)).groups[0]).toMatchObject({ recovered: false });
  });

  test('[SUB-3] refuses one group without the others, and leaves no membership where it refused', async () => {
    const { group, send, connectionId } = await scene();
    const reply = await send({
      action: 'subscribe',
      groups: [
        { group: 'house/room/secret' },
        { group },
        { group: 'nowhere/x' },
        { group: 'house/cellar/x' },
        { group: 'no group' },
      ],
    });
    expect(reply.groups.map((one: { error?: { code: string } }) => one.error?.code)).toEqual([
      'forbidden',
      undefined,
      'unknown_group',
      'unknown_group',
      'unknown_group',
    ]);
    expect(await send({ action: 'unsubscribe', groups: ['no group'] })).toMatchObject({
      groups: ['no group'],
    });
    expect((await house.connections.find(connectionId))?.groups).toEqual([group]);
    expect(await house.members.has('house/room/secret', connectionId)).toBe(false);
  });

  test('[SUB-3] keeps back what failed, and takes the membership away again', async () => {
    const { group, connectionId, isMember } = await scene();
    const items = {
      ...house.items,
      page: async () => {
        throw new Error('the table is on fire');
      },
    };
    const frame = { action: 'subscribe', groups: [{ group }] };
    const reply = bodyOf(await groups(socket(connectionId, frame), { ...house, items }));
    expect(reply.groups).toEqual([
      { group, error: { code: 'internal', message: 'Something failed on our side.' } },
    ]);
    expect(await isMember()).toBe(false);
    expect((await house.connections.find(connectionId))?.groups).toEqual([]);
  });

  test('[SUB-5] pages a large group by frames, at one offset, without losing or doubling an item', async () => {
    const { group, room, send } = await scene();
    for (let index = 0; index < 150; index += 1) {
      const data = { on: true, room, note: 'x'.repeat(700) };
      await house.put({ partition: `room:${room}`, entity: 'lamp', key: `l${index}`, data });
    }
    const keys: string[] = [];
    const offsets = new Set<number>();
    let more: string | undefined;
    do {
      const reply = await send({
        action: 'subscribe',
        groups: [more === undefined ? { group } : { group, more }],
      });
      expect(jsonBytes(reply)).toBeLessThanOrEqual(32 * 1024);
      const [state] = reply.groups;
      keys.push(...state.snapshot.map(({ key }: { key: string }) => key));
      offsets.add(state.offset);
      more = state.more;
      await house.log.append(group, [event('a', 5)]);
    } while (more !== undefined);
    expect(keys).toHaveLength(152);
    expect(new Set(keys).size).toBe(152);
    expect(offsets.size).toBe(1);
  });

  test('[LIM-1] of many groups stays within one frame, each with an answer', async () => {
    const rooms = Array.from({ length: 50 }, () => `open-${randomUUID()}`);
    for (const room of rooms) {
      const data = { on: true, room, note: 'x'.repeat(5000) };
      await house.put({ partition: `room:${room}`, entity: 'lamp', key: 'a', data });
    }
    const { send } = await scene(anonymous);
    const reply = await send({
      action: 'subscribe',
      groups: rooms.map((room) => ({ group: `house/room/${room}` })),
    });
    expect(jsonBytes(reply)).toBeLessThanOrEqual(32 * 1024);
    expect(reply.groups).toHaveLength(50);
    const waiting = reply.groups.filter((state: { more?: string }) => state.more !== undefined);
    expect(waiting.length).toBeGreaterThan(40);
    const next = await send({
      action: 'subscribe',
      groups: waiting.map(({ group, more }: { group: string; more: string }) => ({ group, more })),
    });
    expect(next.groups[0].snapshot).toHaveLength(1);
  });

  test('[LIM-1] for which no frame would be large enough is refused before anything is joined', async () => {
    const { send, connectionId } = await scene(anonymous);
    const pages = Array.from({ length: 50 }, (_, index) => {
      const group = `house/room/open-${index}`;
      return { group, more: encodeCursor(group, { offset: 1, partition: 0, after: 'x'.repeat(430) }) };
    });
    const frame = { action: 'subscribe', groups: pages };
    expect(jsonBytes(frame)).toBeLessThan(33 * 1024);
    expect(await codeOf(send(frame))).toBe('too_large');
    expect((await house.connections.find(connectionId))?.groups).toEqual([]);
    expect((await send({ ...frame, groups: pages.slice(0, 20) })).groups).toHaveLength(20);
  });

  test('[SUB-5] takes the cursor of no other group', async () => {
    const { group, send } = await scene();
    const more = encodeCursor('house/room/other', { offset: clock.now, partition: 1 });
    expect((await send({ action: 'subscribe', groups: [{ group, more }] })).groups).toMatchObject([
      { group, error: { code: 'bad_request' } },
    ]);
  });

  test('[TOKEN-2] with an expired token is an error of the frame', async () => {
    const { group, connectionId } = await scene(undefined, clock.now - 5000);
    const frame = { action: 'subscribe', groups: [{ group }] };
    expect(await codeOf(groups(socket(connectionId, frame), house))).toBe('token_expired');

    expect(await codeOf(groups(socket(connectionId, { ...frame, groups: [] }), house))).toBe('bad_request');
    const many = Array.from({ length: 51 }, () => ({ group }));
    expect(await codeOf(groups(socket(connectionId, { ...frame, groups: many }), house))).toBe(
      'too_many_groups',
    );
  });

  test('[TOKEN-3] ends with the token: later events are not for this connection', async () => {
    const { group, send, connectionId } = await scene();
    await send({ action: 'subscribe', groups: [{ group }] });
    expect(await house.members.of(group, clock.now + 64_999)).toEqual([connectionId]);
    expect(await house.members.of(group, clock.now + 65_000)).toEqual([]);
  });
});

test('[SUB-2] the membership is written before the log is read, and the log before the data', async () => {
  const { group, connectionId } = await scene();
  const calls: string[] = [];
  const traced = <T extends object>(store: T, name: keyof T & string): T => {
    const call = store[name] as (...request: unknown[]) => Promise<unknown>;
    const tracing = async (...request: unknown[]) => {
      calls.push(name);
      const result = await call(...request);
      calls.push(`${name} done`);
      return result;
    };
    return { ...store, [name]: tracing };
  };
  const effects = {
    ...house,
    members: traced(house.members, 'join'),
    log: traced(house.log, 'open'),
    items: traced(house.items, 'page'),
  };
  await groups(socket(connectionId, { action: 'subscribe', groups: [{ group }] }), effects);
  expect(calls.slice(0, 5)).toEqual(['join', 'join done', 'open', 'open done', 'page']);
});

describe('sync', () => {
  test('[SYNC-1] answers only the groups that are behind, and tells the time', async () => {
    const { group, send } = await scene();
    const { offset } = (await send({ action: 'subscribe', groups: [{ group }] })).groups[0];
    const at = new Date(clock.now).toISOString();
    const sync = () => send({ action: 'sync', id: 's', groups: [{ group, after: offset }] });
    expect(await sync()).toEqual({ type: 'synced', id: 's', at, groups: [] });
    await house.log.append(group, [event('a', 2)]);
    expect((await sync()).groups).toEqual([
      { group, offset: offset + 1, recovered: true, events: [event('a', 2)] },
    ]);
    expect(await send({ action: 'sync', groups: [] })).toEqual({ type: 'synced', at, groups: [] });
  });

  test('[SYNC-2] puts a lost membership back', async () => {
    const { group, send, isMember, connectionId } = await scene();
    const { offset } = (await send({ action: 'subscribe', groups: [{ group }] })).groups[0];
    await house.members.leave(group, connectionId);
    await send({ action: 'sync', groups: [{ group, after: offset }] });
    expect(await isMember()).toBe(true);
  });

  test('[SYNC-3] shows nothing of a group that was not subscribed to, or may not be seen any more', async () => {
    const { group, send, isMember, connectionId, owner } = await scene();
    const sync = () => send({ action: 'sync', groups: [{ group, after: 0 }] });
    expect((await sync()).groups).toMatchObject([{ group, error: { code: 'forbidden' } }]);
    await send({ action: 'subscribe', groups: [{ group }] });
    await house.connections.open({
      connectionId,
      principal: { ...owner, units: [] },
      connectedAt: clock.now,
    });
    expect((await sync()).groups).toMatchObject([{ group, error: { code: 'forbidden' } }]);
    expect(await isMember()).toBe(false);
  });
});

test('[SUB-4] unsubscribe and disconnect leave no membership', async () => {
  const { group, send, isMember, connectionId } = await scene();
  await send({ action: 'subscribe', groups: [{ group }] });
  expect(await send({ action: 'unsubscribe', id: 'u', groups: [group] })).toEqual({
    type: 'unsubscribed',
    id: 'u',
    groups: [group],
  });
  expect(await isMember()).toBe(false);
  await send({ action: 'subscribe', groups: [{ group }] });
  await disconnect(socket(connectionId, ''), house);
  expect(await isMember()).toBe(false);
  expect(await house.connections.find(connectionId)).toBeUndefined();
});

describe('refresh', () => {
  const refreshed = (connectionId: string, principal: Principal, expiresAt = clock.now + 120_000) =>
    refresh(
      socket(connectionId, { action: 'refresh', id: 'r', token: tokenOf({ ...principal, expiresAt }) }),
      house,
    );

  test('[TOKEN-1] prolongs the connection and its memberships', async () => {
    const { group, send, connectionId, owner } = await scene();
    await send({ action: 'subscribe', groups: [{ group }] });
    expect(bodyOf(await refreshed(connectionId, owner))).toEqual({
      type: 'refreshed',
      id: 'r',
      expiresAt: new Date(clock.now + 120_000).toISOString(),
    });
    expect(await house.members.of(group, clock.now + 100_000)).toEqual([connectionId]);
    expect((await house.connections.find(connectionId))?.connection.tokenExpiresAt).toBe(clock.now + 120_000);
  });

  test('[TOKEN-4] drops groups that the new token may not see', async () => {
    const { group, send, isMember, connectionId, owner } = await scene();
    await send({ action: 'subscribe', groups: [{ group }] });
    await refreshed(connectionId, { ...owner, units: [] });
    expect(await isMember()).toBe(false);
    expect((await house.connections.find(connectionId))?.groups).toEqual([]);
  });

  test('[SESS-6] a connection whose rows are gone is told to connect again, not that its token is bad', async () => {
    const { group, owner } = await scene();
    const forgotten = expect.objectContaining({ code: 'internal', details: { reconnect: true } });
    const subscribe = socket('nobody=', { action: 'subscribe', groups: [{ group }] });
    await expect(groups(subscribe, house)).rejects.toEqual(forgotten);
    await expect(refreshed('nobody=', owner)).rejects.toEqual(forgotten);
  });

  test('[TOKEN-1] takes no token of somebody else, and no bad one', async () => {
    const { connectionId, owner } = await scene();
    expect(await codeOf(refreshed(connectionId, { ...owner, sub: 'bob' }))).toBe('forbidden');
    const bad = socket(connectionId, { action: 'refresh', token: 'x' });
    expect(await codeOf(refresh(bad, house))).toBe('unauthorized');
  });

  test('[RATE-1] counts tokens that are not taken too', async () => {
    const { connectionId } = await scene();
    const bad = socket(connectionId, { action: 'refresh', token: 'x' });
    const codes: unknown[] = [];
    for (let count = 0; count <= connectionLimits.frames.burst; count += 1) {
      codes.push(await codeOf(refresh(bad, house)));
    }
    expect(codes.at(0)).toBe('unauthorized');
    expect(codes.at(-1)).toBe('rate_limited');
  });
});

describe('signal', () => {
  test("[SIG-1] reaches the others of a group, and is the sender's reply", async () => {
    const { group, send, connectionId } = await scene();
    await send({ action: 'subscribe', groups: [{ group }] });
    await house.members.join(group, 'other=', clock.now + 1000);
    await house.members.join(group, 'gone=', clock.now + 1000);
    const posted: unknown[] = [];
    const effects = {
      ...house,
      post: async (messages: readonly { connectionId: string; frames: readonly string[] }[]) => {
        posted.push(
          ...messages.map(({ connectionId: to, frames }) => [to, frames.map((text) => JSON.parse(text))]),
        );
        return { posts: 1, gone: ['gone='], throttled: 0, unsent: 0 };
      },
    };
    const frame = { action: 'signal', group, data: { editing: 'lines' } };
    const sent = { type: 'signal', group, from: { user: 'ann' }, data: { editing: 'lines' } };
    expect(bodyOf(await signal(socket(connectionId, frame), effects))).toEqual(sent);
    expect(posted.toSorted()).toEqual([
      ['gone=', [sent]],
      ['other=', [sent]],
    ]);
    expect(await house.members.has(group, 'gone=')).toBe(false);
    const large = { ...frame, data: 'x'.repeat(1024) };
    expect(await codeOf(signal(socket(connectionId, large), effects))).toBe('too_large');
    const elsewhere = { ...frame, group: 'house/room/other' };
    expect(await codeOf(signal(socket(connectionId, elsewhere), effects))).toBe('forbidden');
  });
});

test('[FRAME-2] what no route takes is told what is wrong with it', async () => {
  const code = (body: unknown) => codeOf(refuse(socket('c=', body)));
  expect(await code('hello')).toBe('bad_request');
  expect(await code('[]')).toBe('bad_request');
  expect(await code({})).toBe('bad_request');
  expect(await code({ action: 'dance' })).toBe('unknown_action');
  expect(await code({ action: 'toString' })).toBe('unknown_action');
  expect(await code({ action: 'subscribe', groups: 7 })).toBe('bad_request');
});
