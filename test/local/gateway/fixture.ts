import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { WebSocket } from 'ws';
import { createGateway, type Gateway, type GatewayOptions } from '../../../local/gateway/gateway.ts';
import { headerList } from '../../../local/gateway/wire.ts';
import type { Assembly, Caller, InvokeResult, MeterKind, Resource } from '../../../local/ports.ts';

export const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** An assembly of the given resources: `[type, physicalId, properties]`. */
export function assemblyOf(
  list: [type: string, id: string, properties: Record<string, unknown>][],
): Assembly {
  const resources: Resource[] = list.map(([type, id, properties]) => ({
    logicalId: id,
    type,
    physicalId: id,
    properties,
    attributes: {},
    metadata: {},
  }));
  return {
    directory: '/nowhere',
    resources,
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    find: (id) => resources.find(({ physicalId }) => physicalId === id),
    assetPath: (key) => key,
    outputs: {},
  };
}

export type Handler = (event: never, given?: AbortSignal) => unknown;

/** A result of a function that threw. */
export const thrown = (errorMessage: string): InvokeResult => ({
  payload: undefined,
  error: { errorType: 'Error', errorMessage },
});

export interface Running {
  gateway: Gateway;
  port: number;
  /** Metered amounts by kind. */
  metered: Map<MeterKind, number>;
  events: { name: string; event: Record<string, never> }[];
  logs: string[];
  /** Moves the gateway's clock. */
  advance(ms: number): void;
  /** A socket to the WebSocket API `ws1`; resolves when it is open. */
  connect(path?: string, protocols?: string[], headers?: Record<string, string>): Promise<Client>;
  /** The status and body of an upgrade that is refused. */
  refused(
    path?: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, string> }>;
  /** An SDK client for `@connections`. */
  management(): ApiGatewayManagementApiClient;
  /** A request to the HTTP API `http1`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** A client that keeps what it gets, so that nothing is missed between two awaits. */
export interface Client {
  socket: WebSocket;
  protocol: string;
  next(): Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
}

export function clientOf(socket: WebSocket): Client {
  const waiting: ((text: string) => void)[] = [];
  const kept: string[] = [];
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const take = waiting.shift();
    if (take) take(data.toString());
    else kept.push(data.toString());
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  return {
    socket,
    get protocol() {
      return socket.protocol;
    },
    next: () => {
      const first = kept.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    closed,
  };
}

/** Runs a gateway with functions that are plain handlers, behind one HTTP server. */
export async function run(
  assembly: Assembly,
  handlers: Record<string, Handler>,
  options: Partial<GatewayOptions> & { caller?: Caller } = {},
): Promise<Running> {
  const metered = new Map<MeterKind, number>();
  const events: Running['events'] = [];
  const logs: string[] = [];
  let offset = 0;
  const gateway = createGateway({
    assembly,
    lambdas: {
      async invoke(arn, event, given) {
        const name = arn.split(':').at(-1) ?? '';
        events.push({ name, event: event as Record<string, never> });
        const result = await handlers[name]?.(event as never, given);
        return result && typeof result === 'object' && 'error' in result
          ? (result as InvokeResult)
          : { payload: result };
      },
    },
    permits: () => true,
    authorize: () => {},
    meter: (kind, _, amount) => metered.set(kind, (metered.get(kind) ?? 0) + amount),
    clock: () => Date.now() + offset,
    log: (line) => logs.push(line),
    ...options,
  });
  const server = createServer({ maxHeaderSize: 64 * 1024 }, async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const [, api = '', ...rest] = (req.url ?? '').split('/');
    const reply = await gateway.request(api, {
      method: req.method ?? '',
      url: `/${rest.join('/')}`,
      headers: req.headers,
      body: Buffer.concat(chunks),
      caller: options.caller ?? {},
      sourceIp: '127.0.0.1',
    });
    res.writeHead(reply.status, reply.headers).end(reply.body);
  });
  server.on('upgrade', (req, socket, head) => {
    const [, api = '', ...rest] = (req.url ?? '').split('/');
    const request = {
      url: `/${rest.join('/')}`,
      headers: headerList(req.rawHeaders),
      sourceIp: '127.0.0.1',
    };
    void gateway.upgrade(api, request, req, socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    gateway,
    port,
    metered,
    events,
    logs,
    advance: (ms) => {
      offset += ms;
    },
    async connect(path = '/live', protocols = [], headers = {}) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws1${path}`, protocols, { headers });
      const client = clientOf(socket);
      await new Promise((resolve, reject) => {
        socket.once('open', resolve);
        socket.once('error', reject);
      });
      return client;
    },
    refused: (path = '/live', headers = {}) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/ws1${path}`, { headers });
        socket.on('error', () => {});
        socket.on('open', () => reject(new Error('the upgrade was accepted')));
        socket.on('unexpected-response', (_, response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
        });
      }),
    management: () =>
      new ApiGatewayManagementApiClient({
        endpoint: `http://127.0.0.1:${port}/ws1/live`,
        region: 'us-east-1',
        credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'secret' },
        maxAttempts: 1,
      }),
    fetch: (path, init) => fetch(`http://127.0.0.1:${port}/http1${path}`, init),
    async close() {
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A WebSocket API `ws1` with stage `live` and Lambda routes: key to function name, `?` after the key for two-way. */
export function webSocketApi(
  routes: Record<string, string>,
  extra: { selection?: string; connect?: Record<string, unknown>; stage?: Record<string, unknown> } = {},
): [string, string, Record<string, unknown>][] {
  const list: [string, string, Record<string, unknown>][] = [
    [
      'AWS::ApiGatewayV2::Api',
      'ws1',
      {
        ProtocolType: 'WEBSOCKET',
        RouteSelectionExpression: extra.selection ?? '$request.body.action',
      },
    ],
    [
      'AWS::ApiGatewayV2::Stage',
      'stage1',
      { ApiId: 'ws1', StageName: 'live', AutoDeploy: true, ...extra.stage },
    ],
  ];
  for (const [route, name] of Object.entries(routes)) {
    const key = route.replace(/\?$/, '');
    list.push(
      [
        'AWS::ApiGatewayV2::Integration',
        `int-${key}`,
        {
          ApiId: 'ws1',
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arnOf(name)}/invocations`,
        },
      ],
      [
        'AWS::ApiGatewayV2::Route',
        `route-${key}`,
        {
          ApiId: 'ws1',
          RouteKey: key,
          Target: `integrations/int-${key}`,
          AuthorizationType: 'NONE',
          ...(key === '$connect' ? extra.connect : {}),
          ...(route.endsWith('?') ? { RouteResponseSelectionExpression: '$default' } : {}),
        },
      ],
    );
    if (route.endsWith('?')) {
      list.push([
        'AWS::ApiGatewayV2::RouteResponse',
        `response-${key}`,
        { ApiId: 'ws1', RouteId: `route-${key}`, RouteResponseKey: '$default' },
      ]);
    }
  }
  return list;
}
