import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presence as presenceDomain } from '../../core/platform.ts';
import type { PresenceData } from '../../core/presence.ts';
import { createPresence } from '../../lambdas/adapters/presence.ts';
import { disconnect } from '../../lambdas/disconnect.ts';
import { endExpired } from '../../lambdas/expiry.ts';
import { forget } from '../../lambdas/forget.ts';
import { groups } from '../../lambdas/groups.ts';
import { refresh } from '../../lambdas/refresh.ts';
import { bodyOf, type House, socket, startHouse, tokenOf, user } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

/** A hall of its own, where everybody may be, and those in it as its items say. */
function hall() {
  const group = `house/hall/${randomUUID()}`;
  const connect = async (connectionId: string, sub: string | undefined) => {
    const principal =
      sub === undefined
        ? { kind: 'anonymous' as const, sub: 'anonymous', roles: [], units: [] }
        : user(sub, { name: `Mx ${sub}` });
    await house.connections.open({
      connectionId,
      principal,
      connectedAt: clock.now,
      ...(sub === undefined ? {} : { tokenExpiresAt: clock.now + 60_000, session: 's' }),
    });
  };
  const send = async (connectionId: string, frame: object) =>
    bodyOf(await groups(socket(connectionId, frame), house));
  const subscribe = (connectionId: string) =>
    send(connectionId, { action: 'subscribe', groups: [{ group }] });
  const people = async () => {
    const items = await house.items.read(presenceDomain.name, [{ partition: group }]);
    return Object.fromEntries(items.map(({ key, rev, data }) => [key, { rev, ...(data as PresenceData) }]));
  };
  return { group, connect, send, subscribe, people };
}

describe('presence', () => {
  test('[PRES-1] a user who joins is there, an anonymous principal is not', async () => {
    const { connect, subscribe, people } = hall();
    await connect('a=', 'ann');
    await connect('x=', undefined);
    await subscribe('a=');
    const answer = (await subscribe('x=')).groups[0];
    expect(await people()).toEqual({ ann: { rev: clock.now, name: 'Mx ann', since: clock.now } });
    expect(answer.snapshot).toEqual([
      { entity: 'presence', key: 'ann', rev: clock.now, data: { name: 'Mx ann', since: clock.now } },
    ]);
  });

  test('[PRES-2] further tabs raise no rev, even all at once; the last one to go sets leftAt', async () => {
    const { connect, subscribe, people } = hall();
    const tabs = Array.from({ length: 5 }, (_, index) => `tab-${index}=`);
    for (const tab of tabs) await connect(tab, 'ann');
    await Promise.all(tabs.map(subscribe));
    expect((await people()).ann?.rev).toBe(clock.now);
    await subscribe('tab-0=');
    await Promise.all(tabs.slice(1).map((tab) => disconnect(socket(tab, ''), house)));
    expect((await people()).ann).not.toHaveProperty('leftAt');
    expect((await people()).ann?.rev).toBe(clock.now);
    await disconnect(socket('tab-0=', ''), house);
    expect((await people()).ann).toMatchObject({ rev: clock.now + 1, leftAt: clock.now });
  });

  test('[PRES-2] tabs that all go at once leave once', async () => {
    const { connect, subscribe, people } = hall();
    const tabs = Array.from({ length: 5 }, (_, index) => `leaf-${index}=`);
    for (const tab of tabs) await connect(tab, 'ann');
    for (const tab of tabs) await subscribe(tab);
    await Promise.all(tabs.map((tab) => disconnect(socket(tab, ''), house)));
    expect((await people()).ann).toMatchObject({ rev: clock.now + 1, leftAt: clock.now });
  });

  test('[PRES-2] a tab that comes just as the last one goes keeps the person there', async () => {
    const { group, people } = hall();
    const gus = user('gus');
    const until = clock.now + 60_000;
    await house.presence.enter(group, gus, 'old=', until, clock.now);
    // The other tab comes between what the departure reads and what it writes.
    const get: typeof house.db.get = async (table, key) => {
      const row = await house.db.get(table, key);
      await house.presence.enter(group, gus, 'new=', until, clock.now);
      return row;
    };
    await createPresence({ ...house.db, get }, 'presence').leave(group, 'gus', 'old=', clock.now);
    expect((await people()).gus).toEqual({ rev: clock.now, name: 'gus', since: clock.now });
    await house.presence.leave(group, 'gus', 'new=', clock.now);
    expect((await people()).gus).toHaveProperty('leftAt');
  });

  test('[PRES-3] [PRES-4] unsubscribing leaves; a return within the grace is the same visit', async () => {
    const { group, connect, send, subscribe, people } = hall();
    const start = clock.now;
    await connect('b=', 'ben');
    await subscribe('b=');
    await send('b=', { action: 'unsubscribe', groups: [group] });
    expect((await people()).ben).toMatchObject({ leftAt: start });
    clock.now += 5000;
    await connect('c=', 'cat');
    expect((await subscribe('c=')).groups[0].snapshot.map(({ key }: { key: string }) => key)).toEqual([
      'ben',
      'cat',
    ]);
    await subscribe('b=');
    expect((await people()).ben).toEqual({ rev: start + 2, name: 'Mx ben', since: start });
    await send('b=', { action: 'unsubscribe', groups: [group] });
    clock.now += 10_000;
    const late = (await subscribe('c=')).groups[0];
    expect(late.snapshot.map(({ key }: { key: string }) => key)).toEqual(['cat']);
    await subscribe('b=');
    expect((await people()).ben).toMatchObject({ since: clock.now });
  });

  test('[PRES-5] a connection that a push finds gone leaves, and so does one whose token ended', async () => {
    const { group, connect, subscribe, people } = hall();
    await connect('d=', 'dan');
    await connect('e=', 'eve');
    await subscribe('d=');
    await subscribe('e=');
    await forget('d=', house, [group]);
    expect((await people()).dan).toHaveProperty('leftAt');
    expect((await people()).eve).not.toHaveProperty('leftAt');
    clock.now += 120_000;
    await endExpired(house);
    expect((await people()).eve).toHaveProperty('leftAt', clock.now);
  });

  test('[PRES-5] a refresh moves the end of a presence with that of the token', async () => {
    const { group, connect, subscribe } = hall();
    await connect('f=', 'fay');
    await subscribe('f=');
    const expiry = async () =>
      (await house.db.get('presence', { partition: group, item: 'presence#fay' }))?.expiresAt;
    expect(await expiry()).toBe(clock.now / 1000 + 65);
    const token = tokenOf({ ...user('fay'), expiresAt: clock.now + 600_000 });
    await refresh(socket('f=', { action: 'refresh', token }), house);
    expect(await expiry()).toBe(clock.now / 1000 + 605);
    clock.now += 120_000;
    await endExpired(house);
    expect(await house.connections.find('f=')).toBeDefined();
  });
});
