import { type Assembly, type Resource, region } from '../ports.ts';
import { EdgeError } from './error.ts';
import { type Forwarding, readForwarding } from './forwarding.ts';
import { type HeadersPolicy, readHeadersPolicy } from './headers-policy.ts';

export type Origin = { path: string } & (
  | { kind: 'bucket'; bucketId: string }
  | { kind: 'api'; apiId: string }
);

export interface Behavior {
  matches(path: string): boolean;
  origin: Origin;
  methods: ReadonlySet<string>;
  forwarding: Forwarding;
  headers: HeadersPolicy | undefined;
  /** Encodings that the distribution may apply. */
  encodings: readonly ('br' | 'gzip')[];
}

export interface ErrorPage {
  /** Path of the page that replaces the origin's answer, undefined to leave the answer. */
  page: string | undefined;
  status: number;
}

export interface Distribution {
  id: string;
  rootObject: string | undefined;
  /** In order of precedence, the default one last. */
  behaviors: readonly Behavior[];
  errorPages: ReadonlyMap<number, ErrorPage>;
}

type Properties = Record<string, unknown>;
const records = (value: unknown): Properties[] => (Array.isArray(value) ? (value as Properties[]) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function readOrigin(resource: Resource, origin: Properties, assembly: Assembly): Origin {
  const domain = text(origin.DomainName);
  const path = text(origin.OriginPath).replace(/\/$/, '');
  const apiId = new RegExp(`^([a-z0-9]+)\\.execute-api\\.${region}\\.amazonaws\\.com$`).exec(domain)?.[1];
  if (apiId) return { kind: 'api', apiId, path };
  const bucket = assembly
    .ofType('AWS::S3::Bucket')
    .find(({ attributes }) => domain === attributes.RegionalDomainName || domain === attributes.DomainName);
  if (bucket) return { kind: 'bucket', bucketId: bucket.physicalId, path };
  throw new EdgeError(
    `${resource.logicalId} has the origin ${domain}, which is neither a bucket nor an API here`,
  );
}

/** CloudFront's path patterns: `*` any text, `?` one character, with or without a leading slash. */
function pathPattern(pattern: string): (path: string) => boolean {
  const rooted = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const expression = new RegExp(
    `^${rooted
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  return (path) => expression.test(path);
}

function readBehavior(
  resource: Resource,
  behavior: Properties,
  origins: ReadonlyMap<string, Origin>,
  assembly: Assembly,
  plainHttp: boolean,
): Behavior {
  for (const unsupported of ['FunctionAssociations', 'LambdaFunctionAssociations']) {
    if (records(behavior[unsupported]).length > 0) {
      throw new EdgeError(`${resource.logicalId} uses ${unsupported}, which is not supported`);
    }
  }
  const origin = origins.get(text(behavior.TargetOriginId));
  if (!origin) throw new EdgeError(`${resource.logicalId} names no origin ${text(behavior.TargetOriginId)}`);
  const methods = Array.isArray(behavior.AllowedMethods) ? behavior.AllowedMethods.map(String) : [];
  const { forwarding, encodings } = readForwarding(behavior, assembly);
  return {
    matches: typeof behavior.PathPattern === 'string' ? pathPattern(behavior.PathPattern) : () => true,
    origin,
    methods: new Set(methods.length > 0 ? methods : ['GET', 'HEAD']),
    forwarding,
    headers: readHeadersPolicy(text(behavior.ResponseHeadersPolicyId), assembly, plainHttp),
    encodings: behavior.Compress === true || behavior.Compress === 'true' ? encodings : [],
  };
}

/** Reads a `AWS::CloudFront::Distribution`. Throws {@link EdgeError} for what is not supported. */
export function readDistribution(resource: Resource, assembly: Assembly, plainHttp: boolean): Distribution {
  const config = (resource.properties.DistributionConfig ?? {}) as Properties;
  const origins = new Map(
    records(config.Origins).map((origin) => [text(origin.Id), readOrigin(resource, origin, assembly)]),
  );
  const read = (behavior: Properties) => readBehavior(resource, behavior, origins, assembly, plainHttp);
  const pages = records(config.CustomErrorResponses).map((each): [number, ErrorPage] => {
    const code = Number(each.ErrorCode);
    return [
      code,
      { page: text(each.ResponsePagePath) || undefined, status: Number(each.ResponseCode ?? code) },
    ];
  });
  return {
    id: resource.physicalId,
    rootObject: text(config.DefaultRootObject) || undefined,
    behaviors: [
      ...records(config.CacheBehaviors).map(read),
      read((config.DefaultCacheBehavior ?? {}) as Properties),
    ],
    errorPages: new Map(pages),
  };
}
