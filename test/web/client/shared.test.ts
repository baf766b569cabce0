import { describe, expect, test } from 'vitest';
import { createClient } from '../../../web/client/shared.ts';
import { FakeBrowser } from './fake-browser.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';
import { jwt, north, setup, shown, south } from './setup.ts';

function browser() {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  return { clock, server, browser: new FakeBrowser(clock, server) };
}

/** A token source of a person whose tokens say more than their name. */
const person =
  (sub: string, claims: object = {}, issuer = 'https://issuer') =>
  async () =>
    `e30.${Buffer.from(JSON.stringify({ iss: issuer, sub, jti: Math.random(), exp: 9e9, ...claims })).toString('base64url')}.x`;

describe('one socket', () => {
  test('[TAB-1] tabs share one socket, which is subscribed to the union of their groups', async () => {
    const { clock, server, browser: tabs } = browser();
    server.group(north).write({ 'loom-1': 1 });
    server.group(south).write({ 'loom-11': 2 });
    const [one, two, three] = [tabs.open(), tabs.open(), tabs.open()];
    const groups = [one.client.group(north), two.client.group(north), three.client.group(south)];
    await clock.advance(100);
    expect(server.sockets).toHaveLength(1);
    expect([...server.socket.members].sort()).toEqual([north, south]);
    expect(groups.map(shown)).toEqual([{ 'loom-1': 1 }, { 'loom-1': 1 }, { 'loom-11': 2 }]);
    expect(groups.map(({ status }) => status)).toEqual(['live', 'live', 'live']);
    expect([one, two, three].map(({ states }) => states)).toEqual(
      [1, 2, 3].map(() => ['connecting', 'connected']),
    );
    server.write(south, { 'loom-11': 3, 'loom-12': 1 });
    server.write(south, { 'loom-12': undefined });
    await clock.advance(0);
    expect(shown(three.client.group(south))).toEqual({ 'loom-11': 3 });
  });

  test('a push costs one message, an item each listener hears of once', async () => {
    const { clock, server, browser: tabs } = browser();
    const [, two] = [tabs.open(), tabs.open()];
    const group = two.client.group(north);
    await clock.advance(100);
    const changes: unknown[] = [];
    group.onItem(({ key, item }) => changes.push([key, item?.data]));
    const entry = server.write(north, { 'loom-1': 1 });
    server.broadcast(entry);
    server.write(north, { 'loom-1': undefined });
    await clock.advance(10_000);
    expect(changes).toEqual([
      ['loom-1', 1],
      ['loom-1', undefined],
    ]);
    expect(two.client.state).toBe('connected');
  });

  test('a group that the last tab gives up is left; a tab that is gone does not hold it for ever', async () => {
    const { clock, server, browser: tabs } = browser();
    const [, two, three] = [tabs.open(), tabs.open(), tabs.open()];
    const held = two.client.group(north);
    three.client.group(south);
    await clock.advance(100);
    held.release();
    await clock.advance(100);
    expect([...server.socket.members]).toEqual([south]);
    three.kill();
    await clock.advance(200_000);
    expect([...server.socket.members]).toEqual([]);
    const again = two.client.group(north);
    await clock.advance(100);
    expect(again.status).toBe('live');
  });

  test('a refused group is refused in the tab that asked, and spoils no other', async () => {
    const { clock, server, browser: tabs } = browser();
    server.forbidden.add(south);
    const [one, two] = [tabs.open(), tabs.open()];
    const groups = [one.client.group(north), two.client.group(south), two.client.group('no group?')];
    await clock.advance(60_000);
    expect(groups.map(({ status }) => status)).toEqual(['live', 'refused', 'refused']);
    expect(groups[1]?.error?.code).toBe('forbidden');
    expect(server.sockets).toHaveLength(1);
    expect(server.socket.framesOf('subscribe').flatMap(({ groups: asked }) => asked)).toHaveLength(2);
  });

  test('signals, refresh and a try by hand go through the leader; its frames can be tapped', async () => {
    const { clock, server, browser: tabs } = browser();
    const token = person('ann');
    const [one, two] = [tabs.open({ token }), tabs.open({ token })];
    const group = two.client.group(north);
    const frames: unknown[] = [];
    two.client.on('frame', ({ frame }) => frames.push(frame.action ?? frame.type));
    await clock.advance(10_000);
    const heard: unknown[] = [];
    group.onSignal((signal) => heard.push(signal));
    expect(group.signal({ editing: 'a' })).toBe(true);
    await clock.advance(0);
    server.socket.push({ type: 'signal', group: north, from: { user: 'ben' }, data: 1 });
    await clock.advance(0);
    expect(heard).toEqual([{ from: { user: 'ben' }, data: 1 }]);
    expect(server.socket.framesOf('signal')).toMatchObject([{ group: north, data: { editing: 'a' } }]);
    await two.client.refreshToken();
    await clock.advance(0);
    expect(server.socket.framesOf('refresh')).toHaveLength(1);
    expect(frames).toEqual(['subscribe', 'subscribed', 'signal', 'signal', 'refresh', 'refreshed']);
    server.mode = 'refuse';
    server.socket.drop();
    await clock.advance(600);
    server.mode = 'accept';
    expect([one, two].map(({ client }) => client.state)).toEqual(['reconnecting', 'reconnecting']);
    expect(group.status).toBe('stale');
    expect(group.signal({})).toBe(false);
    two.client.reconnectNow();
    await clock.advance(0);
    expect([one, two].map(({ client }) => client.state)).toEqual(['connected', 'connected']);
    expect(group.status).toBe('live');
  });

  test('a follower that is hidden or goes offline by its own account stops nobody', async () => {
    const { clock, server, browser: tabs } = browser();
    const [one, two] = [tabs.open(), tabs.open()];
    const groups = [one, two].map(({ client }) => client.group(north));
    await clock.advance(100);
    two.page.setOnline(false);
    two.page.setVisible(false);
    server.write(north, { 'loom-1': 1 });
    await clock.advance(3_600_000);
    expect(groups.map(({ status }) => status)).toEqual(['live', 'live']);
    expect(groups.map(shown)).toEqual([{ 'loom-1': 1 }, { 'loom-1': 1 }]);
    expect(server.sockets).toHaveLength(1);
  });

  test('without a network all tabs say so, and keep their data; a tab opened then gets it too', async () => {
    const { clock, server, browser: tabs } = browser();
    const [one, two] = [tabs.open(), tabs.open()];
    two.client.group(north);
    await clock.advance(100);
    server.write(north, { 'loom-1': 1 });
    await clock.advance(100);
    server.mode = 'refuse';
    server.http = 'down';
    one.page.setOnline(false);
    server.socket.drop();
    const three = tabs.open();
    const group = three.client.group(north);
    await clock.advance(1000);
    expect([one, two, three].map(({ client }) => client.state)).toEqual([1, 2, 3].map(() => 'disconnected'));
    expect([group.status, shown(group)]).toEqual(['stale', { 'loom-1': 1 }]);
  });

  test('polling, when there is no socket, is done once for all tabs', async () => {
    const { clock, server, browser: tabs } = browser();
    server.mode = 'refuse';
    const [one, two] = [tabs.open(), tabs.open()];
    const groups = [one, two].map(({ client }) => client.group(north));
    await clock.advance(60_000);
    expect([one, two].map(({ client }) => client.state)).toEqual(['failed', 'failed']);
    const before = server.requests.length;
    server.group(north).write({ 'loom-1': 1 });
    await clock.advance(20_000);
    expect(groups.map(shown)).toEqual([{ 'loom-1': 1 }, { 'loom-1': 1 }]);
    expect(server.requests.length - before).toBe(2);
  });

  test('timers of a hidden leader that the browser holds back are caught up with when a tab asks', async () => {
    const { clock, server, browser: tabs } = browser();
    const [one, two] = [tabs.open(), tabs.open()];
    await clock.advance(100);
    server.mode = 'refuse';
    server.socket.drop();
    await clock.advance(100);
    server.mode = 'accept';
    one.slowTimers = true;
    await clock.advance(6500);
    expect(two.client.state).toBe('connected');
  });
});

describe('hand-over', () => {
  test.each(['close', 'kill'] as const)(
    '[TAB-2] when the leader goes (%s) the next resumes from the offsets that it holds: no snapshot, no flicker',
    async (how) => {
      const { clock, server, browser: tabs } = browser();
      server.group(north).write({ 'loom-1': 1, 'loom-2': 2 });
      const [one, two, three] = [tabs.open(), tabs.open(), tabs.open()];
      const groups = [two, three].map(({ client }) => client.group(north));
      await clock.advance(100);
      const statuses = new Set<string>();
      const changes: unknown[] = [];
      for (const group of groups) {
        group.onChange(() => statuses.add(group.status));
        group.onItem(({ key, item }) => changes.push([key, item?.data]));
      }
      const { offset } = groups[0] ?? {};
      if (how === 'kill') one.kill();
      else one.client.close();
      server.group(north).write({ 'loom-1': 5 });
      await clock.advance(10_000);
      expect(server.sockets).toHaveLength(2);
      expect(server.open).toEqual([server.socket]);
      expect(server.socket.framesOf('subscribe')).toMatchObject([
        { groups: [{ group: north, after: offset }] },
      ]);
      expect(groups.map(shown)).toEqual([1, 2].map(() => ({ 'loom-1': 5, 'loom-2': 2 })));
      expect(changes).toEqual([1, 2].map(() => ['loom-1', 5]));
      expect([...statuses]).toEqual(['live']);
      expect([two, three].map(({ states }) => states)).toEqual([1, 2].map(() => ['connecting', 'connected']));
    },
  );

  test('[TAB-2] a leader that is frozen loses the lock, and follows once it wakes: one socket again', async () => {
    const { clock, server, browser: tabs } = browser();
    const [one, two] = [tabs.open(), tabs.open()];
    const groups = [one, two].map(({ client }) => client.group(north));
    await clock.advance(100);
    one.freeze();
    await clock.advance(30_000);
    expect(two.leads).toBe(true);
    server.write(north, { 'loom-1': 1 });
    expect(shown(groups[1] ?? two.client.group(north))).toEqual({ 'loom-1': 1 });
    one.thaw();
    await clock.advance(10_000);
    expect(server.open).toEqual(two.sockets);
    expect(groups.map(shown)).toEqual([{ 'loom-1': 1 }, { 'loom-1': 1 }]);
    server.write(north, { 'loom-1': 2 });
    await clock.advance(0);
    expect(groups.map(shown)).toEqual([{ 'loom-1': 2 }, { 'loom-1': 2 }]);
    expect([one, two].map(({ client }) => client.state)).toEqual(['connected', 'connected']);
    expect([one, two].map(({ states }) => states)).toEqual([1, 2].map(() => ['connecting', 'connected']));
  });

  test('a computer that slept hands nothing over: it was not the leader that was silent', async () => {
    const { clock, server, browser: tabs } = browser();
    const [one] = [tabs.open(), tabs.open()];
    await clock.advance(1000);
    for (let night = 0; night < 5; night += 1) {
      clock.sleep(15 * 60_000);
      await clock.advance(10_000);
    }
    expect(one.leads).toBe(true);
    expect(server.sockets).toHaveLength(1);
  });

  test('[TAB-2] a new leader that gets no connection says so after 5 s', async () => {
    const { clock, server, browser: tabs } = browser();
    const [one, two, three] = [tabs.open(), tabs.open(), tabs.open()];
    const groups = [two, three].map(({ client }) => client.group(north));
    await clock.advance(100);
    server.mode = 'hang';
    one.kill();
    await clock.advance(4900);
    expect([two, three].map(({ client }) => client.state)).toEqual(['connected', 'connected']);
    await clock.advance(200);
    expect([two, three].map(({ client }) => client.state)).toEqual(['connecting', 'connecting']);
    expect(groups.map(({ status }) => status)).toEqual(['stale', 'stale']);
    server.mode = 'accept';
    await clock.advance(30_000);
    expect(groups.map(({ status }) => status)).toEqual(['live', 'live']);
    expect(server.open).toHaveLength(1);
  });

  test('[TAB-3] a new leader that knows less than those who follow it takes nothing back from them', async () => {
    const { clock, server, browser: tabs } = browser();
    const [one, two, three] = [tabs.open(), tabs.open(), tabs.open()];
    const [mine, theirs] = [two, three].map(({ client }) => client.group(north));
    await clock.advance(100);
    two.freeze();
    server.write(north, { 'loom-1': 1 });
    await clock.advance(100);
    const changes: unknown[] = [];
    theirs?.onItem(({ item }) => changes.push(item?.data));
    let answer = () => {};
    server.onFrame = (socket, frame) => {
      answer = () => server.answer(socket, frame);
    };
    two.lose();
    two.thaw();
    one.kill();
    await clock.advance(1000);
    expect(two.leads).toBe(true);
    expect([mine?.list(), theirs?.list()].map((items) => items?.length)).toEqual([0, 1]);
    server.onFrame = undefined;
    answer();
    await clock.advance(5000);
    expect([mine?.list(), theirs?.list()].map((items) => items?.length)).toEqual([1, 1]);
    expect(changes).toEqual([]);
  });

  test('[TAB-3] a tab that missed what its leader said asks again, and takes no change without what it changes', async () => {
    const { clock, server, browser: tabs } = browser();
    const [, two] = [tabs.open(), tabs.open()];
    const group = two.client.group(north);
    await clock.advance(100);
    two.freeze();
    server.write(north, { 'loom-1': 1 });
    await clock.advance(100);
    two.lose();
    two.thaw();
    server.write(north, { 'loom-2': 2 });
    await clock.advance(100);
    expect(shown(group)).toEqual({});
    await clock.advance(6000);
    expect(shown(group)).toEqual({ 'loom-1': 1, 'loom-2': 2 });
  });

  test('a leader whose credential is refused steps aside for a tab that has a better one', async () => {
    const { clock, server, browser: tabs } = browser();
    let wrong = true;
    const good = person('ann');
    const bad = good();
    const [one, two] = [tabs.open({ token: () => bad }), tabs.open({ token: good })];
    server.onFrame = (socket, frame) => {
      if (!wrong) return server.answer(socket, frame);
      socket.push({ type: 'error', code: 'token_expired', message: 'old' });
    };
    const group = two.client.group(north);
    await clock.advance(0);
    wrong = false;
    await clock.advance(5000);
    expect([one, two].map(({ client }) => client.state)).toEqual(['error', 'connected']);
    expect(one.client.error?.code).toBe('token_expired');
    expect(group.status).toBe('live');
    one.client.reconnectNow();
    await clock.advance(1000);
    expect(one.client.state).toBe('connected');
    expect(server.open).toHaveLength(1);
  });

  test('close leaves no timer, no listener, no lock; reconnectNow undoes it', async () => {
    const { clock, server, browser: tabs } = browser();
    const [one, two] = [tabs.open(), tabs.open()];
    const group = two.client.group(north);
    await clock.advance(1000);
    for (const { client } of [one, two]) client.close();
    expect(clock.pending).toBe(0);
    expect([one, two].map(({ page }) => page.listeners.size)).toEqual([0, 0]);
    await clock.advance(1000);
    expect([tabs.holders.size, server.open.length]).toEqual([0, 0]);
    expect([one, two].map(({ client }) => client.state)).toEqual(['disconnected', 'disconnected']);
    for (const { client } of [one, two]) client.reconnectNow();
    await clock.advance(1000);
    expect(group.status).toBe('live');
    expect(server.open).toHaveLength(1);
  });
});

describe('who shares', () => {
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
});
