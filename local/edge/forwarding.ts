import type { Assembly } from '../ports.ts';
import { EdgeError } from './error.ts';

/** What of a viewer's request reaches the origin. */
export interface Forwarding {
  header(name: string): boolean;
  cookie(name: string): boolean;
  query(name: string): boolean;
}

type Choose = (name: string) => boolean;
const none: Choose = () => false;
const all: Choose = () => true;
const only = (names: readonly string[]): Choose => {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return (name) => known.has(name.toLowerCase());
};

/**
 * AWS's managed origin request policies, by id. `host` is the viewer's own Host header, which an API origin refuses.
 * Source: CloudFront developer guide, "Use managed origin request policies".
 */
const managedRequestPolicies: Record<string, Forwarding> = {
  // AllViewer
  '216adef6-5c7f-47e4-b989-5492eafa07d3': { header: all, cookie: all, query: all },
  // AllViewerAndCloudFrontHeaders-2022-06
  '33f36d7e-f396-46d9-90e0-52428a34d9dc': { header: all, cookie: all, query: all },
  // AllViewerExceptHostHeader
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': {
    header: (name) => name.toLowerCase() !== 'host',
    cookie: all,
    query: all,
  },
  // CORS-CustomOrigin
  '59781a5b-3903-41f3-afcb-af62929ccde1': { header: only(['origin']), cookie: none, query: none },
  // CORS-S3Origin
  '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf': {
    header: only(['origin', 'access-control-request-headers', 'access-control-request-method']),
    cookie: none,
    query: none,
  },
  // UserAgentRefererHeaders
  'acba4595-bd28-49b8-b9fe-13317c0390fa': {
    header: only(['user-agent', 'referer']),
    cookie: none,
    query: none,
  },
  // HostHeaderOnly
  'bf0718e1-ba1e-49d1-88b1-f726733018ae': { header: only(['host']), cookie: none, query: none },
};

interface CachePolicy {
  key: Forwarding;
  encodings: readonly ('br' | 'gzip')[];
}
const nothing: Forwarding = { header: none, cookie: none, query: none };
const originHeaders = only([
  'host',
  'origin',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
]);

/** AWS's managed cache policies, by id. Source: "Use managed cache policies". */
const managedCachePolicies: Record<string, CachePolicy> = {
  // CachingDisabled
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': { key: nothing, encodings: [] },
  // CachingOptimized
  '658327ea-f89d-4fab-a63d-7e88639e58f6': { key: nothing, encodings: ['br', 'gzip'] },
  // CachingOptimizedForUncompressedObjects
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': { key: nothing, encodings: [] },
  // UseOriginCacheControlHeaders
  '83da9c7e-98b4-4e11-a168-04f0df8e2c65': {
    key: { header: originHeaders, cookie: all, query: none },
    encodings: ['br', 'gzip'],
  },
  // UseOriginCacheControlHeaders-QueryStrings
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe': {
    key: { header: originHeaders, cookie: all, query: all },
    encodings: ['br', 'gzip'],
  },
};

type Properties = Record<string, unknown>;
const part = (value: unknown): Properties => (value ?? {}) as Properties;
const names = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function chosen(config: Properties, behavior: string, list: string): Choose {
  const given = only(names(config[list]));
  switch (config[behavior]) {
    case 'all':
    case 'allViewer':
    case 'allViewerAndWhitelistCloudFront':
      return all;
    case 'allExcept':
      return (name) => !given(name);
    case 'whitelist':
      return given;
    default:
      return none;
  }
}

const forwardingOf = (config: Properties): Forwarding => ({
  header: chosen(part(config.HeadersConfig), 'HeaderBehavior', 'Headers'),
  cookie: chosen(part(config.CookiesConfig), 'CookieBehavior', 'Cookies'),
  query: chosen(part(config.QueryStringsConfig), 'QueryStringBehavior', 'QueryStrings'),
});

function requestPolicy(id: string, assembly: Assembly): Forwarding {
  if (id === '') return nothing;
  const managed = managedRequestPolicies[id];
  if (managed) return managed;
  const resource = assembly.find(id);
  if (!resource) throw new EdgeError(`the origin request policy ${id} is not known`);
  return forwardingOf(part(resource.properties.OriginRequestPolicyConfig));
}

function cachePolicy(id: string, assembly: Assembly): CachePolicy {
  const managed = managedCachePolicies[id];
  if (managed) return managed;
  const resource = assembly.find(id);
  if (!resource) throw new EdgeError(`the cache policy ${id || '(none)'} is not known`);
  const config = part(part(resource.properties.CachePolicyConfig).ParametersInCacheKeyAndForwardedToOrigin);
  const enabled = (value: unknown): boolean => value === true || value === 'true';
  const encodings: ('br' | 'gzip')[] = [];
  if (enabled(config.EnableAcceptEncodingBrotli)) encodings.push('br');
  if (enabled(config.EnableAcceptEncodingGzip)) encodings.push('gzip');
  return { key: forwardingOf(config), encodings };
}

/** What a behaviour forwards (its origin request policy and its cache key together), and how it may compress. */
export function readForwarding(
  behavior: Properties,
  assembly: Assembly,
): { forwarding: Forwarding; encodings: readonly ('br' | 'gzip')[] } {
  const request = requestPolicy(String(behavior.OriginRequestPolicyId ?? ''), assembly);
  const { key, encodings } = cachePolicy(String(behavior.CachePolicyId ?? ''), assembly);
  const forwarding: Forwarding = {
    header: (name) => request.header(name) || key.header(name),
    cookie: (name) => request.cookie(name) || key.cookie(name),
    query: (name) => request.query(name) || key.query(name),
  };
  return { forwarding, encodings };
}

/** Headers of the request itself, which no policy holds back. */
const ownHeaders =
  /^(content-(type|length|encoding)|connection|upgrade|sec-websocket-(key|version|accept))$/i;

/** The header that reaches the origin, undefined when it does not. Cookies are picked one by one. */
export function forwardedHeader(
  { header, cookie }: Forwarding,
  name: string,
  value: string,
): string | undefined {
  if (/^cookie$/i.test(name)) {
    const kept = value.split(/;\s*/).filter((one) => cookie(one.split('=')[0] ?? ''));
    return kept.length > 0 ? kept.join('; ') : undefined;
  }
  return ownHeaders.test(name) || header(name) ? value : undefined;
}

/** The path and query that reach the origin. */
export function forwardedUrl({ query }: Forwarding, path: string, search: string): string {
  const kept = search.split('&').filter((pair) => pair !== '' && query(pair.split('=')[0] ?? ''));
  return kept.length > 0 ? `${path}?${kept.join('&')}` : path;
}
