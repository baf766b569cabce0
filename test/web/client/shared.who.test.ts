import { expect, test } from 'vitest';
import { createClient } from '../../../web/client/shared.ts';
import { jwt, north, setup } from './setup.ts';
import { browser, person } from './setup-tabs.ts';

test('[TAB-1] other people, rights, issuers and endpoints have their own sockets; a new token of the same person does not', async () => {
  const { clock, server, browser: tabs } = browser();
  for (const token of [
    person('ann'),
    person('ann'),
    person('ben'),
    person('ann', { roles: ['admin'] }),
    person('ann', {}, 'https://other'),
    async () => undefined,
    async () => undefined,
    async () => 'opaque',
  ]) {
    tabs.open({ token });
  }
  tabs.open({ live: 'wss://elsewhere/live' });
  await clock.advance(1000);
  expect(server.sockets).toHaveLength(7);
});

test('a tab whose person changes leaves the others and joins those of the new one', async () => {
  const { clock, server, browser: tabs } = browser();
  let token = person('ann');
  const [one, two, three] = [
    tabs.open({ token: () => token() }),
    tabs.open({ token: person('ann') }),
    tabs.open({ token: person('ben') }),
  ];
  const group = one.client.group(north);
  await clock.advance(1000);
  expect(server.open).toHaveLength(2);
  token = person('ben');
  await one.client.refreshToken();
  await clock.advance(1000);
  expect([one, two, three].map(({ leads }) => leads)).toEqual([false, true, true]);
  expect(server.open).toHaveLength(2);
  expect([...(three.sockets[0]?.members ?? [])]).toEqual([north]);
  expect(group.status).toBe('live');
  expect(new Set(server.open.map(({ token: given }) => given))).toHaveProperty('size', 2);
});

test('a token that cannot be had is asked for again, as by a tab alone; then the tab shares', async () => {
  const { clock, server, browser: tabs } = browser();
  tabs.open();
  let failures = 2;
  const two = tabs.open({
    token: async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('the issuer is down');
      return undefined;
    },
  });
  const group = two.client.group(north);
  await clock.advance(20_000);
  expect(group.status).toBe('live');
  expect(two.leads).toBe(false);
  expect(server.sockets).toHaveLength(1);
});

test('[TAB-4] a page without locks or channels has a socket of its own', async () => {
  const { clock, server } = setup();
  const options = { live: 'wss://host/live', api: '/api', token: async () => undefined, clock };
  const client = createClient({ ...options, WebSocket: server.WebSocket });
  await clock.advance(0);
  expect(server.sockets).toHaveLength(2);
  expect(client.state).toBe('connected');
  client.close();
});

test('[TAB-4] a page that may not use its locks has a socket of its own', async () => {
  const { clock, server, browser: tabs } = browser();
  tabs.denied = true;
  const [one, two] = [tabs.open(), tabs.open()];
  const groups = [one, two].map(({ client }) => client.group(north));
  await clock.advance(60_000);
  expect(groups.map(({ status }) => status)).toEqual(['live', 'live']);
  expect(server.sockets).toHaveLength(2);
});

test('claims that come with each token are no difference', async () => {
  const { clock, server, browser: tabs } = browser();
  tabs.open({ token: async () => jwt(0, 9e12, 'ann') });
  tabs.open({ token: async () => jwt(1000, 8e12, 'ann') });
  await clock.advance(1000);
  expect(server.sockets).toHaveLength(1);
});

test('a tab whose tokens are each another, and name nobody, connects and does not ask in a loop', async () => {
  const { clock, server, browser: tabs } = browser();
  let asked = 0;
  const one = tabs.open({
    token: async () => {
      asked += 1;
      return `opaque ${asked}`;
    },
  });
  for (let turn = 0; turn < 20; turn += 1) await clock.advance(100);
  expect(one.client.state).toBe('connected');
  expect(server.sockets).toHaveLength(1);
  expect(asked).toBeLessThan(3);
});
