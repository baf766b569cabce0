import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonBytes } from '../../core/log.ts';
import type { GroupMessage } from '../../lambdas/merging.ts';
import { maxAlone, messagesIn, pagesOf, sharesOf } from '../../lambdas/pages.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id${index}=`);

describe('sharing out', () => {
  test('[FAN-8] up to 500 recipients the broadcaster posts alone', () => {
    const messages = ids(maxAlone);
    expect(sharesOf(messages, { senders: 6, page: 100 })).toEqual({ own: messages, others: [] });
  });

  test('[FAN-8] more are shared by how fast each is, among no more functions than may run', () => {
    const sizes = (count: number, senders: number, page: number, alone = 500) => {
      const { own, others } = sharesOf(ids(count), { senders, page, alone });
      return [own, ...others].map(({ length }) => length);
    };
    expect(sizes(1000, 6, 500)).toEqual([500, 500]);
    expect(sizes(1001, 6, 500)).toEqual([333, 334, 334]);
    expect(sizes(1000, 6, 291)).toEqual([462, 269, 269]);
    expect(sizes(10_000, 6, 500)).toEqual([1428, 1429, 1429, 1429, 1429, 1429, 1427]);
    // A broadcaster that is one of many is slow: it keeps little, and shares from few on.
    expect(sizes(87, 6, 291, 87)).toEqual([87]);
    expect(sizes(100, 6, 291, 87)).toEqual([23, 77]);
    expect(sizes(1000, 6, 291, 87)).toEqual([69, 233, 233, 233, 232]);
  });

  test('[FAN-8] everybody is in exactly one share', () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 600 }),
        fc.integer({ min: 1, max: 600 }),
        (n, senders, page, alone) => {
          const { own, others } = sharesOf(ids(n), { senders, page, alone });
          expect([...own, ...others.flat()]).toEqual(ids(n));
          expect(others.length).toBeLessThanOrEqual(senders);
        },
      ),
    );
  });
});

describe('pages', () => {
  /** Messages of some sets of frames; those of a set share them, as a batch's do. */
  const someMessages = fc
    .array(
      fc.record({
        frames: fc.array(fc.string({ maxLength: 400 }), { minLength: 1, maxLength: 3 }),
        members: fc.integer({ min: 1, max: 60 }),
      }),
      { maxLength: 8 },
    )
    .map((sets) =>
      sets.flatMap(({ frames, members }, set): GroupMessage[] =>
        ids(members).map((id) => ({ connectionId: `${set}${id}`, frames, groups: [`d/g/${set}`] })),
      ),
    );
  const sorted = (messages: readonly GroupMessage[]) =>
    messages.toSorted((a, b) => a.connectionId.localeCompare(b.connectionId));

  test('[FAN-8] hold every message once, whole, within the limit of an event; what is too large comes back', () => {
    fc.assert(
      fc.property(someMessages, fc.integer({ min: 300, max: 4000 }), (messages, maxBytes) => {
        const { pages, rest } = pagesOf(messages, 2, maxBytes);
        for (const page of pages) expect(jsonBytes(page)).toBeLessThanOrEqual(maxBytes);
        expect(sorted([...pages.flatMap(messagesIn), ...rest])).toEqual(sorted(messages));
        for (const { frames } of rest) expect(jsonBytes(frames)).toBeGreaterThan(maxBytes - 300);
      }),
    );
  });

  test('[FAN-7] carry frames that many share once', () => {
    const frames = ['x'.repeat(30_000)];
    const messages = ids(500).map((connectionId) => ({ connectionId, frames, groups: ['d/g'] }));
    const { pages } = pagesOf(messages, 1, 900_000);
    expect(pages).toHaveLength(1);
    expect(jsonBytes(pages[0])).toBeLessThan(40_000);
  });
});
