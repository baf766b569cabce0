import { expect, test } from 'vitest';
import { endOf, renewIn } from '../../../web/client/token.ts';
import { jwt, north, setup } from './setup.ts';

const minute = 60_000;
const never = Number.POSITIVE_INFINITY;

test('the end of a token is read without verification, and garbage has none', () => {
  expect(endOf(jwt(1000, 5000))).toBe(5000);
  for (const text of ['', 'a', 'a.b.c', 'a.bnVsbA.c', 'a.e30.c', 'a.WzFd.c']) expect(endOf(text)).toBe(never);
});

test('[TOKEN-5] a token is renewed when half of what is left of it has gone, not more often than each 5 s', () => {
  expect(renewIn(jwt(0, 60 * minute), 0)).toBe(30 * minute);
  expect(renewIn(jwt(0, 60 * minute), 50 * minute)).toBe(5 * minute);
  expect(renewIn(jwt(0, minute), minute - 4000)).toBe(5000);
  expect(renewIn(jwt(0, minute), minute)).toBe(never);
  expect(renewIn('a.e30.c', 0)).toBe(never);
});

/** A token source: each new one lives an hour from now. */
function issuer(now: () => number) {
  const asked: boolean[] = [];
  let token = jwt(now(), now() + 60 * minute, 'first');
  return {
    asked,
    token: async ({ fresh }: { fresh: boolean }) => {
      asked.push(fresh);
      if (fresh) token = jwt(now(), now() + 60 * minute, `fresh ${asked.length}`);
      return token;
    },
  };
}

test('[TOKEN-5] a token is renewed in band before it expires, on the same socket, again and again', async () => {
  let now = () => 1_763_638_000_000;
  const source = issuer(() => now());
  const { clock, server } = setup({ token: source.token });
  now = clock.now;
  await clock.advance(61 * minute);
  expect(server.sockets).toHaveLength(1);
  const tokens = server.socket.framesOf('refresh').map(({ token }) => token);
  expect(tokens).toHaveLength(2);
  expect(new Set(tokens).size).toBe(2);
  expect(source.asked).toEqual([false, true, true]);
});

test('a renewal that brings the same token is tried again without a frame', async () => {
  const token = jwt(1_763_638_000_000, 1_763_638_000_000 + 10 * minute);
  const asked: boolean[] = [];
  const { clock, server } = setup({
    token: async ({ fresh }) => {
      asked.push(fresh);
      return token;
    },
  });
  await clock.advance(9.9 * minute);
  expect(server.socket.framesOf('refresh')).toEqual([]);
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.length).toBeLessThan(15);
});

test.each(['token_expired', 'unauthorized'] as const)(
  'after %s a fresh token is asked for once, and connects',
  async (code) => {
    const source = issuer(() => 1_763_638_000_000);
    const { clock, server, client, states } = setup({ token: source.token });
    await clock.advance(0);
    server.socket.push({ type: 'disconnect', code, message: '', reconnect: false, afterMs: 0 });
    await clock.advance(1000);
    expect(source.asked).toEqual([false, true]);
    expect(client.state).toBe('connected');
    expect(server.sockets[1]?.token).not.toBe(server.sockets[0]?.token);
    expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
  },
);

test('[TOKEN-5] a second refusal soon after is final', async () => {
  const source = issuer(() => 1_763_638_000_000);
  const { clock, server, client } = setup({ token: source.token });
  await clock.advance(0);
  for (let round = 0; round < 2; round += 1) {
    server.socket.push({ type: 'error', code: 'unauthorized', message: 'no' });
    await clock.advance(1000);
  }
  expect(client.state).toBe('error');
  expect(client.error).toEqual({ code: 'unauthorized', message: 'no' });
  expect(server.sockets).toHaveLength(2);
});

test('[TOKEN-5] the token that was refused is not offered again', async () => {
  const { clock, server, client } = setup({ token: async () => 'a.b.c' });
  await clock.advance(0);
  server.socket.push({
    type: 'disconnect',
    code: 'token_expired',
    message: 'old',
    reconnect: false,
    afterMs: 0,
  });
  await clock.advance(60 * minute);
  expect(client.state).toBe('error');
  expect(client.error?.code).toBe('token_expired');
  expect(server.sockets).toHaveLength(1);
  expect(clock.pending).toBe(1);
});

test('a token known to have expired is replaced before it is offered', async () => {
  const source = issuer(() => 1_763_638_000_000 - 61 * minute);
  const { clock, server } = setup({
    token: async ({ fresh }) => (fresh ? jwt(0, 9e12) : source.token({ fresh })),
  });
  await clock.advance(0);
  expect(server.socket.token).toBe(jwt(0, 9e12));
});

test('a token that cannot be had counts as a failed attempt and is asked for again', async () => {
  let failures = 2;
  const { clock, server, client, errors } = setup({
    token: async () => {
      if (failures === 0) return 'a.b.c';
      failures -= 1;
      throw new Error('the issuer is down');
    },
  });
  await clock.advance(10_000);
  expect(client.state).toBe('connected');
  expect(server.sockets).toHaveLength(1);
  expect(errors.map(String)).toEqual(['Error: the issuer is down', 'Error: the issuer is down']);
});

test('a refresh by hand hands over the new token and asks again for what was refused', async () => {
  const source = issuer(() => 1_763_638_000_000);
  const { clock, server, client } = setup({ token: source.token });
  server.forbidden.add(north);
  const group = client.group(north);
  await clock.advance(0);
  expect(group.status).toBe('refused');
  server.forbidden.delete(north);
  await Promise.all([client.refreshToken(), client.refreshToken()]);
  await clock.advance(0);
  expect(group.status).toBe('live');
  expect(group.error).toBeUndefined();
  expect(server.socket.framesOf('refresh')).toHaveLength(1);
});

test('a refresh that the server cannot take now is repeated before the old token ends', async () => {
  let now = () => 1_763_638_000_000;
  const source = issuer(() => now());
  const { clock, server, client } = setup({ token: source.token });
  now = clock.now;
  let refuse = true;
  server.onFrame = (socket, frame) => {
    if (!refuse || frame.action !== 'refresh') return server.answer(socket, frame);
    refuse = false;
    socket.push({ type: 'error', id: frame.id ?? '', code: 'internal', message: '' });
  };
  await clock.advance(59 * minute);
  expect(server.socket.framesOf('refresh')).toHaveLength(2);
  expect(client.state).toBe('connected');
});

test('a refresh of a client that is closed asks for nothing', async () => {
  const asked: boolean[] = [];
  const { clock, client } = setup({
    token: async ({ fresh }) => {
      asked.push(fresh);
      return 'a.b.c';
    },
  });
  await clock.advance(0);
  client.close();
  await client.refreshToken();
  expect(asked).toEqual([false]);
});
