/** An issuer of access tokens for anybody: keys, discovery, and tokens with whatever roles and units a run needs. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Mount } from '../../local/front.ts';

export interface Identity {
  sub: string;
  roles: readonly string[];
  units: readonly string[];
}

export interface TokenIssuer {
  mount: Mount;
  /** A token that is valid for an hour. */
  token(origin: string, identity: Identity): Promise<string>;
}

export const audience = 'pulsecast';

/** Serves `{origin}/auth`. */
export async function createTokenIssuer(): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'model', alg: 'ES256', use: 'sig' };
  return {
    mount: {
      prefix: '/auth',
      handler: (request, response) => {
        const issuer = `http://${request.headers.host}/auth`;
        const known: Record<string, object> = {
          '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/jwks` },
          '/jwks': { keys: [jwk] },
        };
        const answer = known[request.url ?? ''];
        response
          .writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer ?? {}));
      },
    },
    token: (origin, { sub, roles, units }) =>
      new SignJWT({ roles, units, name: sub })
        .setProtectedHeader({ alg: 'ES256', kid: 'model', typ: 'at+jwt' })
        .setIssuer(`${origin}/auth`)
        .setAudience(audience)
        .setSubject(sub)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
  };
}
