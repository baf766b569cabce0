/** Screens: the real client, many in one process. */
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { WebSocket } from 'ws';
import { apiOf } from '../bin/api.ts';
import type { GroupState, SnapshotItem } from '../core/protocol.ts';
import { type Client, type ClientOptions, createClient, type GroupHandle } from '../web/client/index.ts';
import { liveOf } from './system.ts';

/** As a browser's, without the compression that API Gateway does not have. Attempts are counted. */
class Socket extends WebSocket {
  static attempts = 0;
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { perMessageDeflate: false, skipUTF8Validation: true });
    Socket.attempts += 1;
  }
}

/** Sockets opened so far, successfully or not. */
export const attempts = () => Socket.attempts;

export interface Screen {
  client: Client;
  handle: GroupHandle;
}

export function openScreen(
  origin: string,
  token: string,
  group: string,
  options: Partial<ClientOptions> = {},
): Screen {
  const client = createClient({
    live: liveOf(origin),
    api: `${origin}/api`,
    token: async () => token,
    WebSocket: Socket,
    ...options,
  });
  return { client, handle: client.group(group) };
}

/** Opens screens, 400 a second: API Gateway takes 500 new connections. Resolves when all are live. */
export async function openScreens(count: number, open: (index: number) => Screen): Promise<Screen[]> {
  const screens: Screen[] = [];
  while (screens.length < count) {
    const from = screens.length;
    const rest = pause(125);
    for (let index = from; index < Math.min(count, from + 50); index += 1) screens.push(open(index));
    await rest;
  }
  await until(() => screens.every(isLive), 60_000 + 100 * count, 'the screens are live');
  return screens;
}

export const isLive = ({ client, handle }: Screen) =>
  client.state === 'connected' && handle.status === 'live';

/** Looks 20 times a second. Throws after `ms`. */
export async function until(condition: () => boolean, ms: number, what: string): Promise<void> {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not within ${Math.round(ms / 1000)} s: ${what}.`);
    await pause(50);
  }
}

/** Items by entity and key. */
export type View = Map<string, { rev: number; data: unknown }>;

const viewOf = (items: readonly Pick<SnapshotItem, 'entity' | 'key' | 'rev' | 'data'>[]): View =>
  new Map(items.map(({ entity, key, rev, data }) => [`${entity}#${key}`, { rev, data }]));

/** What the tables hold of a group, read over HTTP. */
async function tableOf(origin: string, token: string, group: string): Promise<View> {
  const api = apiOf(origin, token);
  const items: SnapshotItem[] = [];
  let more: string | undefined;
  do {
    const query = more === undefined ? '' : `?more=${encodeURIComponent(more)}`;
    const page = await api.call<Extract<GroupState, { recovered: false }>>('GET', `groups/${group}${query}`);
    items.push(...page.snapshot);
    more = page.more;
  } while (more !== undefined);
  return viewOf(items);
}

/** How many screens differ from the tables. What is still under way gets some seconds to arrive. */
export async function countUnequal(
  screens: readonly Screen[],
  origin: string,
  token: string,
  withinMs = 15_000,
): Promise<number> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const table = await tableOf(origin, token, screens[0]?.handle.name ?? '');
    const unequal = screens.filter(({ handle }) => !isDeepStrictEqual(viewOf(handle.list()), table));
    if (unequal.length === 0 || performance.now() > deadline) return unequal.length;
    await pause(500);
  }
}
