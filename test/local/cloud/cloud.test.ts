import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Cloud, type CloudOptions, startCloud } from '../../../local/cloud.ts';
import { clientOf } from '../gateway/fixture.ts';
import { api, inlineFunction, writeAssembly } from './app.ts';

let directory: string;
let clouds: Cloud[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cloud-'));
});
afterEach(async () => {
  for (const cloud of clouds) await cloud.close();
  clouds = [];
  rmSync(directory, { recursive: true, force: true });
});

type Template = Parameters<typeof writeAssembly>[1];
async function start(
  template: Template,
  options: Partial<CloudOptions> = {},
  files: Parameters<typeof writeAssembly>[2] = {},
): Promise<Cloud> {
  const assembly = writeAssembly(join(directory, 'cdk.out'), template, files);
  const cloud = await startCloud({ assembly, port: 0, memory: true, ...options });
  clouds.push(cloud);
  return cloud;
}
const sdk = (cloud: Cloud) => ({
  endpoint: cloud.origin,
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDOUTSIDE', secretAccessKey: 'secret' },
  maxAttempts: 1,
});
const hello = 'exports.handler = async (event) => ({ statusCode: 200, body: event.rawPath ?? "ws" });';
const table = (name: string) => ({
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  },
});

describe('the front', () => {
  test('an API is reached by host, by the path of its output, and by its stage', async () => {
    const cloud = await start({
      Resources: {
        ...inlineFunction('Hello', hello),
        ...api('Web', 'HTTP', '$default', { $default: 'Hello' }),
        ...api('Staged', 'HTTP', 'prod', { $default: 'Hello' }),
        ...api('Live', 'WEBSOCKET', 'live', { $connect: 'Hello' }),
      },
      Outputs: {
        Web: { Value: { 'Fn::GetAtt': ['Web', 'ApiEndpoint'] } },
        Live: {
          Value: {
            'Fn::Join': ['', [{ 'Fn::GetAtt': ['Live', 'ApiEndpoint'] }, '/live']],
          },
        },
      },
    });
    const text = async (url: string) => (await fetch(url)).text();
    expect(await text(`${cloud.outputs.Web}/a`)).toBe('/a');
    expect(await text(`${cloud.origin}/b`)).toBe('/b');
    expect(await text(`${cloud.origin}/prod/c`)).toBe('/prod/c');
    const url = new URL(cloud.origin);
    expect(await text(`http://127.0.0.1:${url.port}/d`)).toBe('/d');

    for (const address of [cloud.outputs.Live, `${cloud.origin.replace('http', 'ws')}/live`]) {
      const socket = new WebSocket(address ?? '');
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      socket.close();
    }
    const hosted = new WebSocket(`ws://127.0.0.1:${url.port}/live`, {
      headers: {
        Host: `${new URL(cloud.outputs.Live ?? '').pathname.split('/')[3]}.execute-api.us-east-1.amazonaws.com`,
      },
    });
    await new Promise((resolve, reject) => hosted.once('open', resolve).once('error', reject));
    hosted.close();
  });

  test('a distribution serves all other paths, with the stage as path of the socket', async () => {
    const domain = (id: string) => ({
      'Fn::Join': ['', [{ Ref: id }, '.execute-api.', { Ref: 'AWS::Region' }, '.amazonaws.com']],
    });
    const cached = '658327ea-f89d-4fab-a63d-7e88639e58f6';
    const viewer = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
    const cloud = await start(
      {
        Resources: {
          ...inlineFunction('Hello', hello),
          ...api('Web', 'HTTP', '$default', { 'GET /api/x': 'Hello' }),
          ...api('Live', 'WEBSOCKET', 'live', { $connect: 'Hello' }),
          Site: { Type: 'AWS::S3::Bucket' },
          SitePolicy: {
            Type: 'AWS::S3::BucketPolicy',
            Properties: {
              Bucket: { Ref: 'Site' },
              PolicyDocument: {
                Statement: [
                  {
                    Effect: 'Allow',
                    Action: 's3:GetObject',
                    Principal: { Service: 'cloudfront.amazonaws.com' },
                    Resource: '*',
                  },
                ],
              },
            },
          },
          Deployment: {
            Type: 'Custom::CDKBucketDeployment',
            Properties: {
              ServiceToken: 'none',
              DestinationBucketName: { Ref: 'Site' },
              SourceObjectKeys: ['site.zip'],
              SourceMarkers: [{ '<<marker:0xbaba:0>>': { 'Fn::GetAtt': ['Live', 'ApiEndpoint'] } }],
            },
          },
          Dist: {
            Type: 'AWS::CloudFront::Distribution',
            Properties: {
              DistributionConfig: {
                DefaultRootObject: 'index.html',
                Origins: [
                  { Id: 'site', DomainName: { 'Fn::GetAtt': ['Site', 'RegionalDomainName'] } },
                  { Id: 'web', DomainName: domain('Web') },
                  { Id: 'live', DomainName: domain('Live') },
                ],
                CacheBehaviors: [
                  {
                    PathPattern: '/api/*',
                    TargetOriginId: 'web',
                    CachePolicyId: cached,
                    OriginRequestPolicyId: viewer,
                  },
                  {
                    PathPattern: '/live',
                    TargetOriginId: 'live',
                    CachePolicyId: cached,
                    OriginRequestPolicyId: viewer,
                  },
                ],
                DefaultCacheBehavior: { TargetOriginId: 'site', CachePolicyId: cached },
              },
            },
          },
        },
        Outputs: { Url: { Value: { 'Fn::GetAtt': ['Dist', 'DomainName'] } } },
      },
      {},
      { site: { 'index.html': 'the page', 'config.json': '{"url":"<<marker:0xbaba:0>>"}' } },
    );
    expect(cloud.outputs.Url).toBe(new URL(cloud.origin).host);
    expect(await (await fetch(`${cloud.origin}/`)).text()).toBe('the page');
    expect(await (await fetch(`${cloud.origin}/api/x`)).text()).toBe('/api/x');
    const config = (await (await fetch(`${cloud.origin}/config.json`)).json()) as { url: string };
    const sockets = cloud.origin.replace('http', 'ws');
    expect(config.url).toMatch(`${sockets}/_aws/execute-api/`);
    for (const url of [`${sockets}/live`, `${config.url}/live`]) {
      const socket = new WebSocket(url);
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      socket.close();
    }
    expect(cloud.meter().amounts['cdn.requests']).toBeDefined();
  });

  test('SDK clients reach DynamoDB and Lambda at the origin, mounts stand beside the app', async () => {
    const seen: unknown[] = [];
    const cloud = await start(
      {
        Resources: { ...table('things'), ...inlineFunction('Hello', hello) },
        Outputs: { F: { Value: { Ref: 'Hello' } } },
      },
      {
        mounts: [
          {
            prefix: '/auth',
            handler: (request, response) => {
              seen.push([request.url, request.originalUrl]);
              response.end('mounted');
            },
          },
        ],
      },
    );
    const db = new DynamoDBClient(sdk(cloud));
    await db.send(new PutItemCommand({ TableName: 'things', Item: { id: { S: 'a' } } }));
    const { Item } = await db.send(new GetItemCommand({ TableName: 'things', Key: { id: { S: 'a' } } }));
    expect(Item).toEqual({ id: { S: 'a' } });
    const invoked = await new LambdaClient(sdk(cloud)).send(
      new InvokeCommand({ FunctionName: cloud.outputs.F, Payload: '{}' }),
    );
    expect(JSON.parse(Buffer.from(invoked.Payload ?? []).toString())).toMatchObject({ statusCode: 200 });
    expect(await (await fetch(`${cloud.origin}/auth/jwks?x=1`)).text()).toBe('mounted');
    expect(seen).toEqual([['/jwks?x=1', '/auth/jwks?x=1']]);
    expect((await fetch(`${cloud.origin}/authentic`)).status).toBe(404);
  });

  test('a function may do only what its role grants', async () => {
    const code = `
      const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
      const db = new DynamoDBClient({});
      exports.handler = async () => {
        try {
          await db.send(new PutItemCommand({ TableName: 'things', Item: { id: { S: 'a' } } }));
          return 'stored';
        } catch (error) {
          return error.name;
        }
      };`;
    const cloud = await start({
      Resources: {
        ...table('things'),
        ...inlineFunction('May', code, ['dynamodb:PutItem']),
        ...inlineFunction('MayNot', code, ['dynamodb:GetItem']),
        ...api('Web', 'HTTP', '$default', { 'GET /may': 'May', 'GET /may-not': 'MayNot' }),
      },
    });
    expect(await (await fetch(`${cloud.origin}/may`)).text()).toBe('stored');
    expect(await (await fetch(`${cloud.origin}/may-not`)).text()).toBe('AccessDeniedException');
  });
});

describe('control', () => {
  test('health, outputs, meter and connections', async () => {
    const cloud = await start({
      Resources: {
        ...inlineFunction('Hello', hello),
        ...api('Live', 'WEBSOCKET', 'live', { $connect: 'Hello' }),
      },
      Outputs: { Answer: { Value: '42' } },
    });
    const read = async (name: string) => (await fetch(`${cloud.origin}/_local/${name}`)).json();
    expect(await read('health')).toEqual({ status: 'ok' });
    expect(await read('outputs')).toEqual({ Answer: '42' });
    const client = clientOf(new WebSocket(`${cloud.origin.replace('http', 'ws')}/live`));
    await new Promise((resolve) => client.socket.once('open', resolve));
    const [connection] = (await read('connections')) as { id: string; stage: string }[];
    expect(connection).toMatchObject({ stage: 'live' });
    const url = `${cloud.origin}/_local/connections/${encodeURIComponent(connection?.id ?? '')}`;
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
    expect((await client.closed).code).toBe(1001);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(404);
    const others = [1, 2].map(() => clientOf(new WebSocket(`${cloud.origin.replace('http', 'ws')}/live`)));
    await Promise.all(others.map(({ socket }) => new Promise((resolve) => socket.once('open', resolve))));
    const all = await fetch(`${cloud.origin}/_local/connections`, { method: 'DELETE' });
    expect(await all.json()).toEqual({ closed: 2 });
    await Promise.all(others.map(({ closed }) => closed));
    expect(await read('connections')).toEqual([]);
    expect(await read('meter')).toMatchObject({
      since: expect.any(String),
      amounts: { 'lambda.requests': expect.any(Object), 'websocket.connectionMinutes': expect.any(Object) },
    });
    expect((await fetch(`${cloud.origin}/_local/other`)).status).toBe(404);
  });
});

describe('start and stop', () => {
  test('tables are kept in the data folder, and forgotten in memory', async () => {
    const template = { Resources: table('things') };
    const data = join(directory, 'data');
    const put = new PutItemCommand({ TableName: 'things', Item: { id: { S: 'a' } } });
    const get = new GetItemCommand({ TableName: 'things', Key: { id: { S: 'a' } } });
    const first = await start(template, { data, memory: false });
    await new DynamoDBClient(sdk(first)).send(put);
    await first.close();
    const second = await start(template, { data, memory: false });
    expect((await new DynamoDBClient(sdk(second)).send(get)).Item).toBeDefined();
    await second.close();
    const third = await start(template, { data, memory: true });
    expect((await new DynamoDBClient(sdk(third)).send(get)).Item).toBeUndefined();
  });

  test('close frees the port and ends open sockets', async () => {
    const cloud = await start({
      Resources: {
        ...inlineFunction('Hello', hello),
        ...api('Live', 'WEBSOCKET', 'live', { $connect: 'Hello' }),
      },
    });
    const client = clientOf(new WebSocket(`${cloud.origin.replace('http', 'ws')}/live`));
    await new Promise((resolve) => client.socket.once('open', resolve));
    const silent = connect({ port: cloud.port, host: '127.0.0.1' });
    await new Promise((resolve) => silent.once('connect', resolve));
    await cloud.close();
    expect((await client.closed).code).toBe(1001);
    await expect(fetch(`${cloud.origin}/`)).rejects.toThrow();
    const again = await start({ Resources: {} }, { port: cloud.port });
    expect(again.port).toBe(cloud.port);
  });

  test('a port in use is said in one line', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await expect(start({ Resources: {} }, { port })).rejects.toMatchObject({
      message: `port ${port} is in use`,
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  test('an unsupported resource type is named, and nothing is left running', async () => {
    const probe = await start({ Resources: {} });
    const { port } = probe;
    await probe.close();
    const template = { Resources: { Cache: { Type: 'AWS::ElastiCache::CacheCluster' } } };
    await expect(start(template, { port })).rejects.toThrow(/Cache.*AWS::ElastiCache::CacheCluster/);
    expect((await start({ Resources: {} }, { port })).port).toBe(port);
  });
});
