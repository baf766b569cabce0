import { FakeBrowser } from './fake-browser.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';

/** A browser without tabs, on a fake clock and server. */
export function browser() {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  return { clock, server, browser: new FakeBrowser(clock, server) };
}

/** A token source of a person whose tokens say more than their name. */
export const person =
  (sub: string, claims: object = {}, issuer = 'https://issuer') =>
  async () =>
    `e30.${Buffer.from(JSON.stringify({ iss: issuer, sub, jti: Math.random(), exp: 9e9, ...claims })).toString('base64url')}.x`;
