import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Principal } from '../../core/domain.ts';
import { jsonBytes } from '../../core/log.ts';
import { api, handler } from '../../lambdas/api.ts';
import type { HttpEvent } from '../../lambdas/events.ts';
import { bodyOf, furnish, type House, http, replyTo, startHouse, user } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
  await furnish(house);
});
afterAll(() => house[Symbol.asyncDispose]());

const admin = user('root', { roles: ['admin'] });

const call = (...request: Parameters<typeof http>) => replyTo(api(http(...request), () => house));

async function lamp(): Promise<{ room: string; owner: Principal }> {
  const room = randomUUID();
  await house.put({ partition: `room:${room}`, entity: 'lamp', key: 'a', rev: 4, data: { on: false, room } });
  return { room, owner: user('ann', { units: [`room:${room}`] }) };
}
const lampOf = async (room: string) => (await house.items.read('house', [{ partition: `room:${room}` }]))[0];

describe('commands', () => {
  const path = '/api/commands/house/switch';

  test('[HTTP-4] are done once, and answer with the result and the new rev', async () => {
    const { room, owner } = await lamp();
    const { status, body, headers } = await call('POST', path, { as: owner, json: { room, lamp: 'a' } });
    expect([status, body]).toEqual([200, { result: true, rev: 5 }]);
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(await lampOf(room)).toMatchObject({ rev: 5, data: { on: true } });
  });

  test('[HTTP-3] are refused with a problem document: input, permission, conflict, unknown', async () => {
    const { room, owner } = await lamp();
    const json = { room, lamp: 'a', rev: 3 };
    expect(await call('POST', path, { as: owner, json: { room, lamp: 7, x: 1 } })).toMatchObject({
      status: 422,
      headers: { 'content-type': 'application/problem+json' },
      body: { code: 'invalid_input', status: 422, errors: [{ path: 'lamp' }, { path: 'x' }], requestId: 'r' },
    });
    expect(await call('POST', path, { as: user('bob'), json })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(await call('POST', path, { json })).toMatchObject({ status: 403 });
    expect(await call('POST', path, { as: owner, json })).toMatchObject({
      status: 409,
      body: { code: 'conflict', current: { on: false, room } },
    });
    expect(await call('POST', path, { as: owner, json: { room, lamp: 'z' } })).toMatchObject({ status: 404 });
    for (const unknown of ['house/explode', 'house/toString', 'garden/switch']) {
      expect(await call('POST', `/api/commands/${unknown}`, { json })).toMatchObject({ status: 404 });
    }
    expect(await lampOf(room)).toMatchObject({ rev: 4 });
  });

  test('[STATE-5] of two at the same time both count', async () => {
    const { room, owner } = await lamp();
    const replies = await Promise.all(
      [1, 2].map(() => call('POST', path, { as: owner, json: { room, lamp: 'a' } })),
    );
    expect(replies.map(({ body }) => body.rev).toSorted()).toEqual([5, 6]);
    expect(await lampOf(room)).toMatchObject({ rev: 6, data: { on: false } });
  });

  test('[ACC-3] may be allowed by the state, once it is read', async () => {
    const json = { room: 'attic' };
    expect(await call('POST', '/api/commands/house/hang', { as: user('bob'), json })).toMatchObject({
      status: 403,
    });
    const { status, body } = await call('POST', '/api/commands/house/hang', { as: admin, json });
    expect([status, body.rev]).toEqual([200, clock.now]);
    expect(body.result.key).toMatch(/^[0-9a-z]{10}$/);
  });

  test('[HTTP-2] with a key are done once, also when both come at the same time', async () => {
    const { room, owner } = await lamp();
    const request = { as: owner, json: { room, lamp: 'a' }, headers: { 'Idempotency-Key': 'k1' } };
    const first = await Promise.all([1, 2, 3].map(() => call('POST', path, request)));
    const again = await call('POST', path, request);
    for (const { status, body } of [...first, again])
      expect([status, body]).toEqual([200, { result: true, rev: 5 }]);
    expect(await lampOf(room)).toMatchObject({ rev: 5 });
  });

  test('[HTTP-2] have the same answer for a repeat that finds what the first one left', async () => {
    const { room, owner } = await lamp();
    const request = (key: string) => ({
      as: owner,
      json: { room, lamp: 'a', rev: 4 },
      headers: { 'Idempotency-Key': key },
    });
    // The first is done after the repeat looked for its answer, and before it reads the state.
    let first: Promise<{ status: number; body: unknown }> | undefined;
    const items: House['items'] = {
      ...house.items,
      read: async (...reading) => {
        first ??= call('POST', path, request('k2'));
        await first;
        return house.items.read(...reading);
      },
    };
    const repeat = await replyTo(api(http('POST', path, request('k2')), () => ({ ...house, items })));
    expect(await first).toMatchObject({ status: 200 });
    expect(repeat).toMatchObject({ status: 200, body: { result: true, rev: 5 } });
    expect(await call('POST', path, request('k3'))).toMatchObject({ status: 409 });
  });

  test('[HTTP-2] the same key is another key for another person, and no key for another request', async () => {
    const { room, owner } = await lamp();
    const headers = { 'idempotency-key': 'k1' };
    const request = { as: { ...owner, sub: 'eve' }, json: { room, lamp: 'a' }, headers };
    expect(await call('POST', path, request)).toMatchObject({ status: 200 });
    expect(await call('POST', path, { ...request, as: { ...owner, sub: 'bob' } })).toMatchObject({
      body: { rev: 6 },
    });
    const alike = [
      { sub: 'kim', key: 'x#k' },
      { sub: 'kim#x', key: 'k' },
    ];
    for (const [index, { sub, key }] of alike.entries()) {
      const asKim = { ...request, as: { ...owner, sub }, headers: { 'idempotency-key': key } };
      expect(await call('POST', path, asKim)).toMatchObject({ body: { rev: 7 + index } });
    }
    const other = { ...request, json: { room, lamp: 'a', rev: 6 } };
    expect(await call('POST', path, other)).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });
});

describe('groups over HTTP', () => {
  test('[ACC-2] lists nothing that cannot be joined by the name', async () => {
    const { body } = await call('GET', '/api/groups', { as: admin });
    for (const { group } of body.groups as { group: string }[]) {
      const path = `/api/groups/${encodeURIComponent(group)}`;
      expect([group, (await call('GET', path, { as: admin })).status]).toEqual([group, 200]);
    }
  });

  test('[ACC-2] lists what the principal may join', async () => {
    const { body } = await call('GET', '/api/groups', { as: user('ann', { units: ['room:attic'] }) });
    expect(body.groups).toEqual([
      { group: 'house/room/attic', title: 'The attic', domain: 'house' },
      { group: 'house/room/open-hall', title: 'The open-hall', domain: 'house' },
      {
        group: 'notifications/ann',
        title: 'Notifications',
        titles: { en: 'Notifications', ru: 'Уведомления' },
        domain: 'notifications',
      },
    ]);
    expect((await call('GET', '/api/groups')).body.groups).toHaveLength(1);
  });

  test('[HTTP-1] answers as subscribe does, by either spelling of the path, with an ETag', async () => {
    const { room, owner } = await lamp();
    const reply = await call('GET', `/api/groups/house/room/${room}`, { as: owner });
    const { offset } = reply.body;
    expect(reply).toMatchObject({
      status: 200,
      headers: { etag: `"${offset}"`, 'cache-control': 'no-store' },
      body: { group: `house/room/${room}`, recovered: false, snapshot: [{ key: 'a', rev: 4 }] },
    });
    const encoded = encodeURIComponent(`house/room/${room}`);
    const query = (after: string) => ({ as: owner, queryStringParameters: { after } });
    expect((await call('GET', `/api/groups/${encoded}`, query(String(offset)))).body).toEqual({
      group: `house/room/${room}`,
      offset,
      recovered: true,
      events: [],
    });
    for (const bad of ['x', '-1', '1.5', '99999999999999999999', '']) {
      expect(await call('GET', `/api/groups/${encoded}`, query(bad))).toMatchObject({ status: 400 });
    }
  });

  test('[HTTP-1] 304 when nothing is new', async () => {
    const { room, owner } = await lamp();
    const poll = (tag: string) =>
      call('GET', `/api/groups/house/room/${room}`, { as: owner, headers: { 'If-None-Match': tag } });
    const { etag = '' } = (await poll('"1"')).headers;
    expect(await poll(etag)).toMatchObject({ status: 304, body: null, headers: { etag } });
    expect(await poll(`W/${etag}, "7"`)).toMatchObject({ status: 304 });
    await house.log.append(`house/room/${room}`, []);
    expect(await poll(etag)).toMatchObject({ status: 200 });
  });

  test('[ACC-1] refuses as subscribe does, and nothing without a token but public groups', async () => {
    const { room } = await lamp();
    expect(await call('GET', `/api/groups/house/room/${room}`)).toMatchObject({ status: 403 });
    expect(await call('GET', `/api/groups/house/room/open-${room}`)).toMatchObject({ status: 200 });
    expect(await call('GET', '/api/groups/house/nothing/x')).toMatchObject({
      status: 404,
      body: { code: 'unknown_group' },
    });
    expect(await call('GET', '/api/groups/%E0%A4%A')).toMatchObject({ status: 404 });
    const headers = { authorization: 'Basic abc' };
    expect(await call('GET', '/api/groups', { headers })).toMatchObject({ status: 401 });
  });

  test('[SUB-5] pages what is larger than an answer', async () => {
    const { room, owner } = await lamp();
    for (let index = 0; index < 40; index += 1) {
      const data = { on: true, room, note: 'x'.repeat(11_000) };
      await house.put({ partition: `room:${room}`, entity: 'lamp', key: `l${index}`, data });
    }
    const first = (await call('GET', `/api/groups/house/room/${room}`, { as: owner })).body;
    expect(jsonBytes(first)).toBeLessThanOrEqual(256 * 1024);
    const queryStringParameters = { more: first.more };
    const second = (await call('GET', `/api/groups/house/room/${room}`, { as: owner, queryStringParameters }))
      .body;
    expect([first.snapshot.length + second.snapshot.length, second.more]).toEqual([41, undefined]);
  });
});

describe('people and devices', () => {
  test('[HTTP-5] me and tickets are for users', async () => {
    const ann = user('ann', { name: 'Ann', roles: ['operator'], units: ['room:a'] });
    expect((await call('GET', '/api/me', { as: ann })).body).toEqual({
      principal: { kind: 'user', sub: 'ann', name: 'Ann' },
      roles: ['operator'],
      units: ['room:a'],
      domains: ['house'],
    });
    const { status, body } = await call('POST', '/api/tickets', { as: ann });
    expect([status, body.expiresAt]).toEqual([200, new Date(clock.now + 30_000).toISOString()]);
    expect(await house.access.takeTicket(body.ticket, clock.now)).toMatchObject({ principal: ann });
    expect(await call('GET', '/api/me')).toMatchObject({ status: 401 });
    expect(await call('POST', '/api/tickets')).toMatchObject({ status: 401 });
  });

  test('[DEV-1] keys of devices are made, listed without the key, and revoked by admins alone', async () => {
    const json = { device: 'gate-1', machines: ['m-attic'] };
    const { status, body } = await call('POST', '/api/devices', { as: admin, json });
    expect([status, body]).toEqual([
      201,
      { device: 'gate-1', key: expect.stringMatching(/^pcd_[\w-]{43}$/) },
    ]);
    const list = (await call('GET', '/api/devices', { as: admin })).body;
    expect(list.devices).toEqual([{ ...json, createdAt: clock.now, createdBy: 'root' }]);
    expect(await call('DELETE', '/api/devices/gate-1', { as: admin })).toMatchObject({ status: 204 });
    expect(await call('DELETE', '/api/devices/gate-1', { as: admin })).toMatchObject({ status: 404 });
    for (const [method, status] of [
      ['GET', 403],
      ['POST', 403],
    ] as const) {
      expect(await call(method, '/api/devices', { as: user('ann'), json })).toMatchObject({ status });
    }
    expect(await call('GET', '/api/devices')).toMatchObject({ status: 401 });
    expect(await call('POST', '/api/devices', { as: admin, json: { device: 'a b' } })).toMatchObject({
      status: 422,
    });
  });
});

describe('requests that fit nothing', () => {
  test('[CODE-1] are problem documents: path, method, size, JSON', async () => {
    expect(await call('GET', '/api/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await call('DELETE', '/api/groups')).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
      body: { allow: ['GET'] },
    });
    expect(await call('GET', '/api/pulses')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(await call('GET', '/api/me')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    });
    expect(
      await call('GET', '/api/groups/house%2Froom%2Fopen-hall', { queryStringParameters: { more: 'x' } }),
    ).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    const path = '/api/commands/house/switch';
    expect(await call('POST', path, { as: admin, body: '{' })).toMatchObject({
      status: 400,
      body: { code: 'bad_request' },
    });
    const body = JSON.stringify('x'.repeat(256 * 1024));
    expect(await call('POST', path, { as: admin, body })).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    });
    const encoded = { as: admin, body: Buffer.from('{}').toString('base64'), isBase64Encoded: true };
    expect(await call('POST', path, encoded)).toMatchObject({ status: 422 });
  });

  test('[CODE-2] an unexpected failure is a generic 500 with the request id', async () => {
    vi.stubEnv('DOMAIN_TABLES', '');
    const event: HttpEvent = http('GET', '/api/groups');
    const reply = await handler(event, { awsRequestId: 'request-7', functionName: 'api' } as never);
    vi.unstubAllEnvs();
    expect(reply).toMatchObject({ statusCode: 500, headers: { 'content-type': 'application/problem+json' } });
    expect(bodyOf(reply)).toMatchObject({ code: 'internal', requestId: 'request-7' });
    expect(reply.body).not.toContain('DOMAIN_TABLES');
  });
});
