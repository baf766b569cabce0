import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PulsecastError } from '../../core/codes.ts';
import { connectionLimits, userLimits } from '../../core/limits.ts';
import type { Message } from '../../lambdas/adapters/post.ts';
import { api } from '../../lambdas/api.ts';
import { connect } from '../../lambdas/connect.ts';
import { endExpired } from '../../lambdas/expiry.ts';
import { refresh } from '../../lambdas/refresh.ts';
import { sessionOf } from '../../lambdas/session.ts';
import { bodyOf, codeOf, type House, http, socket, startHouse, tokenOf, user } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

/** The effects of a function, with what was posted and which connections were closed. */
function stage() {
  const told: [string, { type: string; code: string; reconnect: boolean }][] = [];
  const hungUp: string[] = [];
  const effects = {
    ...house,
    tokenInQuery: false,
    post: async (messages: readonly Message[]) => {
      for (const { connectionId, frames } of messages) told.push([connectionId, JSON.parse(frames[0] ?? '')]);
      return { posts: messages.length, gone: [], throttled: 0, unsent: 0 };
    },
    hangUp: async (connectionId: string) => {
      hungUp.push(connectionId);
    },
  };
  return { told, hungUp, effects };
}
const opening = (connectionId: string, token: string) => ({
  headers: { 'Sec-WebSocket-Protocol': `pulsecast.v1, jwt.${token}` },
  requestContext: { connectionId },
});
const asking = (method: string, path: string, token: string, json?: unknown) =>
  http(method, path, {
    headers: { authorization: `Bearer ${token}` },
    ...(json === undefined ? {} : { json }),
  });

describe('the end of a session', () => {
  test('[SESS-2] logout tells, closes and forgets the sockets of the session, and refuses its tokens', async () => {
    const { told, hungUp, effects } = stage();
    const token = tokenOf({ ...user('ann'), session: 'one' });
    const other = tokenOf({ ...user('ann'), session: 'two' });
    await connect(opening('a1=', token), effects);
    await connect(opening('a2=', other), effects);
    const reply = await api(asking('POST', '/api/logout', token), () => effects);
    expect(bodyOf(reply)).toEqual({ ended: 1 });
    expect(told).toMatchObject([['a1=', { type: 'disconnect', code: 'unauthorized', reconnect: false }]]);
    expect(hungUp).toEqual(['a1=']);
    expect(await house.connections.find('a1=')).toBeUndefined();
    expect(await house.connections.of('ann')).toEqual([{ connectionId: 'a2=', session: 'two' }]);
    expect(await codeOf(connect(opening('a3=', token), effects))).toBe('unauthorized');
    expect(await house.connections.find('a3=')).toBeUndefined();
    expect(await codeOf(api(asking('GET', '/api/me', token), () => effects))).toBe('unauthorized');
    expect(await codeOf(refresh(socket('a2=', { action: 'refresh', token }), effects))).toBe('unauthorized');
    expect(await house.connections.find('a2=')).toBeDefined();
  });

  test('[SESS-3] revoking refuses what was issued up to now, and takes what is issued later', async () => {
    const { hungUp, effects } = stage();
    const token = tokenOf({ ...user('ben'), issuedAt: clock.now });
    await connect(opening('b1=', token), effects);
    const admin = tokenOf(user('root', { roles: ['admin'] }));
    const revoke = (as: string) =>
      api(asking('POST', '/api/sessions/revoke', as, { sub: 'ben' }), () => effects);
    expect(await codeOf(revoke(token))).toBe('forbidden');
    expect(bodyOf(await revoke(admin))).toEqual({ ended: 1 });
    expect(hungUp).toEqual(['b1=']);
    expect(await codeOf(connect(opening('b2=', token), effects))).toBe('unauthorized');
    const later = tokenOf({ ...user('ben'), issuedAt: clock.now + 1000 });
    expect(await connect(opening('b3=', later), effects)).toMatchObject({ statusCode: 200 });
  });

  test('[SESS-2] more ended sessions than a row should hold revoke them all', async () => {
    const ben = (session: string) => ({
      principal: user('eve'),
      expiresAt: clock.now,
      issuedAt: clock.now - 1000,
      session,
    });
    for (let index = 0; index <= 200; index += 1) await house.sessions.end(ben(`s${index}`), clock.now);
    for (const session of ['s0', 's200', 'never ended']) {
      expect(await codeOf(house.sessions.check(ben(session)))).toBe('unauthorized');
    }
    expect(await house.db.get('access', { kind: 'user', id: 'eve' })).not.toHaveProperty('ended');
  });

  test('[SESS-5] a connection that opens or refreshes while its session ends is not left behind', async () => {
    const { effects } = stage();
    const token = tokenOf({ ...user('cat'), session: 'new' });
    // The session ends after the token was verified, and before the connection can be found.
    const open = async (connection: Parameters<typeof house.connections.open>[0]) => {
      await api(asking('POST', '/api/logout', token), () => effects);
      await house.connections.open(connection);
    };
    const late = { ...effects, connections: { ...house.connections, open } };
    expect(await codeOf(connect(opening('c1=', token), late))).toBe('unauthorized');
    expect(await house.connections.of('cat')).toEqual([]);

    const old = tokenOf({ ...user('dan'), session: 'old' });
    const fresh = tokenOf({ ...user('dan'), session: 'fresh' });
    await connect(opening('d1=', old), effects);
    const renew = async (connection: Parameters<typeof house.connections.renew>[0]) => {
      await api(asking('POST', '/api/logout', fresh), () => effects);
      return house.connections.renew(connection);
    };
    const racing = { ...effects, connections: { ...house.connections, renew } };
    expect(await codeOf(refresh(socket('d1=', { action: 'refresh', token: fresh }), racing))).toBe(
      'unauthorized',
    );
    expect(await house.connections.find('d1=')).toBeUndefined();
    expect(await house.connections.of('dan')).toEqual([]);
  });

  test('[SESS-4] the sweep ends what has expired in the last minutes, and only that', async () => {
    const { told, hungUp, effects } = stage();
    const until = (ms: number) => tokenOf({ ...user('fay'), expiresAt: clock.now + ms });
    await connect(opening('f1=', until(10_000)), effects);
    await connect(opening('f2=', until(50_000)), effects);
    await connect(opening('f3=', until(600_000)), effects);
    clock.now += 15_000;
    await endExpired(effects);
    expect(hungUp).toEqual([]);
    clock.now += 1;
    await endExpired(effects);
    expect(told).toMatchObject([['f1=', { code: 'token_expired', reconnect: true }]]);
    clock.now += 60_000;
    await endExpired(effects);
    await endExpired(effects);
    expect(hungUp).toEqual(['f1=', 'f2=']);
    expect((await house.connections.of('fay')).map(({ connectionId }) => connectionId)).toEqual(['f3=']);
  });

  test('[SESS-4] a connection that could not be closed is forgotten all the same', async () => {
    const { effects } = stage();
    await connect(opening('g1=', tokenOf({ ...user('gil'), expiresAt: clock.now + 1000 })), effects);
    clock.now += 60_000;
    await endExpired({ ...effects, hangUp: () => Promise.reject(new Error('500')) });
    expect(await house.connections.find('g1=')).toBeUndefined();
  });
});

describe('rate limits', () => {
  const refusalOf = (run: Promise<unknown>) =>
    run.then(
      () => undefined,
      (error: PulsecastError) => ({ code: error.code, wait: error.details.retryAfterMs }),
    );

  test('[RATE-1] frames of a connection: a burst, then the rate, also when all come at once', async () => {
    const { effects } = stage();
    const { burst } = connectionLimits.frames;
    await connect(opening('h1=', tokenOf(user('hal'))), effects);
    const frame = () => refusalOf(sessionOf('h1=', house.connections, clock.now));
    const all = await Promise.all(Array.from({ length: burst + 10 }, frame));
    expect(all.filter((one) => one === undefined)).toHaveLength(burst);
    expect(await frame()).toEqual({ code: 'rate_limited', wait: 50 });
    clock.now += 50;
    expect(await frame()).toBeUndefined();
    expect(await frame()).toMatchObject({ code: 'rate_limited' });
  });

  test('[RATE-2] tickets, commands and connects of a user, over all tokens', async () => {
    const credential = (session: string) => ({
      principal: user('ida'),
      expiresAt: clock.now,
      issuedAt: clock.now,
      session,
    });
    for (let index = 0; index < userLimits.tickets.burst; index += 1) {
      await house.sessions.spend(credential(`s${index % 2}`), 'tickets', clock.now);
    }
    const more = () => refusalOf(house.sessions.spend(credential('s0'), 'tickets', clock.now));
    expect(await more()).toEqual({ code: 'rate_limited', wait: 1000 });
    await house.sessions.spend(credential('s0'), 'commands', clock.now);
    await house.sessions.spend(credential('s0'), 'connects', clock.now);
    clock.now += 1000;
    expect(await more()).toBeUndefined();
    const ticket = await api(asking('POST', '/api/tickets', tokenOf(user('ida'))), () => house).catch(
      (error: PulsecastError) => error,
    );
    expect(ticket).toMatchObject({ code: 'rate_limited' });
  });
});
