/** Tokens that must not open a door: each is wrong in one way. */
import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';

const soon = () => Math.floor(Date.now() / 1000);

/** The claims of a token, unverified, to build wrong ones that look right. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(base64url.decode(token.split('.')[1] ?? ''))) as Record<
    string,
    unknown
  >;
}

/** Wrong tokens by what is wrong with them. `right` is a valid one, whose claims they copy. */
export async function wrongTokens(right: string): Promise<Record<string, string>> {
  const claims = claimsOf(right);
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  const sign = (changes: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT({ ...claims, ...changes })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
      .sign(privateKey);
  const header = JSON.parse(new TextDecoder().decode(base64url.decode(right.split('.')[0] ?? ''))) as {
    kid?: string;
  };
  const [head = '', body = '', signature = ''] = right.split('.');
  const changed = base64url.encode(JSON.stringify({ ...claims, roles: ['admin'] }));
  const hmac = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', ...(header.kid === undefined ? {} : { kid: header.kid }) })
    .sign(new TextEncoder().encode(JSON.stringify(jwk)));
  return {
    'alg none': new UnsecuredJWT(claims).encode(),
    'a key of its own': await sign({}),
    'a key of its own under a known id': await sign({}, header.kid === undefined ? {} : { kid: header.kid }),
    'a key in its own header': await sign({}, { jwk }),
    'a symmetric key': hmac,
    'changed claims': `${head}.${changed}.${signature}`,
    'no signature': `${head}.${body}.`,
    truncated: right.slice(0, -20),
    'half of it': right.slice(0, right.length / 2),
    'no token at all': 'nonsense',
    'foreign issuer': await sign({ iss: 'https://issuer.example' }),
    'foreign audience': await sign({ aud: 'another-service' }),
    expired: await sign({ exp: soon() - 3600 }),
    'not yet valid': await sign({ nbf: soon() + 3600 }),
  };
}
