import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { connect, Refused, type TestSocket } from '../support/socket.ts';
import { openTarget, type Target } from './target.ts';
import { wrongTokens } from './tokens.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target?.close());

async function statusOf(opening: Promise<TestSocket>): Promise<number | string> {
  try {
    await (await opening).close();
    return 'opened';
  } catch (error) {
    return error instanceof Refused ? error.status : String(error);
  }
}

describe('connect', () => {
  test('[CONN-1] a token beside the subprotocol opens a socket, and only pulsecast.v1 is echoed', async () => {
    const socket = await connect(target.live, ['pulsecast.v1', `jwt.${await target.token('operator')}`]);
    expect(socket.socket.protocol).toBe('pulsecast.v1');
    expect(await socket.subscribe('factory/line/north')).toHaveProperty('offset');
    await socket.close();
  });

  test('[CONN-1] a token in the query works only where it is switched on', async () => {
    const url = `${target.live}?token=${await target.token('operator')}`;
    const status = await statusOf(connect(url));
    expect(target.tokenInQuery === undefined ? ['opened', 401] : ['opened']).toContain(status);
    expect(await statusOf(connect(`${url}x`))).toBe(401);
  });

  test('[CONN-2] wrong tokens get 401 and no socket', async () => {
    for (const [what, token] of Object.entries(await wrongTokens(await target.token('operator')))) {
      expect([what, await statusOf(connect(target.live, ['pulsecast.v1', `jwt.${token}`]))]).toEqual([
        what,
        401,
      ]);
    }
  });

  test('[CONN-2] a token of 1 MB is refused, and the next one is served', async () => {
    const huge = `${await target.token('operator')}${'x'.repeat(1024 * 1024)}`;
    const status = await statusOf(connect(target.live, ['pulsecast.v1', `jwt.${huge}`]));
    expect(status).not.toBe('opened');
    expect([
      400,
      401,
      413,
      414,
      431,
      // CloudFront's own.
      494,
      'Error: socket hang up',
      'Error: read ECONNRESET',
      'Error: write EPIPE',
    ]).toContain(status);
    expect(await statusOf(target.socket('operator'))).toBe('opened');
  });

  test('[CONN-2] wrong tokens get 401 over HTTP too', async () => {
    for (const [what, token] of Object.entries(await wrongTokens(await target.token('operator')))) {
      const response = await fetch(new URL('/api/me', target.origin), {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([what, response.status]).toEqual([what, 401]);
      expect(await response.text()).not.toContain(token);
    }
  });

  test('[CONN-3] without a credential a socket opens, and no group that is not public', async () => {
    const socket = await target.socket();
    expect(await socket.subscribe('factory/line/north')).toMatchObject({ error: { code: 'forbidden' } });
  });

  test('[CONN-4] a ticket opens one socket and then no other', async () => {
    const api = apiOf(target.origin, await target.token('operator'));
    const { ticket, expiresAt } = await api.call<{ ticket: string; expiresAt: string }>('POST', 'tickets');
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThan(31_000);
    const url = `${target.live}?ticket=${encodeURIComponent(ticket)}`;
    const socket = await connect(url);
    expect(await socket.subscribe('factory/line/north')).toHaveProperty('offset');
    await socket.close();
    expect(await statusOf(connect(url))).toBe(401);
    expect(await statusOf(connect(`${target.live}?ticket=made-up`))).toBe(401);
  });

  test('[TOKEN-1] refresh takes a token of the same user, and no other', async () => {
    const socket = await target.socket('operator');
    const token = await target.token('operator');
    const refreshed = await socket.ask({ action: 'refresh', token });
    expect(refreshed).toMatchObject({ type: 'refreshed' });
    expect(await socket.ask({ action: 'refresh', token: `${token}x` })).toMatchObject({
      type: 'error',
      code: 'unauthorized',
    });
    const foreign = await socket.ask({ action: 'refresh', token: await target.token('cook') });
    expect(foreign).toMatchObject({ type: 'error', code: 'forbidden' });
  });
});

describe('what a socket takes', () => {
  test('[FRAME-2] nonsense is answered, and the connection stays', async () => {
    const socket = await target.socket('operator');
    const cases: [string, string][] = [
      ['{"action":', 'bad_request'],
      ['"text"', 'bad_request'],
      ['[]', 'bad_request'],
      ['{}', 'bad_request'],
      ['{"action":7,"id":"n"}', 'bad_request'],
      ['{"action":"dance","id":"d"}', 'unknown_action'],
      ['{"action":"$connect","id":"c"}', 'unknown_action'],
      ['{"action":"subscribe","id":"s"}', 'bad_request'],
      ['{"action":"subscribe","id":"t","groups":"factory/line/north"}', 'bad_request'],
      [
        '{"action":"subscribe","id":"u","groups":[{"group":"factory/line/north","after":"x"}]}',
        'bad_request',
      ],
    ];
    for (const [index, [text, code]] of cases.entries()) {
      const errors = () => socket.frames.filter((frame) => frame.type === 'error');
      socket.socket.send(text);
      await socket.until(() => errors().length > index);
      expect([text, errors()[index]]).toMatchObject([text, { code }]);
    }
    expect(await socket.subscribe('factory/line/north')).toHaveProperty('offset');
  });

  test('[FRAME-2] 10,000 groups in one subscribe are too many, or too large a frame', async () => {
    const socket = await target.socket('operator');
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ group: `f/${index}` }));
    expect(await socket.ask({ action: 'subscribe', groups: many(500) })).toMatchObject({
      code: 'too_many_groups',
    });
    socket.socket.send(JSON.stringify({ action: 'subscribe', groups: many(10_000) }));
    expect(await socket.closed()).toBe(1009);
  });

  test('[LIM-2] a frame of 33 KB and a message of 129 KB close with 1009; others do not notice', async () => {
    const other = await target.socket('operator');
    for (const size of [33, 129]) {
      const socket = await target.socket('operator');
      socket.socket.send(JSON.stringify({ action: 'dance', filler: 'x'.repeat(size * 1024) }));
      expect([size, await socket.closed()]).toEqual([size, 1009]);
    }
    expect(await other.subscribe('factory/line/north')).toHaveProperty('offset');
  });
});
