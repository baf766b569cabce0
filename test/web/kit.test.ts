import { effect } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { announce, announceAfterMs, announcement } from '../../web/kit/announce.ts';
import { learnTime, now, serverTime } from '../../web/kit/clock.ts';
import { formatAge, formatClock, formatDuration, formatLength } from '../../web/kit/duration.ts';
import { GroupStore, shown, shownWithinMs } from '../../web/kit/live.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-20T12:00:00Z') });
});
afterEach(() => {
  learnTime(new Date().toUTCString());
  vi.useRealTimers();
});

describe('the clock', () => {
  test('ticks each second while something looks at it, and not otherwise', () => {
    expect(vi.getTimerCount()).toBe(0);
    const seen: number[] = [];
    const stop = effect(() => void seen.push(now.value));
    vi.advanceTimersByTime(3000);
    expect(seen.slice(-3).map((at) => at - (seen[0] ?? 0))).toEqual([1000, 2000, 3000]);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('shows the time of the server when this device is wrong by more than a moment', () => {
    learnTime('Fri, 20 Nov 2026 11:50:00 GMT');
    expect(serverTime(Date.now())).toBe(Date.parse('2026-11-20T11:50:00Z'));
    learnTime('Fri, 20 Nov 2026 11:59:58 GMT');
    expect(serverTime(Date.now())).toBe(Date.now());
    learnTime(null);
    expect(serverTime(Date.now())).toBe(Date.now());
  });
});

test('a length of time is exact, without the parts that are zero', () => {
  expect([-5, 430, 42_000, 59_960, 420_000, 3_605_400, 180_000_000].map(formatLength)).toEqual([
    '0 s',
    '0.4 s',
    '42 s',
    '1 min',
    '7 min',
    '1 h 5 s',
    '50 h',
  ]);
});

test('durations are in words that fit a tile', () => {
  const minute = 60_000;
  expect([-5, 42_000, 7 * minute, 200 * minute, 180 * minute, 5000 * minute].map(formatDuration)).toEqual([
    '0 s',
    '42 s',
    '7 min',
    '3 h 20 min',
    '3 h',
    '3 d',
  ]);
  expect(formatClock(3_600_000 * 3 + 7 * minute + 42_000)).toBe('3:07:42');
  expect(formatAge(1000, 2500)).toBe('just now');
  expect(formatAge(1000, 61_000)).toBe('1 min ago');
});

test('announcements are gathered, and only the latest few are read out', () => {
  for (const word of ['one', 'two', 'three', 'four', 'two', 'five']) announce(word);
  expect(announcement.value).toBe('');
  vi.advanceTimersByTime(announceAfterMs);
  expect(announcement.value).toBe('three four two five');
});

describe('a group store', () => {
  test('an update wakes those who look at that item, and the list only when it changes', () => {
    const store = new GroupStore();
    store.set('machine', 'a', 1, { counter: 1 });
    store.set('machine', 'b', 1, { counter: 1 });
    const woken = { a: 0, b: 0, keys: 0 };
    const looks = {
      a: () => store.item('machine', 'a').value,
      b: () => store.item('machine', 'b').value,
      keys: () => store.keys('machine').value,
    };
    const stops = (['a', 'b', 'keys'] as const).map((name) =>
      effect(() => {
        looks[name]();
        woken[name] += 1;
      }),
    );
    store.set('machine', 'b', 2, { counter: 2 });
    expect(woken).toEqual({ a: 1, b: 2, keys: 1 });
    store.set('machine', 'a', 2, undefined);
    expect(woken).toEqual({ a: 2, b: 2, keys: 2 });
    expect(store.list('machine')).toEqual([{ key: 'b', rev: 2, data: { counter: 2 } }]);
    for (const stop of stops) stop();
  });
});

describe('the state after a command', () => {
  const waits = (rev: number) => {
    const done = vi.fn();
    void shown(rev).then(done);
    return done;
  };

  test('is waited for until a group of the page has it, and not when it has come already', async () => {
    const done = waits(11);
    const store = new GroupStore();
    store.set('request', 's-1', 10, {});
    await vi.advanceTimersByTimeAsync(100);
    expect(done).not.toHaveBeenCalled();
    store.set('request', 's-1', 11, {});
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    const again = waits(11);
    await vi.advanceTimersByTimeAsync(0);
    expect(again).toHaveBeenCalledOnce();
  });

  test('of what it removes is that it is gone', async () => {
    const store = new GroupStore();
    store.set('person', 'maria', 20, {});
    const done = waits(21);
    store.set('person', 'maria', 0, undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toHaveBeenCalledOnce();
  });

  test('is not waited for longer than a moment, as nothing may come', async () => {
    const done = waits(99);
    await vi.advanceTimersByTimeAsync(shownWithinMs - 1);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledOnce();
  });
});
