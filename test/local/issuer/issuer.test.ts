import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from '../../../bin/sign-in.ts';
import { createIssuer, type Issuer } from '../../../local/issuer/issuer.ts';

let issuer: Issuer;
let origin = '';
const server = createServer((request, response) => {
  if (request.url === '/config.json') {
    response.end(JSON.stringify({ issuer: `${origin}/auth`, clientId: 'spa' }));
    return;
  }
  const original = request.url ?? '';
  issuer.handler(
    Object.assign(request, { originalUrl: original, url: original.replace(/^\/auth/, '') }),
    response,
  );
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  issuer = await createIssuer({
    issuer: `${origin}/auth`,
    users: [{ name: 'ada', claims: { roles: ['operator'], units: ['line:north'] } }],
    clientId: 'spa',
    redirectUris: [`${origin}/`],
    audience: 'pulsecast',
    file: ':memory:',
  });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  issuer.close();
});

test('signing in by code and PKCE gives a JWT access token with the roles and units of the user', async () => {
  const token = await signIn(origin, 'ada');
  const keys = createRemoteJWKSet(new URL(`${origin}/auth/jwks`));
  const { payload } = await jwtVerify(token, keys, { issuer: `${origin}/auth`, audience: 'pulsecast' });
  expect(payload).toMatchObject({ sub: 'ada', roles: ['operator'], units: ['line:north'] });
});

test('a wrong password is refused, and the page says so in the language of the browser', async () => {
  await expect(signIn(origin, 'ada', 'wrong')).rejects.toThrow('does not know "ada"');
});

test('an unknown interaction is an error in words, not a crash', async () => {
  const response = await fetch(`${origin}/auth/interaction/nope`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('Start the sign-in again');
});
