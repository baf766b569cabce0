import type { Assembly } from '../ports.ts';
import { EdgeError } from './error.ts';

interface Header {
  name: string;
  value: string;
  /** Whether it replaces the origin's own header of that name. */
  override: boolean;
}

/** What a response headers policy adds and takes away. */
export interface HeadersPolicy {
  add: readonly Header[];
  remove: readonly string[];
}

type Properties = Record<string, unknown>;
const part = (value: unknown): Properties | undefined =>
  typeof value === 'object' && value !== null ? (value as Properties) : undefined;
const isTrue = (value: unknown): boolean => value === true || value === 'true';
const items = (value: unknown): Properties[] => {
  const list = part(value)?.Items;
  return Array.isArray(list) ? (list as Properties[]) : [];
};

/** AWS's managed `SecurityHeadersPolicy`. */
const managed: Record<string, Properties> = {
  '67f7725c-6f97-4210-82d7-5512b31e9d03': {
    SecurityHeadersConfig: {
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'SAMEORIGIN', Override: false },
      ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: false },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, Override: false },
      XSSProtection: { Protection: true, ModeBlock: true, Override: false },
    },
  },
};

function securityHeaders(config: Properties, plainHttp: boolean): Header[] {
  const list: Header[] = [];
  const add = (key: string, name: string, value: (own: Properties) => string): void => {
    const own = part(config[key]);
    if (own) list.push({ name, value: value(own), override: isTrue(own.Override) });
  };
  add('ContentSecurityPolicy', 'content-security-policy', (own) => {
    const policy = String(own.ContentSecurityPolicy);
    // On plain http this directive would send every request of the page to a port that speaks no TLS.
    return plainHttp ? policy.replace(/\s*upgrade-insecure-requests\s*;?/gi, '').trim() : policy;
  });
  add('ContentTypeOptions', 'x-content-type-options', () => 'nosniff');
  add('FrameOptions', 'x-frame-options', (own) => String(own.FrameOption));
  add('ReferrerPolicy', 'referrer-policy', (own) => String(own.ReferrerPolicy));
  add('XSSProtection', 'x-xss-protection', (own) =>
    isTrue(own.Protection) ? `1${isTrue(own.ModeBlock) ? '; mode=block' : ''}` : '0',
  );
  // A browser that saw HSTS for localhost would refuse every other plain http server of the developer.
  if (!plainHttp) {
    add('StrictTransportSecurity', 'strict-transport-security', (own) =>
      [
        `max-age=${own.AccessControlMaxAgeSec}`,
        ...(isTrue(own.IncludeSubdomains) ? ['includeSubDomains'] : []),
        ...(isTrue(own.Preload) ? ['preload'] : []),
      ].join('; '),
    );
  }
  return list;
}

/** Reads a policy by id; undefined for none. Throws for a managed policy that is not known here. */
export function readHeadersPolicy(
  id: string,
  assembly: Assembly,
  plainHttp: boolean,
): HeadersPolicy | undefined {
  if (id === '') return undefined;
  const config = managed[id] ?? part(assembly.find(id)?.properties.ResponseHeadersPolicyConfig);
  if (!config) throw new EdgeError(`the response headers policy ${id} is not known`);
  if (config.CorsConfig) {
    throw new EdgeError(`the response headers policy ${id} has a CorsConfig, which is not supported`);
  }
  const custom = items(config.CustomHeadersConfig).map(
    ({ Header, Value, Override }): Header => ({
      name: String(Header).toLowerCase(),
      value: String(Value),
      override: isTrue(Override),
    }),
  );
  return {
    add: [...securityHeaders(part(config.SecurityHeadersConfig) ?? {}, plainHttp), ...custom],
    remove: items(config.RemoveHeadersConfig).map(({ Header }) => String(Header).toLowerCase()),
  };
}

/** Response headers after the policy. */
export function applyHeadersPolicy(
  policy: HeadersPolicy | undefined,
  headers: Record<string, string | string[]>,
): Record<string, string | string[]> {
  if (!policy) return headers;
  const kept = Object.entries(headers).filter(([name]) => !policy.remove.includes(name.toLowerCase()));
  const result = Object.fromEntries(kept);
  for (const { name, value, override } of policy.add) {
    if (override || result[name] === undefined) result[name] = value;
  }
  return result;
}
