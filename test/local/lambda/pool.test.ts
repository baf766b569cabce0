import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPool } from '../../../local/lambda/pool.ts';
import type { Sandbox } from '../../../local/lambda/sandbox.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A pool that may start one sandbox at once; each start and each run takes so many ms. */
function poolOf(
  { startMs, runMs }: { startMs: number; runMs: number },
  begun: (requestId: string) => void = () => undefined,
) {
  const sandbox = (): Sandbox => ({
    ready: after(startMs).then(() => ({ initMs: startMs })),
    invoke: async () => {
      await after(runMs);
      return { payload: '1', heapBytes: 0 };
    },
    alive: () => true,
    kill: () => undefined,
    stop: async () => undefined,
  });
  return createPool({
    start: async () => sandbox(),
    timeoutMs: 60_000,
    onStart: (_sandbox, requestId) => begun(requestId),
    eager: 1,
    patienceMs: 50,
  });
}

/** Ten invocations at once, each answered. */
async function sizeAfterTen(costs: { startMs: number; runMs: number }): Promise<number> {
  const pool = poolOf(costs);
  const warm = pool.run('{}', 'first');
  await vi.advanceTimersByTimeAsync(costs.startMs + costs.runMs);
  await warm;
  const runs = Promise.all(Array.from({ length: 10 }, (_, index) => pool.run('{}', String(index))));
  await vi.advanceTimersByTimeAsync(20 * (costs.startMs + costs.runMs));
  expect((await runs).map(({ payload }) => payload)).toEqual(Array(10).fill('1'));
  return pool.size();
}

test('no sandbox is added for those who are served before one would have started', async () => {
  expect(await sizeAfterTen({ startMs: 1000, runMs: 60 })).toBe(1);
});

test('sandboxes are added, one after the other, for those who wait longer than a start takes', async () => {
  expect(await sizeAfterTen({ startMs: 100, runMs: 1000 })).toBeGreaterThan(3);
});

test('the more sandboxes there are, the longer somebody has to wait for another', async () => {
  const pool = poolOf({ startMs: 100, runMs: 1000 });
  const runs = Promise.all(Array.from({ length: 200 }, (_, index) => pool.run('{}', String(index))));
  const sizes: number[] = [];
  for (let second = 0; second < 12; second += 1) {
    await vi.advanceTimersByTimeAsync(1000);
    sizes.push(pool.size());
  }
  expect(sizes[1]).toBeGreaterThan(4);
  expect(sizes[11]).toBeGreaterThan(sizes[1] ?? 0);
  // Without it there were one for each fifth of a second.
  expect(sizes[11]).toBeLessThan(30);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await runs).toHaveLength(200);
});

test('what still waits when it is given up is not begun', async () => {
  const begun: string[] = [];
  const pool = poolOf({ startMs: 1000, runMs: 60 }, (requestId) => begun.push(requestId));
  const first = pool.run('{}', 'first');
  const given = new AbortController();
  const second = pool.run('{}', 'second', undefined, given.signal);
  given.abort();
  expect((await second).error?.errorType).toBe('Runtime.GivenUp');
  await vi.advanceTimersByTimeAsync(5000);
  expect((await first).payload).toBe('1');
  expect(begun).toEqual(['first']);
});
