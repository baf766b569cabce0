import type { ClientOptions, ClientState, Entities, GroupHandle } from '../../../web/client/index.ts';
import { createClient } from '../../../web/client/index.ts';
import { FakeClock } from './fake-clock.ts';
import { FakePage, FakeServer } from './fake-server.ts';

export const north = 'factory/line/north';
export const south = 'factory/line/south';

/** A client on a fake clock, page and server; `states` are those it went through. */
export function setup<E extends object = Entities>(
  options: Partial<ClientOptions> = {},
  prepare?: (server: FakeServer) => void,
  create = createClient,
) {
  const clock = new FakeClock();
  const server = new FakeServer(clock);
  prepare?.(server);
  const page = new FakePage();
  const errors: unknown[] = [];
  const client = create<E>({
    live: 'wss://host/live',
    api: '/api',
    token: async () => undefined,
    WebSocket: server.WebSocket,
    fetch: server.fetch,
    clock,
    random: () => 0.5,
    environment: page,
    onError: (error) => errors.push(error),
    ...options,
  });
  const states: ClientState[] = [client.state];
  client.onState((state) => states.push(state));
  return { clock, server, page, client, states, errors };
}

/** What a screen would show: the data of each item by key. */
export function shown(handle: GroupHandle): Record<string, unknown> {
  return Object.fromEntries(handle.list().map((item) => [item.key, item.data]));
}

/** An unsigned JWT that lives from `from` to `until`, in epoch ms. */
export function jwt(from: number, until: number, name = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ iat: from / 1000, exp: until / 1000, name })}.${part({})}`;
}
