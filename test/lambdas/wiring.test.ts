/** Every function as it is deployed: its own environment, its own clients, the domains of this repository. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { handler as api } from '../../lambdas/api.ts';
import { handler as broadcast } from '../../lambdas/broadcast.ts';
import { handler as connect } from '../../lambdas/connect.ts';
import { handler as fallback } from '../../lambdas/default.ts';
import { handler as disconnect } from '../../lambdas/disconnect.ts';
import { handler as groups } from '../../lambdas/groups.ts';
import { handler as ingest } from '../../lambdas/ingest.ts';
import { handler as refresh } from '../../lambdas/refresh.ts';
import { handler as signal } from '../../lambdas/signal.ts';
import { handler as sweep } from '../../lambdas/sweep.ts';
import { bodyOf, type House, http, socket, startHouse } from './support.ts';

const context = {
  awsRequestId: 'request-7',
  functionName: 'f',
  getRemainingTimeInMillis: () => 10_000,
} as never;
let house: House;

beforeAll(async () => {
  house = await startHouse();
  const { hostname, port = '' } = (await house.server.client.config.endpoint?.()) ?? { hostname: '' };
  const environment = {
    AWS_ENDPOINT_URL_DYNAMODB: `http://${hostname}:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    CONNECTIONS_TABLE: 'connections',
    MEMBERS_TABLE: 'members',
    LOG_TABLE: 'log',
    ACCESS_TABLE: 'access',
    IDEMPOTENCY_TABLE: 'idempotency',
    PRESENCE_TABLE: 'presence',
    AUDIT_TABLE: 'audit',
    FANOUT_FUNCTION: 'fanout',
    POST_RATE: '500',
    POST_BURST: '250',
    FANOUT_SENDERS: '1',
    FANOUT_RATE: '500',
    FANOUT_PAGE: '250',
    DOMAIN_TABLES: JSON.stringify({ factory: 'house' }),
    ISSUER: 'http://127.0.0.1:1/auth',
    AUDIENCE: 'pulsecast',
    CALLBACK_URL: 'https://abc.execute-api.us-east-1.amazonaws.com/live',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await house[Symbol.asyncDispose]();
});

test('a connection lives and ends through the handlers', async () => {
  const opened = await connect({ headers: {}, requestContext: { connectionId: 'c=' } }, context);
  expect(opened).toEqual({ statusCode: 200 });
  const frame = { action: 'subscribe', id: '1', groups: [{ group: 'factory/line/north' }] };
  expect(bodyOf(await groups(socket('c=', frame), context))).toMatchObject({
    type: 'subscribed',
    groups: [{ error: { code: 'forbidden' } }],
  });
  const wave = { action: 'signal', group: 'factory/line/north', data: {} };
  expect(bodyOf(await signal(socket('c=', wave), context))).toMatchObject({ code: 'forbidden' });
  expect(bodyOf(await fallback(socket('c=', { action: 'dance', id: '2' }), context))).toMatchObject({
    id: '2',
    code: 'unknown_action',
  });
  expect(await disconnect(socket('c=', ''), context)).toEqual({ statusCode: 200 });
  expect(await house.connections.find('c=')).toBeUndefined();
});

test('an issuer that cannot be reached is a failure of ours', async () => {
  const headers = { 'Sec-WebSocket-Protocol': 'pulsecast.v1, jwt.a.b.c' };
  expect(await connect({ headers, requestContext: { connectionId: 'c=' } }, context)).toEqual({
    statusCode: 401,
  });
  const token = `${Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url')}.e30.AA`;
  const frame = { action: 'refresh', token };
  expect(bodyOf(await refresh(socket('c=', frame), context))).toMatchObject({ code: 'internal' });
  expect(
    await api(http('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } }), context),
  ).toMatchObject({
    statusCode: 500,
  });
});

test('the HTTP functions, the broadcaster and the sweep answer', async () => {
  expect(bodyOf(await api(http('GET', '/api/groups'), context))).toEqual({ groups: [] });
  expect(await ingest(http('POST', '/api/pulses', { json: {} }), context)).toMatchObject({ statusCode: 401 });
  expect(await broadcast({ Records: [] }, context)).toEqual({ batchItemFailures: [] });
  await sweep({}, context);
});
