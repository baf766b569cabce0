import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { arnOf, assemblyOf, type Handler, type Running, run, thrown } from './fixture.ts';

type List = Parameters<typeof assemblyOf>[0];
let running: Running | undefined;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await running?.close();
  running = undefined;
  for (const close of closers.splice(0)) await close();
});

interface Settings {
  version?: string;
  stage?: string;
  api?: Record<string, unknown>;
  stageSettings?: Record<string, unknown>;
  route?: Record<string, unknown>;
  extra?: List;
}

/** An HTTP API `http1`: route key to function name. */
function httpApi(routes: Record<string, string>, settings: Settings = {}): List {
  const { version = '2.0', stage = '$default', api, stageSettings, route, extra = [] } = settings;
  return [
    ['AWS::ApiGatewayV2::Api', 'http1', { ProtocolType: 'HTTP', ...api }],
    ['AWS::ApiGatewayV2::Stage', 'stage1', { ApiId: 'http1', StageName: stage, ...stageSettings }],
    ...Object.entries(routes).flatMap(
      ([key, name]): List => [
        [
          'AWS::ApiGatewayV2::Integration',
          `int-${key}`,
          {
            ApiId: 'http1',
            IntegrationType: 'AWS_PROXY',
            IntegrationUri: arnOf(name),
            PayloadFormatVersion: version,
          },
        ],
        [
          'AWS::ApiGatewayV2::Route',
          `route-${key}`,
          { ApiId: 'http1', RouteKey: key, Target: `integrations/int-${key}`, ...route },
        ],
      ],
    ),
    ...extra,
  ];
}
async function start(
  routes: Record<string, string>,
  handlers: Record<string, Handler>,
  settings: Settings = {},
  options: Parameters<typeof run>[2] = {},
): Promise<Running> {
  running = await run(assemblyOf(httpApi(routes, settings)), handlers, options);
  return running;
}
const echo: Handler = (event) => event;

describe('routes', () => {
  test('the most specific route wins', async () => {
    const keys = [
      '$default',
      'ANY /{proxy+}',
      'GET /pets/{proxy+}',
      'ANY /pets/{id}',
      'GET /pets/{id}',
      'GET /pets/dog',
      'GET /pets/{id}/toys/{toy}',
    ];
    const { fetch } = await start(Object.fromEntries(keys.map((key) => [key, 'show'])), {
      show: (event: { routeKey: string }) => event.routeKey,
    });
    const cases: [string, string, string][] = [
      ['GET', '/pets/dog', 'GET /pets/dog'],
      ['GET', '/pets/cat', 'GET /pets/{id}'],
      ['POST', '/pets/cat', 'ANY /pets/{id}'],
      ['GET', '/pets/cat/toys/ball', 'GET /pets/{id}/toys/{toy}'],
      ['GET', '/pets/cat/deep/er', 'GET /pets/{proxy+}'],
      ['POST', '/other', 'ANY /{proxy+}'],
      ['GET', '/', '$default'],
    ];
    for (const [method, path, key] of cases) {
      expect(await (await fetch(path, { method })).text(), `${method} ${path}`).toBe(key);
    }
  });

  test('path parameters are decoded', async () => {
    const { fetch } = await start({ 'GET /groups/{group}/x/{rest+}': 'echo' }, { echo });
    const reply = await fetch('/groups/a%2Fb%20c/x/d%C3%A9/e');
    expect(await reply.json()).toMatchObject({ pathParameters: { group: 'a/b c', rest: 'dé/e' } });
  });

  test('no route is 404 Not Found', async () => {
    const { fetch } = await start({ 'GET /a': 'echo' }, { echo });
    const reply = await fetch('/b');
    expect(reply.status).toBe(404);
    expect(await reply.json()).toEqual({ message: 'Not Found' });
    expect((await fetch('/a', { method: 'POST' })).status).toBe(404);
  });

  test('a named stage is part of the path', async () => {
    const { fetch } = await start({ 'GET /a': 'echo' }, { echo }, { stage: 'prod' });
    expect(await (await fetch('/prod/a')).json()).toMatchObject({
      rawPath: '/prod/a',
      requestContext: { stage: 'prod', http: { path: '/prod/a' } },
    });
    expect((await fetch('/a')).status).toBe(404);
  });
});

describe('events', () => {
  test('payload format 2.0 has the shape that AWS gives', async () => {
    const { fetch } = await start(
      { 'POST /a/{id}': 'echo' },
      { echo },
      { stageSettings: { StageVariables: { colour: 'red' } } },
    );
    const reply = await fetch('/a/7?x=1&x=2&y=%20', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'Content-Type': 'application/json', Cookie: 'a=1; b=2', 'X-Own': 'Yes', 'User-Agent': 't' },
    });
    expect(await reply.json()).toMatchObject({
      version: '2.0',
      routeKey: 'POST /a/{id}',
      rawPath: '/a/7',
      rawQueryString: 'x=1&x=2&y=%20',
      cookies: ['a=1', 'b=2'],
      headers: {
        host: 'http1.execute-api.us-east-1.amazonaws.com',
        'x-own': 'Yes',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: { x: '1,2', y: ' ' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'http1',
        domainName: 'http1.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'http1',
        http: { method: 'POST', path: '/a/7', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 't' },
        requestId: expect.any(String),
        routeKey: 'POST /a/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:/),
        timeEpoch: expect.any(Number),
      },
      body: '{"a":1}',
      pathParameters: { id: '7' },
      isBase64Encoded: false,
      stageVariables: { colour: 'red' },
    });
  });

  test('a binary body comes as base64', async () => {
    const { fetch } = await start({ $default: 'echo' }, { echo });
    const headers = { 'content-type': 'image/png' };
    const reply = await fetch('/', { method: 'POST', body: Buffer.from([0, 255]), headers });
    expect(await reply.json()).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
  });

  test('payload format 1.0 carries multi-value parameters and needs a status code', async () => {
    const { fetch } = await start(
      { 'GET /a/{id}': 'good', 'GET /bad': 'bad' },
      {
        good: (event: object) => ({ statusCode: 200, body: JSON.stringify(event) }),
        bad: () => ({ hello: 1 }),
      },
      { version: '1.0' },
    );
    expect(await (await fetch('/a/1?x=1&x=2')).json()).toMatchObject({
      version: '1.0',
      resource: '/a/{id}',
      path: '/a/1',
      httpMethod: 'GET',
      queryStringParameters: { x: '2' },
      multiValueQueryStringParameters: { x: ['1', '2'] },
      pathParameters: { id: '1' },
      requestContext: { resourcePath: '/a/{id}' },
    });
    expect((await fetch('/bad')).status).toBe(500);
  });
});

describe('responses', () => {
  test('status, headers, cookies and base64 body', async () => {
    const { fetch } = await start(
      { $default: 'f' },
      {
        f: () => ({
          statusCode: 201,
          headers: { 'X-Own': 'a' },
          cookies: ['a=1', 'b=2'],
          body: 'aGk=',
          isBase64Encoded: true,
        }),
      },
    );
    const reply = await fetch('/');
    expect(reply.status).toBe(201);
    expect(reply.headers.get('x-own')).toBe('a');
    expect(reply.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(reply.headers.get('apigw-requestid')).toMatch(/=$/);
    expect(await reply.text()).toBe('hi');
  });

  test('a result without a status code is 200 of JSON', async () => {
    const { fetch } = await start({ $default: 'f' }, { f: () => ({ hello: 'you' }) });
    const reply = await fetch('/');
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(await reply.json()).toEqual({ hello: 'you' });
  });

  test('a function that throws is 500, one that is too slow 503, one without permission 500', async () => {
    const { fetch } = await start(
      { 'GET /throws': 'throws', 'GET /slow': 'slow', 'GET /forbidden': 'forbidden' },
      { throws: () => thrown('x'), slow: () => new Promise(() => {}), forbidden: () => 'never' },
      {},
      {
        limits: { httpTimeoutMs: 20 },
        permits: (_arn, _principal, source) => !source.endsWith('$default/GET/forbidden'),
      },
    );
    const replies = await Promise.all(['/throws', '/slow', '/forbidden'].map((path) => fetch(path)));
    expect(replies.map(({ status }) => status)).toEqual([500, 503, 500]);
    expect(await Promise.all(replies.map((reply) => reply.json()))).toEqual([
      { message: 'Internal Server Error' },
      { message: 'Service Unavailable' },
      { message: 'Internal Server Error' },
    ]);
  });

  test('bodies above 10 MB are 413, headers above 10 KB 431, an empty bucket 429', async () => {
    const { fetch } = await start({ $default: 'f' }, { f: () => 'x' }, {}, { limits: { bodyBytes: 10 } });
    expect((await fetch('/', { method: 'POST', body: 'a'.repeat(11) })).status).toBe(413);
    expect((await fetch('/', { headers: { a: 'a'.repeat(10_240) } })).status).toBe(431);
    await running?.close();
    const limited = await start(
      { $default: 'f' },
      { f: () => 'x' },
      {},
      { limits: { burst: 1, requestsPerSecond: 0 } },
    );
    expect((await limited.fetch('/')).status).toBe(200);
    const refused = await limited.fetch('/');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toEqual({ message: 'Too Many Requests' });
  });

  test('requests are metered in 512 KB steps', async () => {
    const { fetch, metered } = await start({ $default: 'f' }, { f: () => 'x' });
    await fetch('/');
    await fetch('/', { method: 'POST', body: 'a'.repeat(600 * 1024) });
    expect(metered.get('http.requests')).toBe(3);
  });
});

test('CORS: the gateway answers a preflight and replaces the headers of the integration', async () => {
  const api = {
    CorsConfiguration: {
      AllowOrigins: ['https://a.example'],
      AllowMethods: ['GET'],
      AllowHeaders: ['authorization'],
      MaxAge: 60,
    },
  };
  const { fetch, events } = await start(
    { $default: 'f' },
    { f: () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } }) },
    { api },
  );
  const preflight = (origin: string) =>
    fetch('/', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
  const allowed = await preflight('https://a.example');
  expect(allowed.status).toBe(204);
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    'access-control-allow-origin': 'https://a.example',
    'access-control-allow-methods': 'GET',
    'access-control-allow-headers': 'authorization',
    'access-control-max-age': '60',
  });
  expect((await preflight('https://b.example')).headers.get('access-control-allow-origin')).toBeNull();
  expect(events).toEqual([]);
  const reply = await fetch('/', { headers: { origin: 'https://b.example' } });
  expect(reply.headers.get('access-control-allow-origin')).toBeNull();
});

describe('Lambda authorizer', () => {
  const authorizer = (properties: Record<string, unknown>): Settings => ({
    route: { AuthorizationType: 'CUSTOM', AuthorizerId: 'auth1' },
    extra: [
      [
        'AWS::ApiGatewayV2::Authorizer',
        'auth1',
        {
          ApiId: 'http1',
          AuthorizerType: 'REQUEST',
          AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arnOf('auth')}/invocations`,
          IdentitySource: ['$request.header.Authorization'],
          AuthorizerPayloadFormatVersion: '2.0',
          ...properties,
        },
      ],
    ],
  });
  const bearer = (authorization: string) => ({ headers: { authorization } });

  test('simple responses: 401 without identity, 403 when refused, context for the integration', async () => {
    const { fetch, events } = await start(
      { 'GET /a': 'echo' },
      {
        echo,
        auth: (event: { identitySource: string[] }) => ({
          isAuthorized: event.identitySource[0] === 'good',
          context: { unit: 7 },
        }),
      },
      authorizer({ EnableSimpleResponses: true }),
    );
    const missing = await fetch('/a');
    expect([missing.status, await missing.json()]).toEqual([401, { message: 'Unauthorized' }]);
    expect(events).toEqual([]);
    const refused = await fetch('/a', bearer('bad'));
    expect([refused.status, await refused.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(await (await fetch('/a', bearer('good'))).json()).toMatchObject({
      requestContext: { authorizer: { lambda: { unit: 7 } } },
    });
    expect(events[0]?.event).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:us-east-1:000000000000:http1/$default/GET/a',
      identitySource: ['bad'],
      routeKey: 'GET /a',
    });
  });

  test('policies of format 1.0, and a failing authorizer is 500', async () => {
    const policy = (Effect: string) => ({
      principalId: 'u',
      policyDocument: {
        Statement: [{ Action: 'execute-api:*', Effect, Resource: ['arn:aws:execute-api:*'] }],
      },
      context: { a: 'b' },
    });
    const { fetch } = await start(
      { 'GET /a': 'echo' },
      {
        echo,
        auth: ({ authorizationToken: token }: { authorizationToken: string }) =>
          token === 'throw' ? thrown('x') : policy(token),
      },
      authorizer({ AuthorizerPayloadFormatVersion: '1.0' }),
    );
    expect((await fetch('/a', bearer('Deny'))).status).toBe(403);
    expect((await fetch('/a', bearer('throw'))).status).toBe(500);
    expect(await (await fetch('/a', bearer('Allow'))).json()).toMatchObject({
      requestContext: { authorizer: { lambda: { a: 'b' } } },
    });
  });

  test('a result is kept for the TTL, by identity', async () => {
    const settings = authorizer({ EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 60 });
    const { fetch, events, advance } = await start(
      { 'GET /a': 'f' },
      { f: () => 'ok', auth: () => ({ isAuthorized: true }) },
      settings,
    );
    const asked = () => events.filter(({ name }) => name === 'auth').length;
    for (const token of ['one', 'one', 'two']) await fetch('/a', bearer(token));
    expect(asked()).toBe(2);
    advance(60_001);
    await fetch('/a', bearer('one'));
    expect(asked()).toBe(3);
  });
});

test('JWT authorizer: keys of the issuer, audience, scopes, expiry; claims reach the function as text', async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' };
  const issuerServer = createServer((req, res) => {
    const base = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;
    res.setHeader('content-type', 'application/json');
    res.end(
      JSON.stringify(req.url === '/jwks' ? { keys: [jwk] } : { issuer: base, jwks_uri: `${base}/jwks` }),
    );
  });
  await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => issuerServer.close(resolve)));
  closers.unshift(async () => issuerServer.closeAllConnections());
  const issuer = `http://127.0.0.1:${(issuerServer.address() as AddressInfo).port}`;

  const { fetch } = await start(
    { 'GET /a': 'echo' },
    { echo },
    {
      route: { AuthorizationType: 'JWT', AuthorizerId: 'jwt1', AuthorizationScopes: ['read', 'write'] },
      extra: [
        [
          'AWS::ApiGatewayV2::Authorizer',
          'jwt1',
          {
            ApiId: 'http1',
            AuthorizerType: 'JWT',
            IdentitySource: ['$request.header.Authorization'],
            JwtConfiguration: { Issuer: issuer, Audience: ['app'] },
          },
        ],
      ],
    },
  );
  const token = (claims: Record<string, unknown>, expires = '5m') =>
    new SignJWT({ iss: issuer, aud: 'app', scope: 'read', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setExpirationTime(expires)
      .sign(privateKey);
  const call = async (text: string) => fetch('/a', { headers: { authorization: `Bearer ${text}` } });

  const good = await call(await token({ sub: 'u1', groups: ['a', 'b'], n: 7 }));
  expect(await good.json()).toMatchObject({
    requestContext: {
      authorizer: { jwt: { claims: { sub: 'u1', groups: '[a b]', n: '7' }, scopes: ['read'] } },
    },
  });
  const none = await fetch('/a');
  expect([none.status, await none.json()]).toEqual([401, { message: 'Unauthorized' }]);
  expect(none.headers.get('www-authenticate')).toBe('Bearer');
  for (const bad of [
    await token({ aud: 'other' }),
    await token({ iss: 'https://other' }),
    await token({}, '-1m'),
    'rubbish',
    (await token({})).slice(0, -4),
  ]) {
    expect((await call(bad)).status).toBe(401);
  }
  const scope = await call(await token({ scope: 'nothing' }));
  expect([scope.status, await scope.json()]).toEqual([403, { message: 'Forbidden' }]);
  expect((await call(await token({ aud: undefined, client_id: 'app' }))).status).toBe(200);
});

test('AWS_IAM: an unsigned request is 403, a signed one is checked against the role', async () => {
  const checked: string[] = [];
  const { fetch } = await start(
    { 'GET /a': 'f' },
    { f: () => 'ok' },
    { route: { AuthorizationType: 'AWS_IAM' } },
    { authorize: (_, action, resource) => checked.push(`${action} ${resource}`) },
  );
  expect((await fetch('/a')).status).toBe(403);
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/execute-api/aws4_request';
  expect((await fetch('/a', { headers: { authorization } })).status).toBe(200);
  expect(checked).toEqual([
    'execute-api:Invoke arn:aws:execute-api:us-east-1:000000000000:http1/$default/GET/a',
  ]);
});

describe('what is not supported is named in one line', () => {
  test.each<[string, List, RegExp]>([
    [
      'an integration type',
      [['AWS::ApiGatewayV2::Integration', 'i', { IntegrationType: 'HTTP_PROXY' }]],
      /^i \(AWS::ApiGatewayV2::Integration\): integration type HTTP_PROXY is not supported$/,
    ],
    [
      'an API key',
      httpApi({ $default: 'f' }, { route: { ApiKeyRequired: true } }),
      /ApiKeyRequired is not supported/,
    ],
    ['an OpenAPI body', [['AWS::ApiGatewayV2::Api', 'a', { Body: {} }]], /OpenAPI body is not supported/],
  ])('%s', async (_, list, message) => {
    await expect(run(assemblyOf(list), {})).rejects.toThrow(message);
  });
});
