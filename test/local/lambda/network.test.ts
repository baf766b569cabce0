import { describe, expect, test } from 'vitest';
import { lambda, role } from '../template/fixture.ts';
import { run } from './fixture.ts';

const Role = role('r');

describe('a function reaches AWS', () => {
  test('through an SDK client with its defaults, left external by the bundle, as ES module and as CommonJS', async () => {
    const body = `
      const client = new DynamoDBClient({});
      const command = () => new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } });`;
    await using cloud = await run(
      {
        Role,
        Esm: lambda('esm', '', { Code: { S3Key: 'e.zip' } }),
        Cjs: lambda('cjs', '', { Code: { S3Key: 'c.zip' } }),
      },
      {
        answer: () => ({
          status: 200,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: JSON.stringify({ Item: { pk: { S: 'a' }, n: { N: '1' } } }),
        }),
        assets: {
          e: {
            'index.mjs': `import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'; ${body}
              export const handler = async () => (await client.send(command())).Item;`,
          },
          c: {
            'index.js': `const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb'); ${body}
              exports.handler = async () => (await client.send(command())).Item;`,
          },
        },
      },
    );
    for (const name of ['esm', 'cjs']) {
      const { payload, error } = await cloud.lambdas.invoke(name, {});
      expect(error).toBeUndefined();
      expect(payload).toEqual({ pk: { S: 'a' }, n: { N: '1' } });
    }
    expect(cloud.seen).toHaveLength(2);
    expect(cloud.seen[0]).toMatchObject({
      host: 'dynamodb.us-east-1.amazonaws.com',
      caller: { functionName: 'esm', roleArn: 'arn:aws:iam::000000000000:role/r' },
    });
    expect(cloud.seen[0]?.headers['x-amz-target']).toBe('DynamoDB_20120810.GetItem');
    expect(cloud.seen[1]?.caller.functionName).toBe('cjs');
  });

  test('through fetch, node:https with and without a keep-alive agent, and tls.connect itself', async () => {
    await using cloud = await run(
      {
        Role,
        F: lambda(
          'f',
          `const https = require('node:https');
          const { connect } = require('tls');
          const get = (host, agent) => new Promise((resolve, reject) => {
            const request = https.request({ host, path: '/x', agent, method: 'POST' }, (response) => {
              let text = '';
              response.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text));
            });
            request.on('error', reject).end('hello');
          });
          const raw = (host) => new Promise((resolve, reject) => {
            const socket = connect(443, host, { servername: host }, () => {
              socket.write('GET /raw HTTP/1.1\\r\\nHost: ' + host + '\\r\\nConnection: close\\r\\n\\r\\n');
            });
            let text = '';
            socket.on('data', (chunk) => { text += chunk; }).on('end', () => resolve(text)).on('error', reject);
          });
          const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
          exports.handler = async () => [
            await (await fetch('https://dynamodb.us-east-1.amazonaws.com/f', { method: 'POST', body: 'b' })).text(),
            await get('abc.execute-api.us-east-1.amazonaws.com'),
            await get('abc.execute-api.us-east-1.amazonaws.com', agent),
            await get('abc.execute-api.us-east-1.amazonaws.com', agent),
            (await raw('sqs.us-east-1.amazonaws.com')).slice(0, 15),
          ];`,
        ),
      },
      { answer: ({ host, url }) => ({ status: 200, headers: {}, body: `${host}${url}` }) },
    );
    const { payload } = await cloud.lambdas.invoke('f', {});
    const api = 'abc.execute-api.us-east-1.amazonaws.com/x';
    expect(payload).toEqual(['dynamodb.us-east-1.amazonaws.com/f', api, api, api, 'HTTP/1.1 200 OK']);
    expect(cloud.seen.map(({ body }) => body.toString())).toEqual(['b', 'hello', 'hello', 'hello', '']);
  });

  test('and a TLS connection elsewhere is left alone', async () => {
    await using cloud = await run({
      Role,
      F: lambda(
        'f',
        `exports.handler = ({ port }) => fetch('https://localhost:' + port).catch((e) => String(e.cause?.code));`,
      ),
    });
    // The server speaks plain HTTP: a real TLS handshake with it must fail.
    const { payload } = await cloud.lambdas.invoke('f', { port: cloud.port });
    expect(payload).toMatch(/^ERR_SSL_/);
    expect(cloud.seen).toEqual([]);
  });

  test('only the SDK is provided: another package of the host is not found', async () => {
    await using cloud = await run({
      Role,
      F: lambda('f', 'exports.handler = async () => import("valibot").then(() => "found", (e) => e.code)'),
      G: lambda('g', 'exports.handler = async () => typeof (await import("@smithy/types")).HttpAuthLocation'),
    });
    expect((await cloud.lambdas.invoke('f', {})).payload).toBe('ERR_MODULE_NOT_FOUND');
    expect((await cloud.lambdas.invoke('g', {})).error).toBeUndefined();
  });

  test('layers provide modules before the SDK', async () => {
    await using cloud = await run(
      {
        Role,
        L: { Type: 'AWS::Lambda::LayerVersion', Properties: { Content: { S3Key: 'l.zip' } } },
        F: lambda('f', 'exports.handler = async () => require("greeter")', { Layers: [{ Ref: 'L' }] }),
      },
      { assets: { l: { 'nodejs/node_modules/greeter/index.js': 'module.exports = "hello";' } } },
    );
    expect((await cloud.lambdas.invoke('f', {})).payload).toBe('hello');
  });
});
