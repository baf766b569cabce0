/**
 * All sockets cut at once, while pulses go on: how long until every client is back with a view that equals the tables,
 * and what that costs, against what the first connection of the same clients cost.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ApiProblem } from '../bin/api.ts';
import { demoUsers } from '../bin/demo/users.ts';
import { signIn } from '../bin/sign-in.ts';
import type { ConnectionInfo } from '../local/gateway/gateway.ts';
import { startChild } from './child.ts';
import { printFigure, printTitle } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { attempts, countUnequal, isLive, openScreen, openScreens, type Screen, until } from './screens.ts';
import { addLine, meterOf, spent, withAssembly } from './system.ts';

/** Screens of one user, as on the walls of a plant; a user's own limits are not what is measured. */
const screensPerUser = 50;

/** API Gateway's quota of new connections a second. */
const quota = 500;

const kinds = [
  ['websocket.messages', 'WebSocket messages, both ways'],
  ['http.requests', 'HTTP calls'],
  ['lambda.requests', 'function runs'],
  ['dynamodb.readUnits', 'read units'],
  ['dynamodb.writeUnits', 'write units'],
] as const;

const connectionsOf = async (origin: string) =>
  (await (await fetch(`${origin}/_local/connections`)).json()) as ConnectionInfo[];

/** Most of the times (epoch ms) that fall into one second. */
function peakPerSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let peak = 0;
  let from = 0;
  sorted.forEach((time, at) => {
    while (time - (sorted[from] ?? 0) >= 1000) from += 1;
    peak = Math.max(peak, at - from + 1);
  });
  return peak;
}

/** Closes every socket from the server's side; how many those were. */
async function cutAll(origin: string): Promise<number> {
  const response = await fetch(`${origin}/_local/connections`, { method: 'DELETE' });
  return ((await response.json()) as { closed: number }).closed;
}

async function tokensOf(origin: string, users: readonly string[]): Promise<string[]> {
  const tokens: string[] = [];
  for (let at = 0; at < users.length; at += 8)
    tokens.push(...(await Promise.all(users.slice(at, at + 8).map((user) => signIn(origin, user)))));
  return tokens;
}

/** As a device does: what the server failed to take, busy as it is, goes out again. */
async function persistently<T>(attempt: () => Promise<T>, onRepeat: () => void): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiProblem && error.status >= 500)) throw error;
      onRepeat();
    }
  }
}

export async function storm({ clients = 1000 }: BenchOptions): Promise<void> {
  printTitle('Reconnect storm');
  await withAssembly((assembly) => run(assembly, clients));
}

async function run(assembly: string, clients: number): Promise<void> {
  const users = Array.from(
    { length: Math.ceil(clients / screensPerUser) },
    (_, index) => `wall-${index + 1}`,
  );
  const walls = users.map((name) => ({ name, claims: { name, roles: ['admin'], units: [] } }));
  const child = await startChild('system', { assembly, users: [...demoUsers, ...walls] });
  const { origin } = child;
  const admin = await signIn(origin, 'admin');
  const line = await addLine(origin, admin, 6);
  const [machine = ''] = line.machines;
  const tokens = await tokensOf(origin, users);
  let counter = await line.post(machine);
  const isBack = (screen: Screen) =>
    isLive(screen) &&
    (screen.handle.get('machine', machine)?.data as { counter: number } | undefined)?.counter === counter;

  const empty = await meterOf(origin);
  const screens = await openScreens(clients, (index) =>
    openScreen(origin, tokens[index % tokens.length] ?? '', line.group),
  );
  // Presence, gathered for some seconds, is part of the price.
  await pause(5000);
  const before = await meterOf(origin);
  const tried = attempts();

  const started = performance.now();
  const cutAt = Date.now();
  const cut = cutAll(origin).then((count) => ({ count, ms: performance.now() - started }));
  let repeats = 0;
  for (let pulse = 0; pulse < 20; pulse += 1) {
    counter = await persistently(
      () => line.post(machine),
      () => {
        repeats += 1;
      },
    );
    await pause(50);
  }
  const closed = await cut;
  await until(
    () => attempts() - tried >= closed.count && screens.every(isBack),
    60_000 + 100 * clients,
    'all clients are back',
  );
  const seconds = (performance.now() - started) / 1000;
  const opened = (await connectionsOf(origin)).filter(({ connectedAt }) => connectedAt >= cutAt);
  const unequal = await countUnequal(screens, origin, admin);
  await pause(5000);
  const after = await meterOf(origin);

  const within = `by the server within ${closed.ms.toFixed(0)} ms, 20 pulses meanwhile, ${repeats} of them sent again`;
  printFigure('clients cut', closed.count, 'clients', `of ${clients}, ${within}`);
  printFigure(
    'back with the newest state',
    seconds,
    's',
    `${(clients / quota).toFixed(1)} s if they came at the quota of ${quota}/s`,
  );
  printFigure('views that differ from the tables', unequal, 'views');
  printFigure(
    'peak of new connections in a second',
    peakPerSecond(opened.map(({ connectedAt }) => connectedAt)),
    '/s',
    `API Gateway takes ${quota}/s; ${((attempts() - tried) / clients).toFixed(2)} attempts a client`,
  );
  for (const [kind, name] of kinds) {
    const first = spent(empty, before, kind) / clients;
    printFigure(
      `${name} for each client`,
      spent(before, after, kind) / clients,
      '',
      `${first.toFixed(2)} at its first connection in the same run`,
    );
  }
  for (const { client } of screens) client.close();
  await child.stop();
}
