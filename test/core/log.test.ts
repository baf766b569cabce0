import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cut,
  frames,
  jsonBytes,
  type LogEntry,
  maxEntryBytes,
  newest,
  nextOffset,
  position,
  recover,
} from '../../core/log.ts';
import type { Event } from '../../core/protocol.ts';

const put = (key: string, rev: number): Event => ({ entity: 'lamp', key, rev, op: 'put', data: { rev } });
const entry = (offset: number, events: Event[] = []): LogEntry => ({ offset, events, expiresAt: 0 });

describe('offsets', () => {
  test('[LOG-1] an entry stands at the last offset + 1; an empty log starts at the epoch milliseconds', () => {
    expect(nextOffset(41, 1_763_638_000_123)).toBe(42);
    expect(nextOffset(undefined, 1_763_638_000_123.7)).toBe(1_763_638_000_123);
  });

  test('[LOG-2] a client drops what it has, applies the next, and sees anything else as a gap', () => {
    expect(position(10, 9)).toBe('drop');
    expect(position(10, 10)).toBe('drop');
    expect(position(10, 11)).toBe('apply');
    expect(position(10, 12)).toBe('gap');
  });
});

describe('recovery', () => {
  test('[REC-1] a client that is up to date misses nothing', () => {
    expect(recover(12, [], 12)).toEqual({ kind: 'nothing' });
  });

  test('[REC-2] missing entries are given whole, the newest state of each item once', () => {
    const entries = [entry(11, [put('a', 1), put('b', 1)]), entry(12, [put('a', 2)])];
    expect(recover(10, entries, 12)).toEqual({
      kind: 'entries',
      events: [put('b', 1), put('a', 2)],
      offset: 12,
    });
  });

  test('[REC-3] a log that no longer reaches back, is empty, or is behind the client means a snapshot', () => {
    expect(recover(9, [entry(11), entry(12)], 12)).toEqual({ kind: 'snapshot' });
    expect(recover(9, [], undefined)).toEqual({ kind: 'snapshot' });
    expect(recover(99, [], 12)).toEqual({ kind: 'snapshot' });
    expect(recover(10, [entry(11)], 12)).toEqual({ kind: 'snapshot' });
  });

  test('[REC-4] an answer is never partial, whatever entries are left', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 30 }),
        fc.array(fc.boolean()),
        (last, after, kept) => {
          const entries = Array.from({ length: last }, (_, index) => index + 1)
            .filter((offset) => offset > after && (kept[offset] ?? true))
            .map((offset) => entry(offset, [put(`k${offset}`, offset)]));
          const answer = recover(after, entries, last);
          if (answer.kind === 'entries') {
            expect(answer.offset).toBe(last);
            expect(answer.events).toHaveLength(last - after);
          } else if (answer.kind === 'nothing') expect(after).toBe(last);
        },
      ),
    );
  });
});

describe('coalescing', () => {
  test('[LOG-3] only the newest state of a latest entity is kept, every state of the others', () => {
    const events = [put('a', 1), put('a', 2), put('b', 1), put('a', 3)];
    expect(newest(events)).toEqual([put('b', 1), put('a', 3)]);
    expect(newest(events, () => false)).toEqual(events);
  });

  test('[LOG-4] parts hold everything in order, none above the limit unless one item alone is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 60 })),
        fc.integer({ min: 10, max: 200 }),
        (items, limit) => {
          const parts = cut(items, limit);
          expect(parts.flat()).toEqual(items);
          for (const part of parts) if (part.length > 1) expect(jsonBytes(part)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  test('[LIM-1] frames of full entries stay under 32 KB', () => {
    const big = Array.from({ length: 9 }, (_, index) => ({
      group: `house/room/${index}`,
      offset: index,
      events: [{ ...put('x', 1), data: 'ж'.repeat(4000) } as Event],
    }));
    for (const groups of frames(big)) {
      expect(jsonBytes({ type: 'events', groups })).toBeLessThanOrEqual(32 * 1024);
    }
    expect(maxEntryBytes).toBeLessThan(32 * 1024);
  });
});
