import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonBytes } from '../../core/log.ts';
import type { SnapshotItem } from '../../core/protocol.ts';
import { maxItemBytes } from '../../lambdas/adapters/items.ts';
import {
  type Candidates,
  decodeCursor,
  encodeCursor,
  fitMissing,
  roomForItems,
  type Standing,
  shareRoom,
} from '../../lambdas/paging.ts';
import { codeOf } from './support.ts';

const maxBytes = 32 * 1024 - 512;
const offset = 1_763_638_000_000;
const text = (length: number) => 'x'.repeat(length);
const itemOf = (key: string, bytes: number): SnapshotItem => ({
  entity: 'lamp',
  key,
  rev: offset,
  data: { note: text(bytes) },
});

const wanted = fc.record({
  name: fc.integer({ min: 1, max: 180 }),
  missing: fc.option(fc.integer({ min: 0, max: 40_000 })),
  items: fc.array(fc.integer({ min: 0, max: maxItemBytes - 100 }), { maxLength: 8 }),
  key: fc.integer({ min: 1, max: 500 }),
});

function answer(groups: readonly { name: number; missing: number | null; items: number[]; key: number }[]) {
  const standings = groups.map(({ name, missing }, index): Standing => {
    const group = `house/room/${index}${text(name)}`;
    if (missing === null) return { kind: 'snapshot', group, start: { offset, partition: 0 } };
    const events = missing === 0 ? [] : [{ ...itemOf('a', missing), op: 'put' as const }];
    return { kind: 'missing', group, offset, events };
  });
  const fitted = fitMissing(standings, maxBytes);
  const candidates = fitted.flatMap((standing, index): Candidates[] => {
    if (standing.kind !== 'snapshot') return [];
    const items = (groups[index]?.items ?? []).map((bytes, place) => {
      const key = `${place}${text(groups[index]?.key ?? 1)}`;
      return { item: itemOf(key, bytes), next: { offset, partition: 0, after: `lamp#${key}` } };
    });
    return [{ group: standing.group, start: standing.start, items, done: true }];
  });
  const pages = shareRoom(candidates, roomForItems(fitted, maxBytes));
  const recovered = fitted.flatMap((standing) =>
    standing.kind === 'missing'
      ? [{ group: standing.group, offset, recovered: true as const, events: standing.events }]
      : [],
  );
  return { states: [...recovered, ...pages], pages, candidates };
}

describe('a reply', () => {
  test('[SUB-5] stays within one frame for any groups, names, events and items', () => {
    fc.assert(
      fc.property(fc.array(wanted, { minLength: 1, maxLength: 50 }), (groups) => {
        expect(jsonBytes(answer(groups).states)).toBeLessThanOrEqual(maxBytes);
      }),
      { numRuns: 150 },
    );
  });

  test('[SUB-5] always moves on: the first group that waits for items gets one', () => {
    fc.assert(
      fc.property(fc.array(wanted, { minLength: 1, maxLength: 50 }), (groups) => {
        const { pages, candidates } = answer(groups);
        const [first] = pages;
        if (first === undefined || candidates[0]?.items.length === 0) return;
        expect('snapshot' in first && first.snapshot.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  test('[SUB-5] has a cursor exactly when items are left, which names the last item sent', () => {
    const { states } = answer([{ name: 1, missing: null, items: [9000, 9000, 9000, 9000], key: 3 }]);
    const [state] = states;
    if (state === undefined || !('snapshot' in state) || state.more === undefined)
      throw new Error('no cursor');
    expect(state.snapshot).toHaveLength(3);
    expect(decodeCursor(state.group, state.more)).toEqual({ offset, partition: 0, after: 'lamp#2xxx' });
    expect(answer([{ name: 1, missing: null, items: [9000], key: 3 }]).states[0]).not.toHaveProperty('more');
  });

  test('[SUB-5] sends what is missing whole, up to the frame, and a snapshot in place of more', () => {
    expect(answer([{ name: 1, missing: 31_000, items: [], key: 1 }]).states[0]).toMatchObject({
      recovered: true,
    });
    expect(answer([{ name: 1, missing: 33_000, items: [], key: 1 }]).states[0]).toMatchObject({
      recovered: false,
    });
    const { states } = answer(
      [10_000, 30_000, 100].map((missing) => ({ name: 1, missing, items: [], key: 1 })),
    );
    expect(states.filter((state) => 'recovered' in state && state.recovered)).toHaveLength(2);
  });
});

test('[FRAME-2] a cursor that is not one of ours is a bad request', async () => {
  const group = 'house/room/a';
  const code = (text: string) => codeOf((async () => decodeCursor(group, text))());
  for (const cursor of [
    { offset, partition: 1 },
    { offset, partition: 0, after: 'lamp#ы' },
  ]) {
    const text = encodeCursor(group, cursor);
    expect(decodeCursor(group, text)).toEqual(cursor);
    expect(await code(encodeCursor('house/room/b', cursor))).toBe('bad_request');
    expect(await code(`${text}=`)).toBe('bad_request');
  }
  for (const cursor of [
    { offset: -1, partition: 0 },
    { offset, partition: -1 },
    { offset: 1.5, partition: 0 },
    { offset, partition: 0, after: '' },
    { offset, partition: 0, after: 'x'.repeat(1025) },
    { offset, partition: 0, after: 7 as never },
  ]) {
    expect(await code(encodeCursor(group, cursor))).toBe('bad_request');
  }
  for (const nonsense of ['', 'x', '%', Buffer.from('{}').toString('base64url'), 'W10', 'bnVsbA']) {
    expect(await code(nonsense)).toBe('bad_request');
  }
});
