/** What commands leave beside their writes: entries of the audit trail, and notices. On a real database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinGroup } from '../../core/access.ts';
import { PulsecastError } from '../../core/codes.ts';
import { notifierOf } from '../../core/notices.ts';
import { presence, trail } from '../../core/platform.ts';
import type { SnapshotItem } from '../../core/protocol.ts';
import { api } from '../../lambdas/api.ts';
import { problemReply } from '../../lambdas/chain.ts';
import { standingOf, statesOf } from '../../lambdas/joining.ts';
import { bodyOf, house as domain, type House, http, startHouse, user } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

const admin = user('root', { roles: ['admin'] });
const call = async (...request: Parameters<typeof http>) => {
  const reply = await api(http(...request), () => house).catch((error: unknown) => {
    if (error instanceof PulsecastError) return problemReply(error, 'r');
    throw error;
  });
  return { status: reply.statusCode, body: bodyOf(reply) };
};
const entries = () => house.items.read(trail.name, [{ partition: 'house/audit' }]);

/** The snapshot of a group, all pages. */
async function snapshotOf(group: string): Promise<SnapshotItem[]> {
  const found = new Map([[group, joinGroup(house.domains, group, admin)]]);
  const all: SnapshotItem[] = [];
  let more: string | undefined;
  do {
    const [state] = await statesOf([await standingOf({ group, more }, house)], found, house, 32_000);
    if (state === undefined || !('snapshot' in state)) throw new Error('There is no snapshot.');
    all.push(...state.snapshot);
    more = state.more;
  } while (more !== undefined);
  return all;
}

describe('the audit trail', () => {
  const path = '/api/commands/house/switch';

  test('[AUD-1] every command leaves an entry with its writes; refused and repeated ones leave none', async () => {
    const room = randomUUID();
    await house.put({
      partition: `room:${room}`,
      entity: 'lamp',
      key: 'a',
      rev: 4,
      data: { on: false, room },
    });
    const owner = user('ann', { name: 'Ann', units: [`room:${room}`] });
    const json = { room, lamp: 'a' };
    const headers = { 'idempotency-key': 'once' };
    const before = (await entries()).length;
    for (const _ of [1, 2]) {
      expect(await call('POST', path, { as: owner, json, headers })).toMatchObject({ status: 200 });
    }
    expect(await call('POST', path, { as: owner, json: { ...json, rev: 1 } })).toMatchObject({ status: 409 });
    expect(await call('POST', path, { as: user('eve'), json })).toMatchObject({ status: 403 });
    const left = (await entries()).slice(before);
    expect(left.map(({ data }) => data)).toEqual([
      {
        at: clock.now,
        by: { sub: 'ann', name: 'Ann' },
        command: 'switch',
        changes: [{ entity: 'lamp', key: 'a', before: { on: false }, after: { on: true } }],
      },
    ]);
  });

  test('[AUD-1] of commands that raced each leaves the change that it made', async () => {
    const room = randomUUID();
    await house.put({
      partition: `room:${room}`,
      entity: 'lamp',
      key: 'a',
      rev: 4,
      data: { on: false, room },
    });
    const owner = user('racer', { units: [`room:${room}`] });
    await Promise.all([1, 2, 3, 4].map(() => call('POST', path, { as: owner, json: { room, lamp: 'a' } })));
    const mine = (await entries()).filter(({ data }) => (data as { by: { sub: string } }).by.sub === 'racer');
    const turns = mine.map(
      ({ data }) => (data as { changes: { after: { on: boolean } }[] }).changes[0]?.after.on,
    );
    expect(turns.filter((on) => on)).toHaveLength(2);
    expect(turns).toHaveLength(4);
  });

  test('[AUD-2] the snapshot shows the newest hundred, the rest is asked for, and only by those who may', async () => {
    const group = 'house/audit';
    const filed = (index: number) => ({
      group,
      key: `${1_763_700_000_000 + index}-x`,
      data: { at: 1_763_700_000_000 + index, by: { sub: 'a', name: 'A' }, command: `c${index}`, changes: [] },
    });
    for (let index = 0; index < 130; index += 1) {
      await house.items.write(domain, [], clock.now, { entries: [filed(index)] });
    }
    const shown = await snapshotOf(group);
    expect(shown.map(({ data }) => (data as { command: string }).command)).toEqual(
      Array.from({ length: 100 }, (_, index) => `c${index + 30}`),
    );
    const older = await call('GET', `/api/audit/${group}`, { as: admin });
    expect(older.body.entries[0].data.command).toBe('c129');
    const before = shown[0]?.key;
    const next = await call('GET', `/api/audit/${group}`, {
      as: admin,
      queryStringParameters: { before: before ?? '' },
    });
    expect(next.body.entries[0].data.command).toBe('c29');
    expect(await call('GET', `/api/audit/${group}`, { as: user('eve') })).toMatchObject({ status: 403 });
    expect(await call('GET', '/api/audit/house/room/open-hall', { as: admin })).toMatchObject({
      status: 404,
    });
    expect(
      await call('GET', `/api/audit/${group}`, { as: admin, queryStringParameters: { before: 'x#1' } }),
    ).toMatchObject({ status: 400, body: { errors: [{ path: 'before' }] } });
  });

  test('[AUD-5] what was shortened in the snapshot is whole when it is asked for', async () => {
    const by = { sub: 'a', name: 'A' };
    const key = '1763900000000-y';
    const data = { at: 1_763_900_000_000, by, command: 'long', changes: [], shortened: true as const };
    const whole = [{ entity: 'lamp', key: 'a', after: { note: 'n'.repeat(20_000) } }];
    await house.items.write(domain, [], clock.now, { entries: [{ group: 'house/audit', key, data, whole }] });
    const { body } = await call('GET', '/api/audit/house/audit', { as: admin });
    expect(body.entries[0].data).toEqual({ at: data.at, by, command: 'long', changes: whole });
  });
});

describe('notices', () => {
  const notices = { hello: { severity: 'info', text: { en: 'Hello {name}', ru: '{name}' } } } as const;
  const notify = notifierOf(notices);
  const telling = { ...domain, notices };
  const trayOf = (sub: string) => house.items.read('notifications', [{ partition: sub }]);

  test('[NOTE-1] are written with the other writes for each reader, or not at all', async () => {
    const hello = notify('hello', { to: ['ann', 'bob', 'ann'], values: { name: 'all' } });
    const room = randomUUID();
    const ref = { entity: 'lamp', partition: `room:${room}`, key: 'a' };
    const writes = [{ op: 'create' as const, ref, data: { on: false, room } }, hello];
    expect(await house.items.write(telling, writes, clock.now)).toBe('done');
    expect(await house.items.write(telling, writes, clock.now)).toBe('lost');
    for (const sub of ['ann', 'bob']) {
      expect(await trayOf(sub)).toMatchObject([{ data: { text: { en: 'Hello all' }, at: clock.now } }]);
    }
    const wrong = notify('hello', { to: ['cy'] });
    await expect(house.items.write(telling, [wrong], clock.now)).rejects.toThrow('"name"');
    expect(await trayOf('cy')).toEqual([]);
  });

  test('[NOTE-3] are read and cleared by their reader alone, and gone after a month', async () => {
    const write = notify('hello', { to: ['dee'], values: { name: 'Dee' } });
    await house.items.write(telling, [write], clock.now);
    const [notice] = await trayOf('dee');
    const json = { keys: [notice?.key] };
    const path = (verb: string) => `/api/commands/notifications/${verb}`;
    for (const verb of ['read', 'clear']) {
      expect(await call('POST', path(verb), { as: user('eve'), json })).toEqual({ status: 200, body: {} });
      expect(await call('POST', path(verb), { json })).toMatchObject({ status: 403 });
    }
    expect(await trayOf('dee')).toEqual([notice]);
    expect(await call('POST', path('read'), { as: user('dee'), json })).toMatchObject({ status: 200 });
    expect(await trayOf('dee')).toMatchObject([{ data: { readAt: clock.now } }]);
    const raw = await house.db.get('notifications', { partition: 'dee', item: `notice#${notice?.key}` });
    expect(raw?.expiresAt).toBe(Math.ceil(clock.now / 1000) + 30 * 86_400);
    expect(await call('POST', path('clear'), { as: user('dee'), json })).toMatchObject({ status: 200 });
    expect(await trayOf('dee')).toEqual([]);
    expect(await call('POST', path('read'), { as: user('dee'), json: { keys: ['a#b'] } })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'keys.0' }] },
    });
  });
});

test('[NOTE-3] a tray shows the newest 200 notices', async () => {
  const notices = { hello: { severity: 'info', text: { en: 'Hello {name}', ru: '{name}' } } } as const;
  const write = (index: number) =>
    house.items.write(
      { ...domain, notices },
      [{ op: 'notify', to: ['root'], notice: 'hello', values: { name: index } }],
      clock.now + index,
    );
  for (let index = 0; index < 230; index += 1) await write(index);
  const shown = await snapshotOf('notifications/root');
  expect(shown.map(({ data }) => (data as { text: { en: string } }).text.en)).toEqual(
    Array.from({ length: 200 }, (_, index) => `Hello ${index + 30}`),
  );
});

describe('announcements', () => {
  test('[ANN-1] are shown in a group until their time is over, and are for admins', async () => {
    const group = 'house/room/open-hall';
    const json = { group, text: 'Test', seconds: 60 };
    const path = '/api/announcements';
    expect(await call('POST', path, { as: admin, json })).toMatchObject({ status: 200, body: { groups: 1 } });
    expect(await call('POST', path, { as: admin, json })).toMatchObject({ status: 200 });
    const shown = (await snapshotOf(group)).filter(({ entity }) => entity === 'announcement');
    expect(shown).toMatchObject([
      { key: 'announcement', data: { text: 'Test', by: 'root', until: clock.now + 60_000 } },
    ]);
    clock.now += 60_000;
    expect((await snapshotOf(group)).filter(({ entity }) => entity === 'announcement')).toEqual([]);
    expect(await house.items.read(presence.name, [{ partition: group }])).toHaveLength(1);
    expect(await call('POST', path, { as: user('eve'), json })).toMatchObject({ status: 403 });
    for (const wrong of [{ text: 'x' }, { group, all: true, text: 'x' }, { group, text: '' }, { group }]) {
      expect(await call('POST', path, { as: admin, json: wrong })).toMatchObject({ status: 422 });
    }
    expect(await call('POST', path, { as: admin, json: { group: 'garden/x', text: 'x' } })).toMatchObject({
      status: 404,
      body: { code: 'unknown_group' },
    });
  });

  test('[ANN-1] come to all groups that exist', async () => {
    await house.put({
      partition: 'rooms',
      entity: 'room',
      key: 'attic',
      data: { title: 'Attic', meters: [] },
    });
    const { body } = await call('POST', '/api/announcements', {
      as: admin,
      json: { all: true, text: 'All' },
    });
    // The attic, and the audit trail of admins.
    expect(body).toEqual({ groups: 2 });
  });
});
