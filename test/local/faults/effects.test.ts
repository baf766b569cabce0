/** Each fault as a caller meets it, on the real path. Streams have a file of their own. */
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FaultPlan } from '../../../local/faults/index.ts';
import { buildPlant, type Plant } from '../../model/plant.ts';
import { startWorld, type World } from '../../model/world.ts';
import { connect, type TestSocket } from '../../support/socket.ts';

let world: World;
let plant: Plant;
const sockets: TestSocket[] = [];
beforeAll(async () => {
  world = await startWorld();
  plant = await buildPlant(world, 'effects');
}, 120_000);
afterAll(() => world?.close());
afterEach(async () => {
  expect((await control('DELETE')).status).toBe(204);
  for (const socket of sockets.splice(0)) socket.socket.terminate();
});

const control = (method: string, body?: unknown) =>
  fetch(`${world.origin}/_local/faults`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Puts faults in force as a test of another process would. */
async function inject(plan: FaultPlan): Promise<void> {
  expect((await control('PUT', plan)).status).toBe(204);
}

async function open(): Promise<TestSocket> {
  const socket = await connect(`${world.origin.replace('http', 'ws')}/live`, [
    'pulsecast.v1',
    `jwt.${plant.users.admin.token}`,
  ]);
  sockets.push(socket);
  return socket;
}

describe('posts to connections', () => {
  async function post(frame = '{"type":"test"}') {
    const socket = await open();
    const { id, apiId } = world.cloud.gateway.connections().at(-1) ?? { id: '', apiId: '' };
    const began = performance.now();
    const answer = await fetch(
      `${world.origin}/_aws/execute-api/${apiId}/live/@connections/${encodeURIComponent(id)}`,
      { method: 'POST', body: frame, headers: { authorization: 'AWS4-HMAC-SHA256 Credential=OUTSIDE/x' } },
    );
    await answer.arrayBuffer();
    return {
      socket,
      status: answer.status,
      ms: performance.now() - began,
      error: answer.headers.get('x-amzn-errortype'),
    };
  }
  /** A frame sent after it is there, so it was not sent. */
  async function framesOf({ socket }: { socket: TestSocket }) {
    await socket.ask({ action: 'sync', groups: [] });
    return socket.frames.filter((frame) => (frame.type as string) === 'test').length;
  }

  test.each([
    ['post.lost', 200, null],
    ['post.gone', 410, 'GoneException'],
    ['post.tooLarge', 413, 'PayloadTooLargeException'],
    ['post.throttled', 429, 'LimitExceededException'],
    ['post.failed', 500, null],
  ] as const)('%s is answered %d and not sent', async (kind, status, error) => {
    await inject({ [kind]: { body: 'test' } });
    const posted = await post();
    expect(posted).toMatchObject({ status, error });
    expect(await framesOf(posted)).toBe(0);
  });

  test('post.delayed is sent, and answered, late', async () => {
    await inject({ 'post.delayed': { ms: 80 } });
    const posted = await post();
    expect(posted.status).toBe(200);
    expect(posted.ms).toBeGreaterThanOrEqual(79);
    expect(await framesOf(posted)).toBe(1);
  });

  test('post.hung is answered only in the end', async () => {
    await inject({ 'post.hung': { ms: 80 } });
    const posted = await post();
    expect(posted.status).toBe(503);
    expect(posted.ms).toBeGreaterThanOrEqual(79);
    expect(await framesOf(posted)).toBe(0);
  });

  test('a filter lets others through', async () => {
    await inject({ 'post.gone': { body: 'factory/line/other' }, 'post.lost': { function: 'Broadcast' } });
    expect(await framesOf(await post())).toBe(1);
  });
});

describe('connections', () => {
  test('connection.cut breaks the socket without a close frame', async () => {
    const socket = await open();
    await inject({ 'connection.cut': { body: 'cut me' } });
    socket.socket.send(JSON.stringify({ action: 'sync', id: 'cut me', groups: [] }));
    expect(await socket.closed()).toBe(1006);
  });

  test('connection.disconnectLost leaves the session behind', async () => {
    const table = tableNamed('Connections');
    const sessions = async () =>
      (
        await sdk().send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: 'connectionId = :id',
            ExpressionAttributeValues: { ':id': { S: id } },
          }),
        )
      ).Count;
    const socket = await open();
    const id = world.cloud.gateway.connections().at(-1)?.id ?? '';
    await inject({ 'connection.disconnectLost': {} });
    await socket.close();
    await expect.poll(() => world.cloud.faults.struck).toEqual({ 'connection.disconnectLost': 1 });
    await world.cloud.idle();
    expect(await sessions()).toBe(1);
  });

  test('clock.skewed makes a token too old for the function, and no other', async () => {
    await inject({ 'clock.skewed': { function: 'Connect', ms: 2 * 3_600_000 } });
    await expect(open()).rejects.toMatchObject({ status: 401 });
    await plant.users.admin.api.call('GET', 'me');
    await inject({ 'clock.skewed': { function: 'Connect', ms: -3000 } });
    await open();
    await control('DELETE');
    await open();
  });
});

const sdk = () =>
  new DynamoDBClient({
    endpoint: world.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'OUTSIDE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });

const tableNamed = (part: string) =>
  world.cloud.assembly.ofType('AWS::DynamoDB::GlobalTable').find(({ logicalId }) => logicalId.includes(part))
    ?.physicalId ?? '';

describe('tables', () => {
  const put = (offset: number) =>
    sdk().send(
      new PutItemCommand({
        TableName: tableNamed('Log'),
        Item: { group: { S: 'faults' }, offset: { N: `${offset}` }, events: { S: '[]' } },
      }),
    );

  test('table.conflict and table.throttled refuse, on the tables that they name', async () => {
    await inject({ 'table.conflict': { table: 'Log', times: 1 }, 'table.throttled': { table: 'Members' } });
    await expect(put(1)).rejects.toMatchObject({ name: 'TransactionConflictException' });
    await put(2);
    await inject({ 'table.throttled': { table: 'Log', times: 1 } });
    await expect(put(3)).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    await put(3);
  });

  test('table.delayed takes its time', async () => {
    await inject({ 'table.delayed': { table: 'Log', ms: 80 } });
    const began = performance.now();
    await put(5);
    expect(performance.now() - began).toBeGreaterThanOrEqual(78);
  });

  test('table.unanswered does the write and answers 500', async () => {
    await inject({ 'table.unanswered': { table: 'Log' } });
    await expect(put(9)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    const Key = { group: { S: 'faults' }, offset: { N: '9' } };
    const { Item } = await sdk().send(
      new GetItemCommand({ TableName: tableNamed('Log'), Key, ConsistentRead: true }),
    );
    expect(Item?.events).toEqual({ S: '[]' });
  });

  test('table.lagging holds changes back from global indexes', async () => {
    const KeySchema = [{ AttributeName: 'other', KeyType: 'HASH' as const }];
    await sdk().send(
      new CreateTableCommand({
        TableName: 'lagging',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['id', 'other'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S' as const,
        })),
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [{ IndexName: 'others', KeySchema, Projection: { ProjectionType: 'ALL' } }],
      }),
    );
    await inject({ 'table.lagging': { ms: 150 } });
    await sdk().send(
      new PutItemCommand({ TableName: 'lagging', Item: { id: { S: '1' }, other: { S: 'o' } } }),
    );
    const seen = async () =>
      (
        await sdk().send(
          new QueryCommand({
            TableName: 'lagging',
            IndexName: 'others',
            KeyConditionExpression: '#other = :other',
            ExpressionAttributeNames: { '#other': 'other' },
            ExpressionAttributeValues: { ':other': { S: 'o' } },
          }),
        )
      ).Count;
    expect(await seen()).toBe(0);
    await expect.poll(seen).toBe(1);
  });
});

describe('functions', () => {
  const [machine = ''] = ['m-effects-a-0'];
  const counter = async () => {
    const { snapshot } = await plant.users.admin.api.call<{
      snapshot: { key: string; data: { counter: number } }[];
    }>('GET', `groups/factory/line/${plant.lines[0]}`);
    return snapshot.find(({ key }) => key === machine)?.data.counter ?? Number.NaN;
  };
  /** Reports one pulse; whether it was taken, and whether it counts before it is reported again. */
  async function pulse() {
    const before = await counter();
    const [device] = plant.devices;
    device?.push({ at: Date.now(), count: 1 });
    const refusal = await device?.flush().then(
      () => undefined,
      (error: { status?: number }) => error.status,
    );
    const counted = (await counter()) - before;
    await device?.flush();
    expect(await counter()).toBe(before + 1);
    return { refusal, counted };
  }

  test('function.killedBefore does nothing, and a repeat does it once', async () => {
    await pulse();
    await inject({ 'function.killedBefore': { function: 'Ingest', times: 1 } });
    expect(await pulse()).toEqual({ refusal: 500, counted: 0 });
  });

  test('function.killedAfter has done it all, and a repeat does not do it twice', async () => {
    await inject({ 'function.killedAfter': { function: 'Ingest', times: 1 } });
    expect(await pulse()).toEqual({ refusal: 500, counted: 1 });
  });

  test.each(['function.killedDuring', 'function.timedOut'] as const)(
    '%s ends it somewhere in between, and a repeat does what is left',
    async (kind) => {
      for (const ms of [0, 1, 2, 4]) {
        await inject({ [kind]: { function: 'Ingest', times: 1, ms } });
        const { refusal, counted } = await pulse();
        expect([500, undefined]).toContain(refusal);
        expect([0, 1]).toContain(counted);
      }
    },
  );

  test.each([
    ['function.killedBefore', 'Runtime.ExitError', {}],
    ['function.killedDuring', 'Runtime.ExitError', { ms: 0 }],
    ['function.killedAfter', 'Runtime.ExitError', {}],
    ['function.timedOut', 'Sandbox.Timedout', { ms: 0 }],
  ] as const)('%s is reported as AWS does: %s', async (kind, errorType, when) => {
    // It asks the database first, which takes longer than the fault needs.
    const name = functionNamed('Groups');
    const event = { requestContext: { connectionId: 'x' }, body: '{"action":"sync","groups":[]}' };
    expect((await world.cloud.lambdas.invoke(name, event)).error).toBeUndefined();
    await inject({ 'table.delayed': { ms: 20 }, [kind]: { function: 'Groups', times: 1, ...when } });
    expect((await world.cloud.lambdas.invoke(name, event)).error).toMatchObject({ errorType });
    expect((await world.cloud.lambdas.invoke(name, event)).error).toBeUndefined();
  });

  test.each([
    ['function.throttled', 'TooManyRequestsException'],
    ['function.failed', 'ServiceException'],
  ] as const)('%s refuses the invocation with %s', async (kind, name) => {
    await inject({ [kind]: { function: 'Default' } });
    await expect(world.cloud.lambdas.invoke(functionNamed('Default'), {})).rejects.toMatchObject({ name });
  });
});

const functionNamed = (part: string) =>
  world.cloud.assembly
    .ofType('AWS::Lambda::Function')
    .find(({ logicalId }) => logicalId.includes(`${part}Function`))?.physicalId ?? '';

describe('the control interface', () => {
  test('shows the plan and what has struck', async () => {
    await inject({ seed: 5, 'post.lost': { rate: 0.5 } });
    expect(await (await control('GET')).json()).toEqual({
      plan: { seed: 5, 'post.lost': { rate: 0.5 } },
      struck: {},
    });
  });

  test('refuses what is no plan, and keeps the one that it has', async () => {
    await inject({ 'post.lost': {} });
    const refused = await control('PUT', { 'post.lots': {} });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { message: expect.stringContaining('post.lots') },
    ]);
    expect(world.cloud.faults.plan).toEqual({ 'post.lost': {} });
  });
});
