import { afterEach, describe, expect, test } from 'vitest';
import { arnOf, assemblyOf, type Handler, type Running, run, thrown, webSocketApi } from './fixture.ts';

let running: Running | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const ok = () => ({ statusCode: 200 });
async function start(
  routes: Record<string, string>,
  handlers: Record<string, Handler>,
  options: Parameters<typeof run>[2] = {},
  extra: Parameters<typeof webSocketApi>[1] = {},
): Promise<Running> {
  running = await run(assemblyOf(webSocketApi(routes, extra)), handlers, options);
  return running;
}
/** Resolves with the first argument that `handler` is called with. */
function once(): { called: Promise<never>; handler: Handler } {
  let resolve: (event: never) => void = () => {};
  const called = new Promise<never>((done) => {
    resolve = done;
  });
  return {
    called,
    handler: (event) => {
      resolve(event);
      return { statusCode: 200 };
    },
  };
}

describe('$connect', () => {
  test('the event has the shape that AWS gives', async () => {
    const { called, handler } = once();
    const { connect } = await start({ $connect: 'connect' }, { connect: handler });
    const refusedByClient = connect('/live?a=1&a=2', ['v1', 'jwt.x'], {
      'User-Agent': 'tester',
      'X-Custom': 'yes',
    }).catch(() => undefined);
    const event: Record<string, Record<string, unknown>> = await called;
    expect(event).toMatchObject({
      headers: {
        Host: 'ws1.execute-api.us-east-1.amazonaws.com',
        'X-Custom': 'yes',
        'Sec-WebSocket-Protocol': 'v1,jwt.x',
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Proto': 'https',
      },
      multiValueHeaders: { 'X-Custom': ['yes'] },
      queryStringParameters: { a: '2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        messageDirection: 'IN',
        stage: 'live',
        identity: { userAgent: 'tester', sourceIp: '127.0.0.1' },
        domainName: 'ws1.execute-api.us-east-1.amazonaws.com',
        apiId: 'ws1',
        connectionId: expect.stringMatching(/^[\w-]{15}=$/),
        requestId: expect.any(String),
        extendedRequestId: expect.any(String),
        requestTime: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        requestTimeEpoch: expect.any(Number),
        connectedAt: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    expect(event.body).toBeUndefined();
    await refusedByClient;
  });

  test.each([401, 403, 418, 500])('status %i of the integration refuses the upgrade', async (statusCode) => {
    const { refused, gateway } = await start({ $connect: 'connect' }, { connect: () => ({ statusCode }) });
    expect((await refused()).status).toBe(statusCode);
    expect(gateway.connections()).toEqual([]);
  });

  test('an integration that throws refuses with 502, a missing permission with 500', async () => {
    const first = await start({ $connect: 'connect' }, { connect: () => thrown('boom') });
    expect(await first.refused()).toEqual({
      status: 502,
      body: {
        message: 'Internal server error',
        connectionId: expect.any(String),
        requestId: expect.any(String),
      },
    });
    await first.close();
    const seen: string[] = [];
    const second = await start(
      { $connect: 'connect' },
      { connect: ok },
      {
        permits: (arn, principal, source) => {
          seen.push(`${arn} ${principal} ${source}`);
          return false;
        },
      },
    );
    expect((await second.refused()).status).toBe(500);
    expect(seen).toEqual([
      `${arnOf('connect')} apigateway.amazonaws.com arn:aws:execute-api:us-east-1:000000000000:ws1/live/$connect`,
    ]);
    expect(second.events).toEqual([]);
  });

  test('the subprotocol is echoed only when the integration answers with it', async () => {
    const { connect } = await start(
      { $connect: 'connect' },
      {
        connect: (event: { headers: Record<string, string> }) =>
          event.headers['X-Echo']
            ? { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'v1' } }
            : { statusCode: 200 },
      },
    );
    expect((await connect('/live', ['v1', 'jwt.x'], { 'X-Echo': '1' })).protocol).toBe('v1');
    // A client that asked for a subprotocol and is told none must fail the handshake (RFC 6455, 4.1).
    await expect(connect('/live', ['v1'])).rejects.toThrow(/no subprotocol/);
  });

  test('a path that is not a stage is refused with 403', async () => {
    const { refused } = await start({ $connect: 'connect' }, { connect: ok });
    expect((await refused('/other')).status).toBe(403);
    expect((await refused('/live/deeper')).status).toBe(403);
  });

  test('more new connections a second than the quota get 429', async () => {
    const { connect, refused } = await start({}, {}, { limits: { connectionsPerSecond: 2 }, clock: () => 0 });
    await connect();
    await connect();
    expect((await refused()).status).toBe(429);
  });

  test('without a $connect route everyone is let in', async () => {
    const { connect, gateway } = await start({ $default: 'echo' }, { echo: ok });
    await connect();
    expect(gateway.connections()).toMatchObject([{ apiId: 'ws1', stage: 'live' }]);
  });
});

describe('messages', () => {
  test('the action selects the route, anything else goes to $default', async () => {
    const { connect, events } = await start(
      { $disconnect: 'unreachable', subscribe: 'subscribe', $default: 'other' },
      { subscribe: ok, other: ok, unreachable: ok },
    );
    const { socket } = await connect();
    for (const text of [
      '{"action":"subscribe"}',
      '{"action":"unknown"}',
      'no json',
      '{"action":"$disconnect"}',
    ]) {
      socket.send(text);
    }
    await expect.poll(() => events.length).toBe(4);
    const routed = events.map(({ name, event }) => `${name} ${event.body}`);
    expect(new Set(routed)).toEqual(
      new Set([
        'subscribe {"action":"subscribe"}',
        'other {"action":"unknown"}',
        'other no json',
        'other {"action":"$disconnect"}',
      ]),
    );
    expect(events[0]?.event).toMatchObject({
      requestContext: {
        routeKey: 'subscribe',
        eventType: 'MESSAGE',
        messageId: expect.stringMatching(/=$/),
        messageDirection: 'IN',
        connectionId: expect.stringMatching(/=$/),
      },
      isBase64Encoded: false,
    });
    expect(events[0]?.event.headers).toBeUndefined();
  });

  test('a route response sends the integration body back, a one-way route does not', async () => {
    const { connect } = await start(
      { 'ask?': 'ask', tell: 'tell' },
      {
        ask: () => ({ statusCode: 200, body: 'answer' }),
        tell: () => ({ statusCode: 200, body: 'unheard' }),
      },
    );
    const client = await connect();
    client.socket.send('{"action":"tell"}');
    client.socket.send('{"action":"ask"}');
    expect(await client.next()).toBe('answer');
  });

  test('no route and no $default answers Forbidden', async () => {
    const { connect } = await start({ $connect: 'connect' }, { connect: ok });
    const client = await connect();
    client.socket.send('{"action":"nothing"}');
    expect(JSON.parse(await client.next())).toEqual({
      message: 'Forbidden',
      connectionId: expect.any(String),
      requestId: expect.any(String),
    });
  });

  test('an integration that fails or is malformed answers Internal server error', async () => {
    const { connect } = await start(
      { a: 'throws', b: 'malformed' },
      { throws: () => thrown('x'), malformed: () => null },
    );
    const client = await connect();
    for (const action of ['a', 'b']) {
      client.socket.send(JSON.stringify({ action }));
      expect(JSON.parse(await client.next())).toMatchObject({ message: 'Internal server error' });
    }
  });

  test('an integration above the timeout answers Endpoint request timed out, and is given up', async () => {
    let given: AbortSignal | undefined;
    const slow = (_event: never, signal?: AbortSignal) => {
      given = signal;
      return new Promise(() => {});
    };
    const { connect } = await start({ slow: 'slow' }, { slow }, { limits: { webSocketTimeoutMs: 20 } });
    const client = await connect();
    client.socket.send('{"action":"slow"}');
    expect(JSON.parse(await client.next())).toMatchObject({ message: 'Endpoint request timed out' });
    expect(given?.aborted).toBe(true);
  });

  test('the account bucket and a stage throttle answer Too Many Requests', async () => {
    const first = await start({ $default: 'd' }, { d: ok }, { limits: { burst: 1, requestsPerSecond: 0 } });
    const client = await first.connect();
    client.socket.send('{}');
    client.socket.send('{}');
    expect(JSON.parse(await client.next())).toMatchObject({ message: 'Too Many Requests' });
    await first.close();

    const stage = { DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 } };
    const second = await start({ $default: 'd' }, { d: ok }, {}, { stage });
    const other = await second.connect();
    other.socket.send('{}');
    other.socket.send('{}');
    expect(JSON.parse(await other.next())).toMatchObject({ message: 'Too Many Requests' });
  });
});

describe('limits', () => {
  test('a single frame above 32 KB closes with 1009, the same bytes in smaller frames pass', async () => {
    const { called, handler } = once();
    const { connect } = await start({ $default: 'd' }, { d: handler });
    const split = await connect();
    split.socket.send('a'.repeat(30_000), { fin: false });
    split.socket.send('b'.repeat(30_000), { fin: true });
    expect(((await called) as { body: string }).body).toHaveLength(60_000);
    const whole = await connect();
    whole.socket.send('a'.repeat(32 * 1024 + 1));
    expect((await whole.closed).code).toBe(1009);
  });

  test('a frame of exactly 32 KB passes', async () => {
    const { called, handler } = once();
    const { connect } = await start({ $default: 'd' }, { d: handler });
    (await connect()).socket.send('a'.repeat(32 * 1024));
    expect(((await called) as { body: string }).body).toHaveLength(32 * 1024);
  });

  test('a message above 128 KB closes with 1009 though each frame is small', async () => {
    const { connect, events } = await start({ $default: 'd' }, { d: ok });
    const client = await connect();
    for (let part = 0; part < 5; part++) client.socket.send('a'.repeat(30_000), { fin: part === 4 });
    expect((await client.closed).code).toBe(1009);
    expect(events).toEqual([]);
  });

  test('a binary frame closes with 1003', async () => {
    const { connect } = await start({ $default: 'd' }, { d: ok });
    const client = await connect();
    client.socket.send(Buffer.from([1, 2, 3]));
    expect((await client.closed).code).toBe(1003);
  });

  test('ten idle minutes close with 1001, traffic keeps the connection', async () => {
    const { connect, advance, gateway } = await start(
      { $default: 'd' },
      { d: ok },
      { limits: { idleMs: 600_000 }, timeScale: 1000 },
    );
    const client = await connect();
    const { code, reason } = await client.closed;
    expect({ code, reason }).toEqual({ code: 1001, reason: 'Going away' });
    advance(0);
    expect(gateway.connections()).toEqual([]);
  });

  test('two hours of life close with 1001 in spite of traffic', async () => {
    const { connect } = await start({ $default: 'd' }, { d: ok }, { limits: { lifetimeMs: 150 } });
    const client = await connect();
    const traffic = setInterval(() => client.socket.send('{}'), 10);
    const { code } = await client.closed;
    clearInterval(traffic);
    expect(code).toBe(1001);
  });
});

describe('$disconnect', () => {
  test('carries the close code of the client', async () => {
    const { called, handler } = once();
    const { connect } = await start({ $disconnect: 'gone' }, { gone: handler });
    (await connect()).socket.close(1001, 'bye');
    expect(await called).toMatchObject({
      headers: { Host: 'ws1.execute-api.us-east-1.amazonaws.com', 'x-restapi': '' },
      requestContext: {
        routeKey: '$disconnect',
        eventType: 'DISCONNECT',
        disconnectStatusCode: 1001,
        disconnectReason: 'bye',
      },
      isBase64Encoded: false,
    });
  });

  test('a cut line counts as 1006', async () => {
    const { called, handler } = once();
    const { connect } = await start({ $disconnect: 'gone' }, { gone: handler });
    (await connect()).socket.terminate();
    expect(await called).toMatchObject({ requestContext: { disconnectStatusCode: 1006 } });
  });

  test('can be lost by an injected fault', async () => {
    const lost: string[] = [];
    const { connect, events, gateway } = await start(
      { $disconnect: 'gone' },
      { gone: ok },
      { faults: { loseDisconnect: (id) => lost.push(id) > 0 } },
    );
    (await connect()).socket.terminate();
    await expect.poll(() => lost.length).toBe(1);
    expect(events).toEqual([]);
    expect(gateway.connections()).toEqual([]);
  });
});

describe('authorizer on $connect', () => {
  const authorizer: [string, string, Record<string, unknown>] = [
    'AWS::ApiGatewayV2::Authorizer',
    'auth1',
    {
      ApiId: 'ws1',
      AuthorizerType: 'REQUEST',
      IdentitySource: ['route.request.querystring.token'],
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arnOf('auth')}/invocations`,
    },
  ];
  const policy = (Effect: string, resource: string) => ({
    principalId: 'user-1',
    policyDocument: { Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: resource }] },
    context: { unit: 7, admin: true },
  });
  const begin = async (auth: Handler, handlers: Record<string, Handler> = {}) => {
    const connect = { AuthorizationType: 'CUSTOM', AuthorizerId: 'auth1' };
    running = await run(
      assemblyOf([...webSocketApi({ $connect: 'connect', $default: 'message' }, { connect }), authorizer]),
      { auth, connect: ok, message: ok, ...handlers },
    );
    return running;
  };

  test('a missing identity source is 401 without a call', async () => {
    const { refused, events } = await begin(() => policy('Allow', '*'));
    expect(await refused()).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(events).toEqual([]);
  });

  test('Deny is 403, a thrown Unauthorized is 401, any other failure is 500', async () => {
    const { refused, events } = await begin((event: { queryStringParameters: { token: string } }) => {
      const { token } = event.queryStringParameters;
      return token === 'deny' ? policy('Deny', '*') : thrown(token);
    });
    expect(await refused('/live?token=deny')).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    expect((await refused('/live?token=Unauthorized')).status).toBe(401);
    expect((await refused('/live?token=other')).status).toBe(500);
    expect(events.map(({ name }) => name)).toEqual(['auth', 'auth', 'auth']);
    expect(events[0]?.event).toMatchObject({
      type: 'REQUEST',
      methodArn: 'arn:aws:execute-api:us-east-1:000000000000:ws1/live/$connect',
      requestContext: { routeKey: '$connect' },
    });
  });

  test('an Allow for another stage does not let in', async () => {
    const other = 'arn:aws:execute-api:us-east-1:000000000000:ws1/other/*';
    const { refused } = await begin(() => policy('Allow', other));
    expect((await refused('/live?token=x')).status).toBe(403);
  });

  test('principal and context reach the integration of $connect and of messages, as text', async () => {
    const { called, handler } = once();
    const { connect, events } = await begin(
      (event: { methodArn: string }) => policy('Allow', event.methodArn),
      {
        message: handler,
      },
    );
    (await connect('/live?token=x')).socket.send('{}');
    const expected = { principalId: 'user-1', unit: '7', admin: 'true' };
    expect(await called).toMatchObject({ requestContext: { authorizer: expected } });
    const atConnect = events.find(({ name }) => name === 'connect');
    expect(atConnect?.event).toMatchObject({ requestContext: { authorizer: expected } });
  });
});

test('messages and minutes are metered in 32 KB steps both ways, $connect is not a message', async () => {
  const { connect, metered, advance, events } = await start(
    { $connect: 'connect', 'ask?': 'ask' },
    { connect: ok, ask: () => ({ statusCode: 200, body: 'b'.repeat(40_000) }) },
  );
  const client = await connect();
  expect(metered.get('websocket.messages')).toBeUndefined();
  client.socket.send('{"action":"ask"}');
  expect(await client.next()).toHaveLength(40_000);
  expect(metered.get('websocket.messages')).toBe(1 + 2);
  advance(180_000);
  client.socket.close();
  await client.closed;
  await expect.poll(() => metered.get('websocket.connectionMinutes')).toBeCloseTo(3, 1);
  expect(events).toHaveLength(2);
});
