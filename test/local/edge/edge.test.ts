import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEdge, type Edge } from '../../../local/edge/edge.ts';
import type { Assembly, Resource, ServiceReply, ServiceRequest } from '../../../local/ports.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'edge-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Writes an asset folder and returns its object key. */
function asset(name: string, files: Record<string, string>): string {
  for (const [file, content] of Object.entries(files)) {
    const path = join(directory, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return `${name}.zip`;
}

type Properties = Record<string, unknown>;
const cachingOptimized = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const allViewer = '216adef6-5c7f-47e4-b989-5492eafa07d3';
const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const allMethods = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

interface Setup {
  deployments?: Properties[];
  actions?: string[];
  defaultBehavior?: Properties;
  behaviors?: Properties[];
  distribution?: Properties;
  resources?: [type: string, id: string, properties: Properties][];
  localize?: (text: string) => string;
  answer?: (request: ServiceRequest) => ServiceReply;
}
interface Begun {
  edge: Edge;
  passed: { apiId: string; request: ServiceRequest }[];
  metered: string[];
  get(path: string, headers?: Record<string, string>, method?: string): Promise<ServiceReply>;
}

function begin(setup: Setup): Begun {
  const { deployments = [], actions = ['s3:GetObject'], behaviors = [], resources: more = [] } = setup;
  const list: [string, string, Properties][] = [
    ['AWS::S3::Bucket', 'site', {}],
    [
      'AWS::S3::BucketPolicy',
      'policy',
      {
        Bucket: 'site',
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: actions, Principal: { Service: 'cloudfront.amazonaws.com' } },
          ],
        },
      },
    ],
    ...deployments.map((properties, index): [string, string, Properties] => [
      'Custom::CDKBucketDeployment',
      `deployment${index}`,
      { DestinationBucketName: 'site', ...properties },
    ]),
    [
      'AWS::CloudFront::Distribution',
      'dist',
      {
        DistributionConfig: {
          DefaultRootObject: 'index.html',
          Origins: [
            { Id: 'o-site', DomainName: 'site.s3.us-east-1.amazonaws.com' },
            { Id: 'o-http', DomainName: 'http1.execute-api.us-east-1.amazonaws.com' },
            { Id: 'o-prod', DomainName: 'http2.execute-api.us-east-1.amazonaws.com', OriginPath: '/prod' },
            { Id: 'o-ws', DomainName: 'ws1.execute-api.us-east-1.amazonaws.com' },
          ],
          CacheBehaviors: behaviors,
          DefaultCacheBehavior: {
            TargetOriginId: 'o-site',
            CachePolicyId: cachingOptimized,
            Compress: true,
            ...setup.defaultBehavior,
          },
          ...setup.distribution,
        },
      },
    ],
    ...more,
  ];
  const resources: Resource[] = list.map(([type, physicalId, properties]) => ({
    logicalId: physicalId,
    type,
    physicalId,
    properties,
    attributes: { RegionalDomainName: `${physicalId}.s3.us-east-1.amazonaws.com` },
    metadata: {},
  }));
  const assembly: Assembly = {
    directory,
    resources,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    find: (id) => resources.find(({ physicalId }) => physicalId === id),
    assetPath: (key) => join(directory, key.replace(/\.zip$/, '')),
    outputs: {},
  };
  const passed: Begun['passed'] = [];
  const metered: string[] = [];
  const edge = createEdge({
    assembly,
    api: (apiId, request) => {
      passed.push({ apiId, request });
      return setup.answer?.(request) ?? { status: 200, headers: {}, body: 'from the API' };
    },
    localize: setup.localize ?? ((text) => text),
    meter: (kind, resource, amount) => metered.push(`${kind} ${resource} ${amount}`),
  });
  if (!edge) throw new Error('no distribution');
  return {
    edge,
    passed,
    metered,
    get: (url, headers = {}, method = 'GET') =>
      edge.request({
        method,
        url,
        headers: { host: 'localhost', ...headers },
        body: Buffer.alloc(0),
        caller: {},
        sourceIp: '127.0.0.1',
      }),
  };
}

describe('content', () => {
  test('the root object, content types and cache control of each deployment', async () => {
    const { get, metered } = begin({
      deployments: [
        {
          SourceObjectKeys: [asset('a', { 'assets/app-1.js': 'code', 'icon.svg': '<svg/>' })],
          SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
          Prune: false,
        },
        {
          SourceObjectKeys: [asset('b', { 'index.html': '<h1>hi</h1>' })],
          SystemMetadata: { 'cache-control': 'no-cache' },
          Prune: false,
        },
      ],
    });
    const root = await get('/');
    expect(root).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html',
        'cache-control': 'no-cache',
        etag: expect.stringMatching(/^"\w{32}"$/),
      },
    });
    expect(root.body.toString()).toBe('<h1>hi</h1>');
    expect((await get('/assets/app-1.js')).headers).toMatchObject({
      'content-type': 'text/javascript',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await get('/icon.svg')).headers['content-type']).toBe('image/svg+xml');
    expect(metered).toEqual(Array(3).fill('cdn.requests dist 1'));
  });

  test('Prune removes what an earlier deployment left, within its own prefix only', async () => {
    const { get } = begin({
      deployments: [
        { SourceObjectKeys: [asset('a', { 'old.txt': 'old', 'docs/old.txt': 'old' })], Prune: false },
        {
          SourceObjectKeys: [asset('b', { 'new.txt': 'new' })],
          DestinationBucketKeyPrefix: 'docs/',
          Prune: true,
        },
      ],
    });
    expect((await get('/old.txt')).status).toBe(200);
    expect((await get('/docs/new.txt')).status).toBe(200);
    expect((await get('/docs/old.txt')).status).toBe(403);
  });

  test('markers become values, escaped in JSON, with local addresses', async () => {
    const { get } = begin({
      localize: (text) => text.replace('wss://ws1.example', 'ws://localhost:1'),
      deployments: [
        {
          SourceObjectKeys: [
            asset('a', { 'config.json': '{"url":"<<marker:0xbaba:0>>","name":"<<marker:0xbaba:1>>"}' }),
            asset('b', { 'plain.txt': '<<marker:0xbaba:0>>' }),
          ],
          SourceMarkers: [
            { '<<marker:0xbaba:0>>': 'wss://ws1.example', '<<marker:0xbaba:1>>': 'say "hi"' },
            { '<<marker:0xbaba:0>>': 'say "hi"' },
          ],
          SourceMarkersConfig: [{ jsonEscape: true }, {}],
        },
      ],
    });
    expect(JSON.parse((await get('/config.json')).body.toString())).toEqual({
      url: 'ws://localhost:1',
      name: 'say "hi"',
    });
    expect((await get('/plain.txt')).body.toString()).toBe('say "hi"');
  });

  test('a missing object is 403, or 404 where the bucket may be listed', async () => {
    const deployments = [{ SourceObjectKeys: [asset('a', { 'a.txt': 'a' })] }];
    const hidden = await begin({ deployments }).get('/missing');
    expect(hidden.status).toBe(403);
    expect(hidden.body).toContain('<Code>AccessDenied</Code>');
    const listed = await begin({ deployments, actions: ['s3:GetObject', 's3:ListBucket'] }).get('/missing');
    expect(listed.status).toBe(404);
    expect((await begin({ deployments, actions: [] }).get('/a.txt')).status).toBe(403);
  });

  test('an unchanged object is 304, compressed or not', async () => {
    const { get } = begin({
      deployments: [{ SourceObjectKeys: [asset('a', { 'a.js': 'x'.repeat(2000) })] }],
    });
    for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
      const { etag } = (await get('/a.js', headers)).headers;
      const again = await get('/a.js', { ...headers, 'if-none-match': String(etag) });
      expect([again.status, again.body.toString()]).toEqual([304, '']);
    }
  });

  test('compresses what the viewer and the policy allow', async () => {
    const text = 'text '.repeat(500);
    const deployments = [
      { SourceObjectKeys: [asset('a', { 'a.js': text, 'small.js': 'x', 'a.png': text })] },
    ];
    const { get } = begin({ deployments });
    const brotli = await get('/a.js', { 'accept-encoding': 'gzip, br' });
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', etag: expect.stringMatching(/^W\//) });
    expect(brotliDecompressSync(brotli.body as Buffer).toString()).toBe(text);
    const gzip = await get('/a.js', { 'accept-encoding': 'gzip' });
    expect(gunzipSync(gzip.body as Buffer).toString()).toBe(text);
    for (const path of ['/small.js', '/a.png']) {
      expect((await get(path, { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined();
    }
    const off = begin({ deployments, defaultBehavior: { CachePolicyId: cachingDisabled } });
    expect((await off.get('/a.js', { 'accept-encoding': 'br' })).headers['content-encoding']).toBeUndefined();
  });

  test('an error page stands for the error of the origin', async () => {
    const { get } = begin({
      deployments: [{ SourceObjectKeys: [asset('a', { 'index.html': 'the app' })] }],
      distribution: {
        CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 200, ResponsePagePath: '/index.html' }],
      },
    });
    const reply = await get('/some/view');
    expect([reply.status, reply.body.toString()]).toEqual([200, 'the app']);
  });

  test('a method that the behaviour does not allow is 403', async () => {
    const { get } = begin({ deployments: [{ SourceObjectKeys: [asset('a', { 'a.txt': 'a' })] }] });
    expect((await get('/a.txt', {}, 'POST')).status).toBe(403);
    expect((await get('/a.txt', {}, 'HEAD')).status).toBe(200);
  });
});

describe('response headers policy', () => {
  test('runs the page under its real policy, without what plain http cannot have', async () => {
    const { get } = begin({
      deployments: [{ SourceObjectKeys: [asset('a', { 'index.html': 'hi' })] }],
      defaultBehavior: { ResponseHeadersPolicyId: 'headers' },
      localize: (text) => text.replace('https://d111.cloudfront.net', 'http://localhost:1'),
      resources: [
        [
          'AWS::CloudFront::ResponseHeadersPolicy',
          'headers',
          {
            ResponseHeadersPolicyConfig: {
              SecurityHeadersConfig: {
                ContentSecurityPolicy: {
                  ContentSecurityPolicy:
                    "default-src 'self'; upgrade-insecure-requests; connect-src https://d111.cloudfront.net",
                  Override: true,
                },
                StrictTransportSecurity: { AccessControlMaxAgeSec: 60, Override: true },
                FrameOptions: { FrameOption: 'DENY', Override: true },
                ContentTypeOptions: { Override: true },
                ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
              },
              CustomHeadersConfig: {
                Items: [{ Header: 'Permissions-Policy', Value: 'camera=()', Override: true }],
              },
              RemoveHeadersConfig: { Items: [{ Header: 'ETag' }] },
            },
          },
        ],
      ],
    });
    const { headers } = await get('/');
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'self'; connect-src http://localhost:1",
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=()',
    });
    expect(headers.etag).toBeUndefined();
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  test('an unknown policy is named', () => {
    expect(() => begin({ defaultBehavior: { ResponseHeadersPolicyId: 'nope' } })).toThrow(
      'the response headers policy nope is not known',
    );
  });
});

describe('API origins', () => {
  const api = (properties: Properties = {}): Properties => ({
    PathPattern: '/api/*',
    TargetOriginId: 'o-http',
    CachePolicyId: cachingDisabled,
    OriginRequestPolicyId: allViewerExceptHost,
    AllowedMethods: allMethods,
    ...properties,
  });
  const viewer = { authorization: 'Bearer x', cookie: 'a=1; b=2', 'user-agent': 'me' };

  test('path, query, headers and cookies reach the API, the Host does not', async () => {
    const { get, passed } = begin({
      behaviors: [api(), api({ PathPattern: '/v2/*', TargetOriginId: 'o-prod' })],
    });
    expect((await get('/api/x?q=1', viewer, 'POST')).body).toBe('from the API');
    await get('/v2/y');
    expect(passed).toMatchObject([
      { apiId: 'http1', request: { method: 'POST', url: '/api/x?q=1', headers: viewer } },
      { apiId: 'http2', request: { url: '/prod/v2/y' } },
    ]);
    expect(passed[0]?.request.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
    expect(passed[0]?.request.headers.host).toBeUndefined();
  });

  test('without an origin request policy query, cookies and authorization stay behind', async () => {
    const { get, passed } = begin({ behaviors: [api({ OriginRequestPolicyId: undefined })] });
    await get('/api/x?q=1', { ...viewer, 'content-type': 'text/plain' });
    expect(passed[0]?.request.url).toBe('/api/x');
    expect(passed[0]?.request.headers).toMatchObject({
      'user-agent': 'Amazon CloudFront',
      'content-type': 'text/plain',
    });
    expect(passed[0]?.request.headers).not.toHaveProperty('authorization');
    expect(passed[0]?.request.headers).not.toHaveProperty('cookie');
  });

  test('a policy that forwards the Host is refused by the API, as on AWS', async () => {
    const { get, passed, edge } = begin({
      behaviors: [
        api({ OriginRequestPolicyId: allViewer }),
        api({ PathPattern: '/live', OriginRequestPolicyId: allViewer }),
      ],
    });
    expect((await get('/api/x')).status).toBe(403);
    expect(edge.upgrade({ url: '/live', headers: [], sourceIp: '::1' })).toMatchObject({ status: 403 });
    expect(passed).toEqual([]);
  });

  test('a policy of the template chooses names', async () => {
    const { get, passed } = begin({
      behaviors: [api({ OriginRequestPolicyId: 'own' })],
      resources: [
        [
          'AWS::CloudFront::OriginRequestPolicy',
          'own',
          {
            OriginRequestPolicyConfig: {
              HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Authorization'] },
              CookiesConfig: { CookieBehavior: 'whitelist', Cookies: ['b'] },
              QueryStringsConfig: { QueryStringBehavior: 'allExcept', QueryStrings: ['secret'] },
            },
          },
        ],
      ],
    });
    await get('/api/x?q=1&secret=2', viewer);
    expect(passed[0]?.request).toMatchObject({
      url: '/api/x?q=1',
      headers: { authorization: 'Bearer x', cookie: 'b=2', 'user-agent': 'Amazon CloudFront' },
    });
  });

  test('an upgrade goes to the API of its path, with the stage as path', () => {
    const { edge } = begin({ behaviors: [api({ PathPattern: '/live', TargetOriginId: 'o-ws' })] });
    const headers = [
      ['Host', 'localhost'],
      ['Sec-WebSocket-Protocol', 'v1'],
      ['Sec-WebSocket-Key', 'k'],
    ] as const;
    const target = edge.upgrade({ url: '/live?ticket=1', headers, sourceIp: '127.0.0.1' });
    expect(target).toMatchObject({ apiId: 'ws1', request: { url: '/live?ticket=1' } });
    const sent = 'request' in target ? Object.fromEntries(target.request.headers) : {};
    expect(sent).toMatchObject({
      'Sec-WebSocket-Protocol': 'v1',
      'Sec-WebSocket-Key': 'k',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(sent).not.toHaveProperty('Host');
    expect(edge.upgrade({ url: '/elsewhere', headers, sourceIp: '::1' })).toMatchObject({ status: 403 });
  });
});
