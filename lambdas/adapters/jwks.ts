/** Access tokens of the issuer, verified by `jose`. */
import { createHash } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { PulsecastError } from '../../core/codes.ts';
import type { Principal } from '../../core/domain.ts';
import { toleranceSeconds } from '../../core/limits.ts';
import { env, envOr, once } from '../environment.ts';
import { count, logger } from '../telemetry.ts';

export interface TokenSettings {
  issuer: string;
  audience: string;
  /** The claim that holds the audience: `aud`, or `client_id` in Cognito's access tokens. */
  audienceClaim: string;
  rolesClaim: string;
  unitsClaim: string;
}

/** Who a credential stands for, and until when. */
export interface Credential {
  principal: Principal;
  /** Epoch ms. */
  expiresAt: number;
  /** Epoch ms, whole seconds; 0 when the token does not say. */
  issuedAt: number;
  /** The session that the token belongs to, as a hash: tokens of one sign-in share it where the issuer says which. */
  session: string;
}

/** Verifies a token. Errors: `unauthorized`, `token_expired`; anything else means that the keys cannot be had. */
export type VerifyToken = (token: string) => Promise<Credential>;

/** Longest `sub` in bytes: OpenID Connect allows 255 ASCII characters, and keys of tables hold it. */
const maxSubBytes = 255;

/** Where issuers name the sign-in: `sid` (OpenID Connect), `origin_jti` (Cognito); a `jti` names the one token. */
const sessionClaims = ['sid', 'origin_jti', 'jti'];

/** Longest token in bytes: API Gateway's limit of all headers is below this, and parsing must stay cheap. */
const maxTokenBytes = 16 * 1024;

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];

/** The verifier of this deployment. */
export const verifyToken = once(
  (): VerifyToken =>
    createVerifier(
      {
        issuer: env('ISSUER'),
        audience: env('AUDIENCE'),
        audienceClaim: envOr('AUDIENCE_CLAIM', 'aud'),
        rolesClaim: envOr('ROLES_CLAIM', 'roles'),
        unitsClaim: envOr('UNITS_CLAIM', 'units'),
      },
      issuerKeys(env('ISSUER'), process.env.JWKS_URI),
    ),
);

export function createVerifier(
  settings: TokenSettings,
  keys: JWTVerifyGetKey,
  now: () => number = Date.now,
): VerifyToken {
  return async (token) => {
    try {
      if (Buffer.byteLength(token) > maxTokenBytes) throw new errors.JWTInvalid('The token is too long.');
      const { payload } = await jwtVerify(token, keys, {
        algorithms,
        issuer: settings.issuer,
        ...(settings.audienceClaim === 'aud' ? { audience: settings.audience } : {}),
        requiredClaims: ['sub', 'exp'],
        clockTolerance: toleranceSeconds,
        currentDate: new Date(now()),
      });
      return credentialOf(token, payload, settings);
    } catch (error) {
      throw refusal(error);
    }
  };
}

function credentialOf(token: string, payload: JWTPayload, settings: TokenSettings): Credential {
  if (settings.audienceClaim !== 'aud' && payload[settings.audienceClaim] !== settings.audience) {
    throw new errors.JWTClaimValidationFailed('unexpected audience', payload, settings.audienceClaim);
  }
  const { sub, exp, iat = 0 } = payload;
  if (typeof sub !== 'string' || sub === '' || Buffer.byteLength(sub) > maxSubBytes || exp === undefined) {
    throw new errors.JWTClaimValidationFailed('"sub" names nobody', payload, 'sub');
  }
  const name = payload.name;
  return {
    principal: {
      kind: 'user',
      sub,
      ...(typeof name === 'string' ? { name } : {}),
      roles: words(payload[settings.rolesClaim]),
      units: words(payload[settings.unitsClaim]),
    },
    expiresAt: exp * 1000,
    issuedAt: Math.floor(iat) * 1000,
    session: sessionOf(token, payload),
  };
}

function sessionOf(token: string, payload: JWTPayload): string {
  const name = sessionClaims.map((claim) => payload[claim]).find((value) => typeof value === 'string');
  return createHash('sha256')
    .update(name ?? token)
    .digest('base64url')
    .slice(0, 22);
}

/** A claim as a list: an array of strings, or one string with spaces as `scope` has it. */
function words(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}

/** Faults of the keys' source are ours, not the caller's: a 401 would make clients throw good tokens away. */
const ours = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JWK_INVALID']);

function refusal(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError) || ours.has(error.code)) return error;
  const claim = error instanceof errors.JWTClaimValidationFailed ? { claim: error.claim } : {};
  count('refused');
  logger.info('token refused', { reason: error.code, ...claim });
  if (error instanceof errors.JWTExpired) {
    return new PulsecastError('token_expired', 'The access token has expired.');
  }
  return new PulsecastError('unauthorized', 'The access token is not valid.');
}

/** The issuer's keys: fetched once, again for an unknown key id, at most each 30 s; kept for 10 min. */
export function issuerKeys(issuer: string, jwksUri: string | undefined): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  return async (protectedHeader, token) => {
    keys ??= (jwksUri ? Promise.resolve(jwksUri) : discover(issuer))
      .then((uri) => createRemoteJWKSet(new URL(uri), { timeoutDuration: 3000 }))
      .catch((error: unknown) => {
        keys = undefined;
        throw error;
      });
    return (await keys)(protectedHeader, token);
  };
}

async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  const { jwks_uri: uri } = (await response.json()) as { jwks_uri?: unknown };
  if (typeof uri !== 'string') throw new Error(`${url} names no jwks_uri.`);
  return uri;
}
