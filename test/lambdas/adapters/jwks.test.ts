import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWTVerifyGetKey,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { createVerifier, issuerKeys, type VerifyToken } from '../../../lambdas/adapters/jwks.ts';
import { codeOf } from '../support.ts';

const now = Math.floor(Date.now() / 1000) * 1000;
const seconds = now / 1000;
const issuer = 'https://issuer.example/auth';
const settings = {
  issuer,
  audience: 'pulsecast',
  audienceClaim: 'aud',
  rolesClaim: 'roles',
  unitsClaim: 'units',
};
type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
const pairs: Record<string, KeyPair> = {};
let stranger: KeyPair;
let keys: JWTVerifyGetKey;
let verify: VerifyToken;

beforeAll(async () => {
  const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'ES384'];
  const jwks = await Promise.all(
    algorithms.map(async (alg) => {
      const pair = await generateKeyPair(alg);
      pairs[alg] = pair;
      return { ...(await exportJWK(pair.publicKey)), alg, kid: alg };
    }),
  );
  stranger = await generateKeyPair('ES256');
  keys = createLocalJWKSet({ keys: jwks });
  verify = createVerifier(settings, keys, () => now);
});

function tokenWith(
  payload: Record<string, unknown> = {},
  alg = 'ES256',
  pair = pairs[alg],
  kid = alg,
): Promise<string> {
  if (pair === undefined) throw new Error(`there is no key for ${alg}`);
  const claims = { iss: issuer, aud: 'pulsecast', sub: 'ann', exp: seconds + 60, ...payload };
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(pair.privateKey);
}

describe('a good token', () => {
  test.each(['RS256', 'PS256', 'ES256', 'EdDSA'])(
    'signed with %s says who it is and until when',
    async (alg) => {
      const token = await tokenWith({ name: 'Ann', roles: ['admin'], units: ['line:north'] }, alg);
      expect(await verify(token)).toEqual({
        principal: { kind: 'user', sub: 'ann', name: 'Ann', roles: ['admin'], units: ['line:north'] },
        expiresAt: now + 60_000,
        issuedAt: 0,
        session: expect.any(String),
      });
    },
  );

  test('[SESS-1] names its session: the sign-in where the issuer says which, else the token itself', async () => {
    const sessionOf = async (claims: Record<string, unknown>) =>
      (await verify(await tokenWith({ iat: seconds - 3, ...claims }))).session;
    expect(await sessionOf({ sid: 's', jti: 'a' })).toBe(await sessionOf({ sid: 's', jti: 'b' }));
    expect(await sessionOf({ origin_jti: 's', jti: 'a' })).toBe(
      await sessionOf({ origin_jti: 's', jti: 'b' }),
    );
    expect(await sessionOf({ jti: 'a' })).not.toBe(await sessionOf({ jti: 'b' }));
    expect(await sessionOf({ exp: seconds + 61 })).not.toBe(await sessionOf({ exp: seconds + 62 }));
    expect((await verify(await tokenWith({ iat: seconds - 3 }))).issuedAt).toBe(now - 3000);
  });

  test('has a sub that fits a key', async () => {
    expect(await codeOf(verify(await tokenWith({ sub: 'x'.repeat(256) })))).toBe('unauthorized');
  });

  test('of Cognito has its audience in client_id and its roles in a claim with a colon', async () => {
    const cognito = createVerifier(
      { ...settings, audienceClaim: 'client_id', rolesClaim: 'cognito:groups' },
      keys,
      () => now,
    );
    const good = await tokenWith({ aud: undefined, client_id: 'pulsecast', 'cognito:groups': ['admin'] });
    expect((await cognito(good)).principal.roles).toEqual(['admin']);
    expect(await codeOf(cognito(await tokenWith({ client_id: 'other' })))).toBe('unauthorized');
  });

  test('may be off by five seconds of clock, and may give roles as words', async () => {
    const token = await tokenWith({ exp: seconds - 4, nbf: seconds + 4, roles: 'a b' });
    expect((await verify(token)).principal.roles).toEqual(['a', 'b']);
  });
});

describe('a bad token is refused', () => {
  const bad: [string, () => string | Promise<string>, string][] = [
    ['expired', () => tokenWith({ exp: seconds - 6 }), 'token_expired'],
    ['without exp', () => tokenWith({ exp: undefined }), 'unauthorized'],
    ['not valid yet', () => tokenWith({ nbf: seconds + 60 }), 'unauthorized'],
    ['of another issuer', () => tokenWith({ iss: 'https://issuer.example' }), 'unauthorized'],
    ['for another audience', () => tokenWith({ aud: 'other' }), 'unauthorized'],
    ['without audience', () => tokenWith({ aud: undefined }), 'unauthorized'],
    ['without sub', () => tokenWith({ sub: undefined }), 'unauthorized'],
    ['with an empty sub', () => tokenWith({ sub: '' }), 'unauthorized'],
    ['of a stranger with a known key id', () => tokenWith({}, 'ES256', stranger), 'unauthorized'],
    ['of an unknown key', () => tokenWith({}, 'ES256', stranger, 'unknown'), 'unauthorized'],
    ['of an algorithm that is not allowed', () => tokenWith({}, 'ES384'), 'unauthorized'],
    [
      'without signature',
      () => new UnsecuredJWT({ iss: issuer, aud: 'pulsecast', sub: 'ann', exp: seconds + 60 }).encode(),
      'unauthorized',
    ],
    [
      'signed with the public key as a secret',
      () =>
        new SignJWT({ iss: issuer, aud: 'pulsecast', sub: 'ann', exp: seconds + 60 })
          .setProtectedHeader({ alg: 'HS256', kid: 'RS256' })
          .sign(new TextEncoder().encode('x'.repeat(64))),
      'unauthorized',
    ],
    ['cut off', async () => (await tokenWith()).slice(0, -20), 'unauthorized'],
    ['with a changed payload', async () => (await tokenWith()).replace(/\.e/, '.f'), 'unauthorized'],
    ['of one megabyte', () => 'a'.repeat(1024 * 1024), 'unauthorized'],
    ['of one megabyte of claims', () => tokenWith({ roles: ['x'.repeat(1024 * 1024)] }), 'unauthorized'],
    ['that is none', () => 'hello', 'unauthorized'],
    ['that is empty', () => '', 'unauthorized'],
  ];
  test.each(bad)('%s', async (_name, token, code) => {
    expect(await codeOf(verify(await token()))).toBe(code);
  });
});

test("keys that cannot be had are our fault, not the token's", async () => {
  const unreachable = createVerifier(
    settings,
    () => Promise.reject(new TypeError('fetch failed')),
    () => now,
  );
  expect(await codeOf(unreachable(await tokenWith()))).toBeInstanceOf(TypeError);
});

test("the issuer's keys are found by discovery, fetched once, and asked for again after a failure", async () => {
  const pair = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'ES256' };
  const asked: string[] = [];
  let down = true;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const body = request.url === '/jwks' ? { keys: [jwk] } : { jwks_uri: `${base}/jwks` };
    response.writeHead(down ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const local = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth`;
    const remote = createVerifier({ ...settings, issuer: local }, issuerKeys(local, undefined), () => now);
    const token = await tokenWith({ iss: local }, 'ES256', pair);
    expect(await codeOf(remote(token))).toBeInstanceOf(Error);
    down = false;
    expect((await remote(token)).principal.sub).toBe('ann');
    await remote(token);
    expect(await codeOf(remote(await tokenWith({ iss: local }, 'ES256', stranger, 'unknown')))).toBe(
      'unauthorized',
    );
    const discovery = '/auth/.well-known/openid-configuration';
    expect(asked).toEqual([discovery, discovery, '/jwks']);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
