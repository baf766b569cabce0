import { createRemoteJWKSet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../ports.ts';
import type { Authorizer } from './api.ts';
import { isRecord } from './wire.ts';

/** What a JWT authorizer decided; `challenge` is the `WWW-Authenticate` header of a refusal. */
export type JwtVerdict =
  | { allow: true; claims: Record<string, string>; scopes: string[] | null }
  | { allow: false; status: 401 | 403; challenge: string };

/** API Gateway takes RSA-based algorithms only. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

/** Claims reach a function as text; a list becomes `[a b]`. */
const claimText = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.join(' ')}]`
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const configuration: unknown = await response.json();
  if (!isRecord(configuration) || typeof configuration.jwks_uri !== 'string') {
    throw new Error(`${url} names no jwks_uri`);
  }
  return createRemoteJWKSet(new URL(configuration.jwks_uri));
}

/** `aud` must be one of the audiences; `client_id` counts when there is no `aud`. */
function audienceFits(payload: JWTPayload, audience: readonly string[]): boolean {
  const named = payload.aud ?? payload.client_id;
  return [named].flat().some((one) => typeof one === 'string' && audience.includes(one));
}

/** Verifies tokens against the issuers' published keys, which are fetched once (OIDC discovery) and kept. */
export function createJwtVerifier(clock: Clock) {
  const keys = new Map<string, Promise<JWTVerifyGetKey>>();

  async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    let known = keys.get(issuer);
    if (!known) {
      known = discover(issuer);
      keys.set(issuer, known);
      known.catch(() => keys.delete(issuer));
    }
    return known;
  }

  /** `token` is the identity source's value, with or without `Bearer `. */
  return async (
    authorizer: Authorizer,
    scopes: readonly string[],
    token: string | undefined,
  ): Promise<JwtVerdict> => {
    if (!token) return { allow: false, status: 401, challenge: 'Bearer' };
    try {
      const { payload } = await jwtVerify(token.replace(/^bearer\s+/i, ''), await keysOf(authorizer.issuer), {
        issuer: authorizer.issuer,
        algorithms,
        requiredClaims: ['exp'],
        currentDate: new Date(clock()),
      });
      if (!audienceFits(payload, authorizer.audience)) throw new Error('invalid audience');
      const granted = [payload.scope ?? payload.scp ?? []]
        .flat()
        .flatMap((scope) => String(scope).split(' '));
      if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
        return { allow: false, status: 403, challenge: 'Bearer scope="" error="insufficient_scope"' };
      }
      const claims = Object.entries(payload).map(([name, value]) => [name, claimText(value)] as const);
      return { allow: true, claims: Object.fromEntries(claims), scopes: scopes.length > 0 ? granted : null };
    } catch (error) {
      const reason = (error instanceof Error ? error.message : 'invalid token').replaceAll('"', "'");
      return {
        allow: false,
        status: 401,
        challenge: `Bearer scope="" error="invalid_token" error_description="${reason}"`,
      };
    }
  };
}
