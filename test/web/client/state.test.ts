/** The state that a client shows, in every combination of what it depends on. */
import { expect, test } from 'vitest';
import type { ClientState } from '../../../web/client/index.ts';
import { north, setup } from './setup.ts';

interface Facts {
  /** `none`: the next attempt is waited for. `proven`: the server has answered over it. */
  socket: 'none' | 'opening' | 'open' | 'proven';
  /** Five attempts in a row have failed. */
  failing: boolean;
  /** A socket has been open since the client was started. */
  begun: boolean;
}

const sockets = ['none', 'opening', 'open', 'proven'] as const;
const either = [false, true];
const all: Facts[] = sockets.flatMap((socket) =>
  either.flatMap((failing) => either.map((begun) => ({ socket, failing, begun }))),
);

/** An open socket has begun, and one that is proven ends the failures. */
const exists = ({ socket, failing, begun }: Facts) =>
  (begun || socket === 'none' || socket === 'opening') && !(failing && socket === 'proven');

const shown: Record<string, ClientState> = {
  'none, new': 'connecting',
  'none, begun': 'reconnecting',
  'none, failing, new': 'failed',
  'none, failing, begun': 'failed',
  'opening, new': 'connecting',
  'opening, begun': 'reconnecting',
  'opening, failing, new': 'failed',
  'opening, failing, begun': 'failed',
  'open, begun': 'connected',
  'open, failing, begun': 'failed',
  'proven, begun': 'connected',
};

const nameOf = ({ socket, failing, begun }: Facts) =>
  [socket, ...(failing ? ['failing'] : []), begun ? 'begun' : 'new'].join(', ');

/** A client that has come to where the facts are so. */
async function clientWhere({ socket, failing, begun }: Facts) {
  const made = setup({}, (server) => {
    server.mode = 'refuse';
    server.onFrame = () => {};
  });
  const { clock, server, client } = made;
  client.group(north);
  const attempt = async (mode: typeof server.mode) => {
    server.mode = mode;
    client.reconnectNow();
    await clock.advance(0);
  };
  // The first attempt fails of itself.
  await clock.advance(0);
  if (begun) {
    await attempt('accept');
    server.socket.drop();
  }
  while (failing && client.state !== 'failed') await attempt('refuse');
  if (socket !== 'none') await attempt(socket === 'opening' ? 'hang' : 'accept');
  if (socket === 'proven') server.socket.push({ type: 'events', groups: [] });
  return made;
}

test('the table has a row for each combination that can be, and no other', () => {
  expect(Object.keys(shown).sort()).toEqual(all.filter(exists).map(nameOf).sort());
});

test.each(all.filter(exists).map((facts) => [nameOf(facts), facts] as const))(
  '%s: the state, and what a page without a network, the user and the server make of it',
  async (name, facts) => {
    const { client, server } = await clientWhere(facts);
    expect(client.state).toBe(shown[name]);
    expect(server.requests.length > 0).toBe(facts.failing);

    const offline = await clientWhere(facts);
    offline.page.setOnline(false);
    expect(offline.client.state).toBe('disconnected');
    offline.page.setOnline(true);
    // What was waited for is tried at once.
    const tried = facts.socket === 'none' ? nameOf({ ...facts, socket: 'opening' }) : name;
    expect(offline.client.state).toBe(shown[tried]);

    for (const online of either) {
      const closed = await clientWhere(facts);
      closed.page.setOnline(online);
      closed.client.close();
      expect(closed.client.state).toBe('disconnected');
      closed.page.setOnline(!online);
      expect(closed.client.state).toBe('disconnected');
      closed.page.setOnline(true);
      closed.client.reconnectNow();
      expect(closed.client.state).toBe('connecting');
    }

    if (facts.socket !== 'open' && facts.socket !== 'proven') return;
    for (const online of either) {
      const refused = await clientWhere(facts);
      refused.page.setOnline(online);
      const end = { code: 'forbidden', message: '', reconnect: false, afterMs: 0 } as const;
      refused.server.socket.push({ type: 'disconnect', ...end });
      expect(refused.client.state).toBe('error');
      refused.client.close();
      expect(refused.client.state).toBe('disconnected');
    }
  },
);
