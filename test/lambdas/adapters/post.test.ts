import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { createPoster, signedSend } from '../../../lambdas/adapters/post.ts';
import { eachOf, TokenBucket } from '../../../lambdas/pacing.ts';

/** A poster whose time passes only while it waits. `statuses` are the answers of each connection in turn. */
function poster(statuses: Record<string, (number | Error)[]>, bucket = new TokenBucket(1e6, 1e6, 0)) {
  const clock = { now: 0 };
  const sent: string[] = [];
  const post = createPoster({
    send: async (connectionId, frame) => {
      sent.push(`${connectionId} ${frame}`);
      const status = statuses[connectionId]?.shift() ?? 200;
      if (status instanceof Error) throw status;
      return status;
    },
    now: () => clock.now,
    pause: async (ms) => {
      clock.now += ms;
    },
    random: () => 1,
    bucket,
  });
  return { post, sent, clock };
}

describe('posting', () => {
  test('sends the frames of a connection in order, each once', async () => {
    const { post, sent } = poster({});
    const report = await post(
      [
        { connectionId: 'a', frames: ['1', '2'] },
        { connectionId: 'b', frames: ['1'] },
      ],
      1000,
    );
    expect(report).toEqual({ posts: 3, gone: [], throttled: 0, unsent: 0 });
    expect(sent.filter((line) => line.startsWith('a'))).toEqual(['a 1', 'a 2']);
  });

  test('410 reports the connection as gone, and spares it the rest', async () => {
    const { post, sent } = poster({ a: [410] });
    expect(await post([{ connectionId: 'a', frames: ['1', '2'] }], 1000)).toMatchObject({
      posts: 0,
      gone: ['a'],
    });
    expect(sent).toEqual(['a 1']);
  });

  test('429, 5xx and lost answers are tried again, with waiting', async () => {
    const { post, clock } = poster({ a: [429, 500, new Error('reset')] });
    expect(await post([{ connectionId: 'a', frames: ['1'] }], 10_000)).toEqual({
      posts: 1,
      gone: [],
      throttled: 1,
      unsent: 0,
    });
    expect(clock.now).toBe(100 + 200 + 400);
  });

  test('gives one recipient up at the deadline, or after six attempts, and goes on with the others', async () => {
    const busy = () => Array.from({ length: 20 }, () => 429);
    const early = poster({ a: busy() });
    const messages = [
      { connectionId: 'a', frames: ['1', '2'] },
      { connectionId: 'b', frames: ['1'] },
    ];
    expect(await early.post(messages, 350)).toEqual({ posts: 1, gone: [], throttled: 3, unsent: 1 });
    const late = poster({ a: busy() });
    expect(await late.post(messages, 1e6)).toEqual({ posts: 1, gone: [], throttled: 6, unsent: 1 });
  });

  test('other refusals (413, 403) are not tried again', async () => {
    const { post, sent } = poster({ a: [413], b: [403] });
    const messages = ['a', 'b'].map((connectionId) => ({ connectionId, frames: ['1'] }));
    expect(await post(messages, 1000)).toMatchObject({ unsent: 2, gone: [] });
    expect(sent).toHaveLength(2);
  });

  test('stays below the rate of its bucket', async () => {
    const { post, clock } = poster({}, new TokenBucket(100, 10, 0));
    await post([{ connectionId: 'a', frames: Array.from({ length: 30 }, () => 'x') }], 10_000);
    expect(clock.now).toBe(200);
  });
});

test('a worker never takes more than its width at a time, and all items once', async () => {
  let under = 0;
  let most = 0;
  const seen: number[] = [];
  await eachOf(
    Array.from({ length: 50 }, (_, index) => index),
    7,
    async (item) => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(item);
      under -= 1;
    },
  );
  expect(most).toBe(7);
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('a frame is posted signed to the stage, with the connection id encoded, over one kept connection', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
  vi.stubEnv('AWS_REGION', 'eu-north-1');
  const calls: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const sockets = new Set<unknown>();
  const server = createServer(async (request, response) => {
    sockets.add(request.socket);
    const body = Buffer.concat(await request.toArray()).toString();
    calls.push({ url: request.url ?? '', headers: request.headers, body });
    response.writeHead(body === 'gone' ? 410 : 200).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const send = signedSend(`http://127.0.0.1:${(server.address() as AddressInfo).port}/live`);
    expect(await send('abc=', '{"text":"é"}')).toBe(200);
    expect(await send('abc=', 'gone')).toBe(410);
    expect(calls[0]).toMatchObject({ url: '/live/@connections/abc%3D', body: '{"text":"é"}' });
    expect(calls[0]?.headers).toMatchObject({
      'x-amz-security-token': 'session',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/eu-north-1\/execute-api\/aws4_request/,
      ),
    });
    expect(sockets.size).toBe(1);
  } finally {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  }
  await expect(signedSend('http://127.0.0.1:1/live')('a', 'x')).rejects.toThrow();
});
