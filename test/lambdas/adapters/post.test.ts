import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createInvoke } from '../../../lambdas/adapters/invoke.ts';
import { createPoster, type Message, type PostReport, signedSend } from '../../../lambdas/adapters/post.ts';
import { eachOf, TokenBucket } from '../../../lambdas/pacing.ts';

const free = () => new TokenBucket(1e6, 1e6, 0);
const message = (connectionId: string, ...frames: string[]): Message => ({ connectionId, frames });

/** A poster whose time passes only while it waits. `statuses` are the answers of each connection in turn. */
function poster(statuses: Record<string, (number | Error)[]>, bucket = free()) {
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

const report = (part: Partial<PostReport>): PostReport => ({
  posts: 0,
  gone: [],
  throttled: 0,
  unsent: 0,
  left: [],
  ...part,
});

describe('posting', () => {
  test('sends the frames of a connection in order, each once', async () => {
    const { post, sent } = poster({});
    expect(await post([message('a', '1', '2'), message('b', '1')], 1000)).toEqual(report({ posts: 3 }));
    expect(sent.filter((line) => line.startsWith('a'))).toEqual(['a 1', 'a 2']);
  });

  test('[FAN-11] a later frame never overtakes one that has to be sent again', async () => {
    const { post, sent } = poster({ a: [200, 429, 500] });
    expect(await post([message('a', '1', '2', '3')], 10_000)).toEqual(report({ posts: 3, throttled: 1 }));
    expect(sent).toEqual(['a 1', 'a 2', 'a 2', 'a 2', 'a 3']);
  });

  test('[FAN-11] waits with full jitter, longer each time, and then leaves the connection to its sync', async () => {
    const { post, sent, clock } = poster({ a: Array.from({ length: 20 }, () => 429) });
    expect(await post([message('a', '1', '2')], 1e6)).toEqual(report({ throttled: 5, unsent: 1 }));
    expect(sent).toHaveLength(5);
    expect(clock.now).toBe(100 + 200 + 400 + 800);
  });

  test('[FAN-11] nobody waits behind a slow one', async () => {
    const slow = Array.from({ length: 200 }, (_, index) => `slow${index}`);
    const { post, sent } = poster(Object.fromEntries(slow.map((id) => [id, [429]])));
    await post(
      [...slow, 'quick'].map((id) => message(id, '1')),
      1e6,
    );
    expect(sent.indexOf('quick 1')).toBe(200);
  });

  test('[FAN-12] what has not been tried at the deadline is handed back, with the frames to come', async () => {
    const { post } = poster({ slow: [429, 429] }, new TokenBucket(10, 3, 0));
    const messages = [message('slow', '1'), message('a', '1', '2', '3'), message('b', '1')];
    const { left, unsent, posts } = await post(messages, 150);
    // Who was refused once is too slow to be carried on.
    expect({ unsent, posts }).toEqual({ unsent: 1, posts: 3 });
    expect(left).toEqual([message('a', '3')]);
  });

  test('[FAN-9] stays below the rate of its bucket', async () => {
    const { post, clock } = poster({}, new TokenBucket(100, 10, 0));
    await post([message('a', ...Array.from({ length: 30 }, () => 'x'))], 10_000);
    expect(clock.now).toBe(200);
  });

  test('[FAN-9] takes its rate and burst from the environment', async () => {
    vi.stubEnv('POST_RATE', '40');
    vi.stubEnv('POST_BURST', '20');
    const clock = { now: 0 };
    const pause = async (ms: number) => {
      clock.now += ms;
    };
    const post = createPoster({ send: async () => 200, now: () => clock.now, pause });
    vi.unstubAllEnvs();
    await post([message('a', ...Array.from({ length: 60 }, () => 'x'))], 10_000);
    expect(clock.now).toBe(1000);
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

describe('over HTTP', () => {
  const calls: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const sockets = new Set<unknown>();
  /** How each connection answers, by its id: a status, `cut` (no answer) or `hang` (never). */
  const answers: Record<string, string[]> = {};
  const server = createServer(async (request, response) => {
    sockets.add(request.socket);
    const body = Buffer.concat(await request.toArray()).toString();
    calls.push({ url: request.url ?? '', headers: request.headers, body });
    reply(answers[decodeURIComponent(request.url?.split('/').at(-1) ?? '')]?.shift() ?? '200', response);
  });
  const reply = (how: string, response: ServerResponse) => {
    if (how === 'cut') response.socket?.destroy();
    else if (how !== 'hang') response.writeHead(Number(how)).end('{"message":"as API Gateway says"}');
  };
  let origin: string;

  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    vi.stubEnv('AWS_REGION', 'eu-north-1');
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.closeAllConnections();
    server.close();
  });

  test('a frame is posted signed to the stage, with the connection id encoded, over kept connections', async () => {
    const send = signedSend(`${origin}/live`);
    expect(await send('abc=', '{"text":"é"}')).toBe(200);
    answers['abc='] = ['410'];
    expect(await send('abc=', 'gone')).toBe(410);
    expect(calls[0]).toMatchObject({ url: '/live/@connections/abc%3D', body: '{"text":"é"}' });
    expect(calls[0]?.headers).toMatchObject({
      'x-amz-security-token': 'session',
      'content-length': '13',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d{8}\/eu-north-1\/execute-api\/aws4_request/,
      ),
    });
    for (let post = 0; post < 5; post += 1) await send('abc=', 'more');
    // A connection is free again a turn after its answer: whoever posts in the same turn takes a second.
    expect(sockets.size).toBeLessThanOrEqual(2);
    await expect(signedSend('http://127.0.0.1:1/live')('a', 'x')).rejects.toThrow();
  });

  /** Posts one frame to `one=`, which answers in turn, and to ten others. */
  async function outcome(...turns: string[]) {
    answers['one='] = [...turns];
    const from = calls.length;
    const post = createPoster({
      send: signedSend(`${origin}/live`, turns.includes('hang') ? 400 : 5000),
      bucket: new TokenBucket(1e6, 1e6, Date.now()),
    });
    const others = Array.from({ length: 10 }, (_, index) => message(`other${index}=`, 'x'));
    const got = await post([message('one=', 'x'), ...others], Date.now() + 20_000);
    const tries = calls.slice(from).filter(({ url }) => url.endsWith('/one%3D')).length;
    return { ...got, tries };
  }

  test.each([
    ['410: gone, not tried again', ['410'], { posts: 10, gone: ['one='], tries: 1 }],
    ['413: given up, not tried again', ['413'], { posts: 10, unsent: 1, tries: 1 }],
    ['403: given up, not tried again', ['403'], { posts: 10, unsent: 1, tries: 1 }],
    ['429: tried again', ['429', '429'], { posts: 11, throttled: 2, tries: 3 }],
    ['429 for good: given up', Array(9).fill('429'), { posts: 10, throttled: 5, unsent: 1, tries: 5 }],
    ['5xx: tried again', ['500', '503'], { posts: 11, tries: 3 }],
    ['no answer in time: tried again', ['hang'], { posts: 11, tries: 2 }],
    ['connection cut: tried again', ['cut'], { posts: 11, tries: 2 }],
  ])('[FAN-11] %s; the others are served', async (_, turns, expected) => {
    expect(await outcome(...turns)).toEqual({ ...report(expected), tries: expected.tries });
  });

  test('[FAN-8] a page is handed over as an asynchronous invocation, and a refusal is an error', async () => {
    answers.invocations = ['202', '429'];
    const invoke = createInvoke('Team-Fan Out', origin);
    await invoke({ depth: 1 });
    expect(calls.at(-1)).toMatchObject({
      url: '/2015-03-31/functions/Team-Fan%20Out/invocations',
      body: '{"depth":1}',
      headers: {
        'x-amz-invocation-type': 'Event',
        authorization: expect.stringContaining('/eu-north-1/lambda/aws4_request'),
      },
    });
    await expect(invoke({ depth: 1 })).rejects.toThrow('429');
  });
});
