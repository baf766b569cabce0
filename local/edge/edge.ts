import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { UpgradeRequest } from '../gateway/websocket-event.ts';
import { json, splitUrl } from '../gateway/wire.ts';
import type { Assembly, Meter, ServiceReply, ServiceRequest } from '../ports.ts';
import { createBucketOrigin } from './bucket-origin.ts';
import { createCompression } from './compression.ts';
import { type Behavior, readDistribution } from './distribution.ts';
import { loadBuckets } from './files.ts';
import { type Forwarding, forwardedHeader, forwardedUrl } from './forwarding.ts';
import { applyHeadersPolicy } from './headers-policy.ts';

export interface EdgeOptions {
  assembly: Assembly;
  /** Answers a request to an API of the template. */
  api(apiId: string, request: ServiceRequest): ServiceReply | Promise<ServiceReply>;
  /** Replaces addresses of AWS by local ones. */
  localize(text: string): string;
  meter: Meter;
  /** Whether viewers come over plain http: then HSTS and `upgrade-insecure-requests` are left out. @default true */
  plainHttp?: boolean;
}

/** A CloudFront distribution with its origins. */
export interface Edge {
  request(request: ServiceRequest): Promise<ServiceReply>;
  /** Where an upgrade goes, or the reply that refuses it. */
  upgrade(request: UpgradeRequest): { apiId: string; request: UpgradeRequest } | ServiceReply;
}

const refusal = (status: number, message: string): ServiceReply => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<!DOCTYPE html><title>${status}</title><h1>${status} ERROR</h1><p>${message}</p>`,
});

/** An API answers 403 to a request that comes with the viewer's Host header: no such domain is mapped to it. */
const wrongHost = json(403, { message: 'Forbidden' });

function forwardedHeaders(forwarding: Forwarding, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'host' || name === 'x-forwarded-for' || value === undefined) continue;
    const passed = forwardedHeader(forwarding, name, [value].flat().join(', '));
    if (passed !== undefined) kept[name] = passed;
  }
  return kept;
}

/** What CloudFront adds to each request on its way to an origin. */
const ownHeaders = (sourceIp: string): Record<string, string> => ({
  'x-forwarded-for': sourceIp,
  via: '2.0 local.cloudfront.net (CloudFront)',
  'x-amz-cf-id': randomBytes(42).toString('base64url'),
});

/** Plays the template's first distribution; undefined when there is none. */
export function createEdge(options: EdgeOptions): Edge | undefined {
  const { assembly, meter, plainHttp = true } = options;
  const [resource] = assembly.ofType('AWS::CloudFront::Distribution');
  if (!resource) return undefined;
  const localized = (text: string): string => options.localize(text);
  const distribution = readDistribution(resource, assembly, plainHttp);
  const compress = createCompression();
  const buckets = new Map(
    [...loadBuckets(assembly, localized)].map(([id, bucket]) => [
      id,
      createBucketOrigin(assembly, id, bucket),
    ]),
  );
  const behaviorFor = (path: string): Behavior | undefined =>
    distribution.behaviors.find((behavior) => behavior.matches(path));

  async function fromOrigin(
    behavior: Behavior,
    path: string,
    request: ServiceRequest,
  ): Promise<ServiceReply> {
    const { origin, forwarding } = behavior;
    const { query } = splitUrl(request.url);
    if (origin.kind === 'bucket') {
      const answer = buckets.get(origin.bucketId);
      return answer ? answer(origin.path + path, request) : refusal(502, 'No such origin.');
    }
    if (forwarding.header('host')) return wrongHost;
    return options.api(origin.apiId, {
      ...request,
      url: origin.path + forwardedUrl(forwarding, path, query),
      headers: {
        'user-agent': 'Amazon CloudFront',
        ...forwardedHeaders(forwarding, request.headers),
        ...ownHeaders(request.sourceIp),
      },
    });
  }

  /** The origin's answer, or the page that stands for its error. */
  async function answerFor(behavior: Behavior, path: string, request: ServiceRequest): Promise<ServiceReply> {
    const reply = await fromOrigin(behavior, path, request);
    const error = reply.status >= 400 ? distribution.errorPages.get(reply.status) : undefined;
    const pageBehavior = error?.page === undefined ? undefined : behaviorFor(error.page);
    if (!error?.page || !pageBehavior) return error ? { ...reply, status: error.status } : reply;
    const { 'if-none-match': _, ...headers } = request.headers;
    const page = await fromOrigin(pageBehavior, error.page, { ...request, method: 'GET', headers });
    return page.status < 400 ? { ...page, status: error.status } : reply;
  }

  return {
    async request(request) {
      meter('cdn.requests', distribution.id, 1);
      const { path } = splitUrl(request.url);
      const behavior = behaviorFor(path);
      if (!behavior?.methods.has(request.method)) {
        return refusal(403, 'This distribution is not configured to allow the HTTP request method.');
      }
      const target = path === '/' && distribution.rootObject ? `/${distribution.rootObject}` : path;
      const reply = await answerFor(behavior, target, request);
      const compressed = compress(reply, behavior.encodings, request.headers['accept-encoding']);
      const headers = applyHeadersPolicy(behavior.headers, compressed.headers);
      const csp = headers['content-security-policy'];
      if (typeof csp === 'string') headers['content-security-policy'] = localized(csp);
      return { ...compressed, headers };
    },
    upgrade(request) {
      meter('cdn.requests', distribution.id, 1);
      const { path, query } = splitUrl(request.url);
      const behavior = behaviorFor(path);
      if (behavior?.origin.kind !== 'api') return refusal(403, 'No WebSocket origin.');
      const { origin, forwarding } = behavior;
      if (forwarding.header('host')) return wrongHost;
      const headers = request.headers.flatMap(([name, value]): [string, string][] => {
        if (/^(host|x-forwarded-for)$/i.test(name)) return [];
        const passed = forwardedHeader(forwarding, name, value);
        return passed === undefined ? [] : [[name, passed]];
      });
      const own = Object.entries(ownHeaders(request.sourceIp));
      const withAgent = headers.some(([name]) => /^user-agent$/i.test(name))
        ? headers
        : [['User-Agent', 'Amazon CloudFront'] as const, ...headers];
      return {
        apiId: origin.apiId,
        request: {
          ...request,
          url: origin.path + forwardedUrl(forwarding, path, query),
          headers: [...withAgent, ...own],
        },
      };
    },
  };
}
