/** How random runs are started, what they watch, and what has to be true once everything has come to rest. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { bundle } from '../../../bin/build-client.ts';
import type { Client, GroupHandle } from '../../../web/client/index.ts';
import type { FakeClock } from './fake-clock.ts';
import type { FakeServer } from './fake-server.ts';
import { shown } from './setup.ts';

/** A client, what it looks at, and each `rev` that it saw not to rise. */
export interface Viewer {
  client: Client;
  groups: ReadonlyMap<string, GroupHandle>;
  fallen: readonly string[];
}

/** What is run: the sources, and less often the package as it is built, whose inner names are shortened. */
export const builds = [
  ['its sources', 100],
  ['its bundle', 25],
] as const;

/** A module of the client, as it is or as the package has it. */
export async function clientOf<M>(build: string, name: string): Promise<M> {
  if (build === 'its sources') return import(`../../../web/client/${name}.ts`);
  const { code } = await bundle(name);
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
}

/** Runs a property with a seed that is printed; `SEED=7 RUNS=1` replays, with `SHRINK=1` for the smallest failure. */
export async function explore<T>(name: string, runs: number, property: fc.IAsyncProperty<T>): Promise<void> {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  console.log(`${name}: SEED=${seed}`);
  const numRuns = Number(process.env.RUNS ?? runs);
  await fc.assert(property, { seed, numRuns, endOnFailure: process.env.SHRINK === undefined });
}

/** Notes each `rev` of a group that does not rise. */
export function watch(group: GroupHandle, fallen: string[]): GroupHandle {
  const revs = new Map<string, number>();
  group.onItem(({ key, item }) => {
    if (item === undefined) return;
    if (item.rev <= (revs.get(key) ?? 0)) fallen.push(`${group.name} ${key} ${revs.get(key)} -> ${item.rev}`);
    revs.set(key, item.rev);
  });
  return group;
}

/** Each view is the table, each `rev` only rose, there are so many sockets, and nothing is left once all are closed. */
export function expectAtRest(
  viewers: readonly Viewer[],
  { server, clock, sockets }: { server: FakeServer; clock: FakeClock; sockets: number },
): void {
  for (const { client, groups, fallen } of viewers) {
    expect(client.state).toBe('connected');
    for (const [name, group] of groups) {
      expect([name, group.status]).toEqual([name, 'live']);
      expect([name, shown(group)]).toEqual([name, server.group(name).expected()]);
    }
    expect(fallen).toEqual([]);
  }
  expect(server.open).toHaveLength(sockets);
  for (const { client } of viewers) client.close();
  expect(clock.pending).toBe(0);
}
