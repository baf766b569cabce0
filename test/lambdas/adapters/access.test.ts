import { afterAll, beforeAll, expect, test } from 'vitest';
import { ticketSeconds } from '../../../lambdas/adapters/access.ts';
import { connectionLifeMs } from '../../../lambdas/adapters/connections.ts';
import { forget } from '../../../lambdas/forget.ts';
import { join } from '../../../lambdas/session.ts';
import { type House, startHouse, user } from '../support.ts';

const now = 1_763_638_000_000;
let house: House;
beforeAll(async () => {
  house = await startHouse({ now });
});
afterAll(() => house[Symbol.asyncDispose]());

const ticket = {
  principal: user('ann', { roles: ['admin'] }),
  expiresAt: now + 60_000,
  issuedAt: now,
  session: 's',
};

test('a ticket is taken once, by whoever comes first', async () => {
  expect(await house.access.addTicket('secret', ticket, now)).toBe(now / 1000 + ticketSeconds);
  const taken = await Promise.all([1, 2, 3].map(() => house.access.takeTicket('secret', now)));
  expect(taken.filter((one) => one !== undefined)).toEqual([ticket]);
});

test('a ticket is no good after its time, though not swept', async () => {
  await house.access.addTicket('late', ticket, now);
  expect(await house.access.takeTicket('late', now + ticketSeconds * 1000)).toBeUndefined();
  expect(await house.access.takeTicket('never', now)).toBeUndefined();
});

test('[CONN-4] a ticket is good no longer than the token that it was got with', async () => {
  const brief = { ...ticket, expiresAt: now + 7000 };
  expect(await house.access.addTicket('brief', brief, now)).toBe((now + 7000) / 1000);
  expect(await house.access.takeTicket('brief', now + 7000)).toBeUndefined();
});

test('a device key is found by its secret only, and stays visible as revoked', async () => {
  const key = { device: 'gate', machines: ['m'], createdAt: now, createdBy: 'ann' };
  await house.access.addDeviceKey('pcd_1', key);
  await house.access.addDeviceKey('pcd_2', { ...key, device: 'other' });
  expect(await house.access.deviceKey('pcd_1')).toMatchObject(key);
  expect(await house.access.deviceKey('pcd_3')).toBeUndefined();
  expect(
    JSON.stringify(
      await house.db.all({
        table: 'access',
        key: { expression: 'kind = :kind', values: { ':kind': 'device' } },
      }),
    ),
  ).not.toContain('pcd_');
  expect(await house.access.revokeDevice('gate', now + 5)).toBe(1);
  expect(await house.access.revokeDevice('gate', now + 6)).toBe(0);
  expect(await house.access.deviceKey('pcd_1')).toMatchObject({ revokedAt: now + 5 });
  expect(await house.access.deviceKeys()).toHaveLength(2);
});

test('an idempotency record holds once, and again after its time', async () => {
  const answer = { fingerprint: 'f', response: '{}' };
  const remember = (at: number) => house.db.write(house.idempotency.remember('key', answer, at));
  expect(await remember(now)).toBeUndefined();
  expect(await remember(now)).toBe(false);
  expect(await house.idempotency.find('key', now)).toEqual(answer);
  const later = now + 24 * 3_600_000 + 1000;
  expect(await house.idempotency.find('key', later)).toBeUndefined();
  expect(await remember(later)).toBeUndefined();
});

test('members of a group are found in all shards, without those past their time', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `connection-${index}=`);
  await Promise.all(ids.map((id) => house.members.join('house/room/m', id, now + 10)));
  await house.members.join('house/room/m', 'past=', now);
  expect((await house.members.of('house/room/m', now)).sort()).toEqual(ids.toSorted());
  const shards = (
    await Promise.all(
      [0, 1, 2, 3].map((shard) =>
        house.db.all({
          table: 'members',
          key: { expression: '#s = :s', names: { '#s': 'shard' }, values: { ':s': `house/room/m#${shard}` } },
        }),
      ),
    )
  ).filter((rows) => rows.length > 0);
  expect(shards.length).toBeGreaterThan(1);
});

test('a connection that is forgotten leaves no row in any table', async () => {
  const connection = {
    connectionId: 'gone=',
    principal: user('ann'),
    connectedAt: now,
    tokenExpiresAt: now + 9,
    session: 's',
  };
  await house.connections.open(connection);
  for (const group of ['house/room/x', 'house/room/y']) await join(connection, group, house);
  expect(await house.connections.find('gone=')).toMatchObject({
    connection,
    groups: ['house/room/x', 'house/room/y'],
  });
  await forget('gone=', house);
  expect(await house.connections.find('gone=')).toBeUndefined();
  expect(await house.members.has('house/room/x', 'gone=')).toBe(false);
  expect(await house.connections.renew(connection)).toBe(false);
  expect(connectionLifeMs).toBe(7_500_000);
});
