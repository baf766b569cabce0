import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import { connectionLimits, maxGroups, userLimits } from '../../core/limits.ts';
import type { ServerFrame } from '../../core/protocol.ts';
import { connect, Refused, type TestSocket } from '../support/socket.ts';
import { startTestSystem } from '../support/system.ts';
import { openTarget, ownCloud, refusal, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target?.close());

const open = (token: string, live = target.live) => connect(live, ['pulsecast.v1', `jwt.${token}`]);
const statusOf = (opening: Promise<TestSocket>) =>
  opening.then(
    () => 'opened',
    (error: unknown) => (error instanceof Refused ? error.status : error),
  );

/** What a socket was told before it was closed. */
async function farewell(socket: TestSocket): Promise<ServerFrame | undefined> {
  if (socket.socket.readyState === socket.socket.OPEN) await socket.closed();
  return socket.frames.at(-1);
}

describe('a session', () => {
  test('[SESS-2] ends by logout, with all its sockets and tickets; others of the user go on', async () => {
    const { origin } = target;
    const [token, other] = [await target.signIn('operator'), await target.signIn('operator')];
    const sockets = [await open(token), await open(token)];
    const stays = await open(other);
    for (const socket of [...sockets, stays]) await socket.subscribe('factory/line/north');
    const { ticket } = await apiOf(origin, token).call<{ ticket: string }>('POST', 'tickets');

    expect(await apiOf(origin, token).call('POST', 'logout')).toEqual({ ended: 2 });
    for (const socket of sockets) {
      expect(await farewell(socket)).toMatchObject({
        type: 'disconnect',
        code: 'unauthorized',
        reconnect: false,
      });
    }
    expect(await statusOf(open(token))).toBe(401);
    expect(await statusOf(connect(`${target.live}?ticket=${ticket}`))).toBe(401);
    for (const call of ['me', 'groups', 'groups/factory/line/north']) {
      expect(await refusal(apiOf(origin, token).call('GET', call))).toMatchObject({ status: 401 });
    }
    expect(await refusal(apiOf(origin, token).call('POST', 'commands/factory/x', {}))).toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
    expect(await stays.ask({ action: 'refresh', token })).toMatchObject({ code: 'unauthorized' });
    expect(await stays.ask({ action: 'sync', groups: [] })).toMatchObject({ type: 'synced' });
    expect(await apiOf(origin, other).call('GET', 'me')).toHaveProperty('principal');
    await stays.close();
  });

  test('[SESS-3] of a user are all revoked by an admin, and a later sign-in is taken', async () => {
    const { origin } = target;
    const token = await target.signIn('cook');
    const socket = await open(token);
    const { principal } = await apiOf(origin, token).call<{ principal: { sub: string } }>('GET', 'me');
    const input = { sub: principal.sub };
    expect(await refusal(apiOf(origin, token).call('POST', 'sessions/revoke', input))).toMatchObject({
      status: 403,
    });
    expect(await socket.ask({ action: 'sync', groups: [] })).toMatchObject({ type: 'synced' });
    const admin = apiOf(origin, await target.token('admin'));
    // A stack may know more sockets of the user than this test's.
    const { ended } = await admin.call<{ ended: number }>('POST', 'sessions/revoke', input);
    expect(ended).toBeGreaterThanOrEqual(1);
    expect(await farewell(socket)).toMatchObject({ type: 'disconnect', code: 'unauthorized' });
    expect(await statusOf(open(token))).toBe(401);
    expect(await refusal(apiOf(origin, token).call('GET', 'me'))).toMatchObject({ status: 401 });
    // Tokens tell the second in which they were issued.
    await pause(1100 - (Date.now() % 1000));
    const again = await open(await target.signIn('cook'));
    expect(await again.ask({ action: 'sync', groups: [] })).toMatchObject({ type: 'synced' });
    await again.close();
  });

  // A clock that runs faster: the sweep comes each second, and not each minute.
  test('[SESS-4] whose token expires is told so, and closed by the sweep', async ({ skip }) => {
    skip(!ownCloud, 'it needs a local cloud of its own, whose tokens live for seconds');
    const system = await startTestSystem({ seeds: [], accessTokenSeconds: 4, timeScale: 60 });
    try {
      const live = `${system.origin.replace(/^http/, 'ws')}/live`;
      const socket = await open(await signIn(system.origin, 'operator'), live);
      await socket.subscribe('factory/line/north');
      expect(await farewell(socket)).toMatchObject({
        type: 'disconnect',
        code: 'token_expired',
        reconnect: true,
        afterMs: expect.any(Number),
      });
    } finally {
      await system.close();
    }
  }, 60_000);

  test('[SEQ-3] a device that is revoked is refused from its next post on', async () => {
    const { line, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    expect(await target.pulses(key, machine, 1, 2)).toMatchObject({ accepted: 2 });
    const admin = apiOf(target.origin, await target.token('admin'));
    await admin.call('DELETE', `devices/d-${line}`);
    expect(await refusal(target.pulses(key, machine, 3, 1))).toMatchObject({ status: 401 });
  });
});

describe('limits', () => {
  test('[RATE-1] too many signals are refused with a time to wait, and the connection stays', async () => {
    const socket = await target.socket('operator');
    await socket.subscribe('factory/line/north');
    const signal = () =>
      socket.ask({ action: 'signal', group: 'factory/line/north', data: { editing: 'lines' } });
    const replies: ServerFrame[] = [];
    const isRefusal = (frame: ServerFrame) => frame.type === 'error';
    for (let round = 0; round < 10 && !replies.some(isRefusal); round += 1) {
      replies.push(...(await Promise.all(Array.from({ length: 30 }, signal))));
    }
    const refused = replies.filter(isRefusal);
    expect(refused[0]).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    expect(replies.length - refused.length).toBeGreaterThanOrEqual(connectionLimits.signals.burst);
    const waits = refused.map((frame) => (frame.type === 'error' ? (frame.retryAfterMs ?? 0) : 0));
    await pause(Math.max(...waits));
    expect(await signal()).toMatchObject({ type: 'signal' });
    // The limit is the connection's own.
    const other = await target.socket('operator');
    expect(await other.subscribe('factory/line/north')).toHaveProperty('offset');
  });

  test('[RATE-2] too many tickets are refused with 429 and Retry-After', async () => {
    const token = await target.token('shift-lead');
    const post = () =>
      fetch(new URL('/api/tickets', target.origin), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
    const answers: Response[] = [];
    for (let round = 0; round < 10 && !answers.some(({ status }) => status === 429); round += 1) {
      answers.push(...(await Promise.all(Array.from({ length: userLimits.tickets.burst }, post))));
    }
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused?.json()).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
  });

  test('[RATE-3] a connection has at most 200 groups in total, and keeps those that it has', async () => {
    const socket = await target.socket('admin');
    const wanted = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ group: `factory/line/none-${from + index}` }));
    for (let from = 0; from < maxGroups; from += 50) {
      const reply = await socket.ask({ action: 'subscribe', groups: wanted(from, 50) });
      expect(reply).toMatchObject({ type: 'subscribed' });
    }
    expect(await socket.ask({ action: 'subscribe', groups: wanted(maxGroups, 1) })).toMatchObject({
      type: 'error',
      code: 'too_many_groups',
    });
    expect(await socket.subscribe('factory/line/none-0')).toHaveProperty('offset');
    await socket.ask({ action: 'unsubscribe', groups: ['factory/line/none-1'] });
    expect(await socket.subscribe('factory/line/one-more')).toHaveProperty('offset');
    await socket.close();
  }, 30_000);
});
