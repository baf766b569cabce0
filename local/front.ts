import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Edge } from './edge/edge.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { UpgradeRequest } from './gateway/websocket-event.ts';
import { decode, headerList, json, rawReply, splitUrl } from './gateway/wire.ts';
import type { Caller, Service, ServiceReply, ServiceRequest } from './ports.ts';

/** A handler below a path, e.g. an OIDC issuer. `url` comes without the prefix, `originalUrl` with it. */
export interface Mount {
  /** E.g. `/auth`. */
  prefix: string;
  handler: (request: IncomingMessage & { originalUrl?: string }, response: ServerResponse) => void;
}

export interface FrontOptions {
  gateway: Gateway;
  /** The distribution of the template, when it has one. */
  edge: Edge | undefined;
  services: { dynamodb: Service; lambda: Service; sqs: Service };
  /** `/_local/*`. Undefined for an unknown path. */
  control(request: ServiceRequest): ServiceReply | undefined;
  mounts: readonly Mount[];
  callerOf(authorization: string | undefined): Caller;
  log(line: string): void;
}

/** Everything behind the one port. */
export interface Front {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

type Answer = (request: ServiceRequest) => ServiceReply | Promise<ServiceReply>;

/** Bytes of a body that are read at all: the largest that any service takes is DynamoDB's 16 MB. */
const bodyLimit = 17 * 1024 * 1024;
const executeApiPrefix = '/_aws/execute-api/';
const notFound = json(404, { message: 'Not Found' });

const apiOfHost = (host: string | undefined): string | undefined =>
  host === undefined ? undefined : /^([a-z0-9]+)\.execute-api\.[\w-]+\.amazonaws\.com/.exec(host)?.[1];

const sourceIpOf = (request: IncomingMessage): string => {
  const address = request.socket.remoteAddress ?? '127.0.0.1';
  return address === '::1' ? '127.0.0.1' : address.replace(/^::ffff:/, '');
};

const under = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** Routes a request by host, header and path to the service that AWS would have at that address. */
export function createFront(options: FrontOptions): Front {
  const { gateway, edge, services, mounts, callerOf, log } = options;
  const apis = [...gateway.apis.values()];

  /** The API and the path below it, for the addresses that name an API: its host, or the path that outputs carry. */
  function namedApi(host: string | undefined, url: string): { apiId: string; url: string } | undefined {
    const apiId = apiOfHost(host);
    if (apiId !== undefined) return { apiId, url };
    if (!url.startsWith(executeApiPrefix)) return undefined;
    const [, id = '', rest = ''] = /^([^/?]*)(.*)$/.exec(url.slice(executeApiPrefix.length)) ?? [];
    return { apiId: id, url: rest.startsWith('/') ? rest : `/${rest}` };
  }

  /** Without a distribution: the API that has a stage of this name, else an HTTP API with a `$default` stage. */
  function apiByStage(url: string): string | undefined {
    const stage = decode(splitUrl(url).path.split('/')[1] ?? '');
    const named = apis.find((api) => stage !== '' && api.stages.has(stage));
    return (named ?? apis.find((api) => api.protocol === 'HTTP' && api.stages.has('$default')))?.id;
  }

  function serviceOf({ headers, url }: IncomingMessage): Service | undefined {
    const target = headers['x-amz-target'];
    if (typeof target === 'string') {
      if (target.startsWith('DynamoDB_')) return services.dynamodb;
      if (target.startsWith('AmazonSQS.')) return services.sqs;
    }
    const service = /^(dynamodb|lambda|sqs)\..*amazonaws\.com/.exec(headers.host ?? '')?.[1];
    if (service) return services[service as keyof typeof services];
    const signed = headers.authorization?.startsWith('AWS4-');
    return signed && url?.startsWith('/2015-03-31/functions/') ? services.lambda : undefined;
  }

  function route(message: IncomingMessage): { answer: Answer; url: string } {
    const url = message.url ?? '/';
    const api = namedApi(message.headers.host, url);
    if (api) return { answer: (request) => gateway.request(api.apiId, request), url: api.url };
    const service = serviceOf(message);
    if (service) return { answer: (request) => service.handle(request), url };
    if (url.startsWith('/_local/')) {
      return { answer: (request) => options.control(request) ?? notFound, url };
    }
    if (edge) return { answer: edge.request, url };
    const apiId = apiByStage(url);
    return { answer: (request) => (apiId ? gateway.request(apiId, request) : notFound), url };
  }

  function write(message: IncomingMessage, response: ServerResponse, reply: ServiceReply): void {
    const { status, headers, body } = reply;
    const bodiless = status === 204 || status === 304;
    const sized = bodiless || headers['content-length'] !== undefined;
    // All at once: headers that are set one by one are kept and looked through again.
    response.writeHead(status, sized ? headers : { ...headers, 'content-length': Buffer.byteLength(body) });
    response.end(bodiless || message.method === 'HEAD' ? undefined : body);
  }

  function fail(message: IncomingMessage, response: ServerResponse, error: unknown): void {
    log(
      `${message.method} ${splitUrl(message.url ?? '').path}: ${error instanceof Error ? error.stack : error}`,
    );
    if (!response.headersSent) write(message, response, json(500, { message: 'Internal Server Error' }));
  }

  function serve(message: IncomingMessage, response: ServerResponse): void {
    const { answer, url } = route(message);
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimit) chunks.push(chunk);
    });
    message.on('error', () => response.destroy());
    message.on('end', () => {
      if (size > bodyLimit) {
        write(message, response, json(413, { message: 'Request Entity Too Large' }));
        return;
      }
      const [only] = chunks;
      const request: ServiceRequest = {
        method: message.method ?? 'GET',
        url,
        headers: message.headers,
        body: only && chunks.length === 1 ? only : Buffer.concat(chunks),
        caller: callerOf(message.headers.authorization),
        sourceIp: sourceIpOf(message),
      };
      try {
        const reply = answer(request);
        // A callback to a WebSocket is answered without a promise: there are thousands of them a second.
        if (!(reply instanceof Promise)) write(message, response, reply);
        else {
          reply.then(
            (settled) => write(message, response, settled),
            (error) => fail(message, response, error),
          );
        }
      } catch (error) {
        fail(message, response, error);
      }
    });
  }

  return {
    request(message: IncomingMessage & { originalUrl?: string }, response) {
      const url = message.url ?? '/';
      const { path } = splitUrl(url);
      const mount = mounts.find(({ prefix }) => under(path, prefix));
      if (!mount || apiOfHost(message.headers.host) !== undefined) {
        serve(message, response);
        return;
      }
      message.originalUrl = url;
      message.url = url.slice(mount.prefix.length) || '/';
      if (!message.url.startsWith('/')) message.url = `/${message.url}`;
      mount.handler(message, response);
    },
    upgrade(message, socket, head) {
      const url = message.url ?? '/';
      const request: UpgradeRequest = {
        url,
        headers: headerList(message.rawHeaders),
        sourceIp: sourceIpOf(message),
      };
      const api = namedApi(message.headers.host, url);
      const target = api
        ? { apiId: api.apiId, request: { ...request, url: api.url } }
        : edge
          ? edge.upgrade(request)
          : { apiId: apiByStage(url) ?? '', request };
      if ('status' in target) {
        socket.on('error', () => socket.destroy());
        socket.end(rawReply(target));
        return;
      }
      gateway.upgrade(target.apiId, target.request, message, socket, head).catch((error: unknown) => {
        log(`upgrade of ${splitUrl(url).path}: ${error instanceof Error ? error.stack : error}`);
        socket.destroy();
      });
    },
  };
}
