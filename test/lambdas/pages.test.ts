import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonBytes } from '../../core/log.ts';
import type { GroupMessage } from '../../lambdas/merging.ts';
import { maxAlone, messagesIn, pagesOf, sharesOf, type Tree } from '../../lambdas/pages.ts';

const ids = (count: number) => Array.from({ length: count }, (_, index) => `id${index}=`);

describe('sharing out', () => {
  const sizes = (count: number, tree: Tree) => {
    const { own, others } = sharesOf(ids(count), tree);
    return [own, ...others].map(({ length }) => length);
  };

  test('[FAN-8] what the broadcaster may post at once it posts alone, up to 500', () => {
    const tree = (ready: number) => ({ senders: 6, page: 145, pace: 0.33, ready: () => ready });
    expect(sizes(145, tree(145))).toEqual([145]);
    expect(sizes(maxAlone, tree(1000))).toEqual([maxAlone]);
    expect(sizes(maxAlone + 1, tree(1000))).toEqual([124, 377]);
    // One that has just posted to as many shares the next out, and one that others wait for too.
    expect(sizes(145, tree(144))).toEqual([35, 110]);
    expect(sizes(145, tree(-20))).toEqual([35, 110]);
  });

  test('[FAN-8] more are shared by how fast each is, among no more functions than may run', () => {
    const equal = { senders: 6, page: 500, pace: 1, ready: () => 500 };
    expect(sizes(1000, equal)).toEqual([500, 500]);
    expect(sizes(1001, equal)).toEqual([333, 334, 334]);
    expect(sizes(10_000, equal)).toEqual([1428, 1429, 1429, 1429, 1429, 1429, 1427]);
    // A broadcaster that is one of many is slow: it keeps little.
    const slow = { senders: 6, page: 145, pace: 0.33, ready: () => 145 };
    expect(sizes(200, slow)).toEqual([49, 151]);
    expect(sizes(1000, slow)).toEqual([52, 158, 158, 158, 158, 158, 158]);
  });

  test('[FAN-8] everybody is in exactly one share', () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 600 }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        fc.integer({ min: -100, max: 600 }),
        (n, senders, page, pace, ready) => {
          const { own, others } = sharesOf(ids(n), { senders, page, pace, ready: () => ready });
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
