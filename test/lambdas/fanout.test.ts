import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../lambdas/adapters/post.ts';
import { type DeliveryEffects, deliver } from '../../lambdas/delivery.ts';
import { fanout } from '../../lambdas/fanout.ts';
import type { GroupMessage } from '../../lambdas/merging.ts';
import { maxDepth, messagesIn, type Page } from '../../lambdas/pages.ts';
import { logger } from '../../lambdas/telemetry.ts';

// A refusal that is provoked here would bury the results.
logger.setLogLevel('SILENT');

const frames = ['{"type":"events"}'];
const messagesFor = (count: number, texts: readonly string[] = frames): GroupMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    connectionId: `c${index}=`,
    frames: texts,
    groups: ['house/room/a'],
  }));
const tree = { senders: 6, page: 500, pace: 1, ready: () => 500 };

/** Effects that note what is posted, handed over and forgotten. `capacity` messages are posted, the rest is left. */
function stage({ capacity = Number.POSITIVE_INFINITY, gone = [] as string[], refuse = false } = {}) {
  const posted: string[] = [];
  const pages: Page[] = [];
  const forgotten: string[] = [];
  const effects: DeliveryEffects & { now: () => number } = {
    post: async <M extends Message>(messages: readonly M[]) => {
      const taken = messages.slice(0, capacity);
      posted.push(...taken.map(({ connectionId }) => connectionId));
      return { posts: taken.length, gone, throttled: 0, unsent: 0, left: messages.slice(capacity) };
    },
    fanOut: async (page) => {
      if (refuse) throw new Error('429');
      pages.push(JSON.parse(JSON.stringify(page)) as Page);
    },
    connections: { close: async (_connectionId, leave) => leave('house/room/b', undefined) },
    members: {
      leave: async (group, connectionId) => {
        forgotten.push(`${connectionId} ${group}`);
      },
    },
    presence: { leave: async () => undefined },
    now: () => 0,
  };
  return { effects, posted, pages, forgotten };
}

describe('a large broadcast', () => {
  test('[FAN-8] is shared between the broadcaster and pages: each connection once', async () => {
    const { effects, posted, pages } = stage();
    await deliver(messagesFor(1800), 60_000, tree, effects);
    expect(pages.map((page) => [page.depth, messagesIn(page).length])).toEqual([
      [1, 450],
      [1, 450],
      [1, 450],
    ]);
    const all = [...posted, ...pages.flatMap(messagesIn).map(({ connectionId }) => connectionId)];
    expect(new Set(all).size).toBe(1800);
    expect(all).toHaveLength(1800);
  });

  test('[FAN-8] posts by itself what Lambda does not take, and frames that no event can hold', async () => {
    const refused = stage({ refuse: true });
    await deliver(messagesFor(1200), 60_000, tree, refused.effects);
    expect(refused.posted).toHaveLength(1200);
    const huge = stage();
    const texts = Array.from({ length: 40 }, () => randomUUID().repeat(800));
    await deliver(messagesFor(600, texts), 60_000, tree, huge.effects);
    expect([huge.posted.length, huge.pages.length]).toEqual([600, 0]);
  });

  test('[FAN-12] hands over what it cannot post before its deadline', async () => {
    const { effects, posted, pages } = stage({ capacity: 100 });
    await deliver(messagesFor(400), 60_000, tree, effects);
    expect(posted).toHaveLength(100);
    expect(pages.map((page) => messagesIn(page).length)).toEqual([300]);
  });
});

describe('a page', () => {
  const page = (count: number, depth: number): Page => ({
    depth,
    batches: [
      {
        frames,
        groups: ['house/room/a'],
        connectionIds: messagesFor(count).map(({ connectionId }) => connectionId),
      },
    ],
  });

  test('[FAN-6] is posted whole, and connections that are gone are forgotten', async () => {
    const { effects, posted, pages, forgotten } = stage({ gone: ['c7='] });
    await fanout(page(500, 1), () => 60_000, effects);
    expect(posted).toHaveLength(500);
    expect(pages).toEqual([]);
    expect(forgotten.toSorted()).toEqual(['c7= house/room/a', 'c7= house/room/b']);
  });

  test('[FAN-12] that takes too long goes on in a further run, and from the fifth on to its clients', async () => {
    const { effects, posted, pages } = stage({ capacity: 60 });
    let next: Page | undefined = page(500, 1);
    while (next !== undefined) {
      await fanout(next, () => 60_000, effects);
      next = pages.shift();
    }
    expect(posted).toHaveLength(60 * maxDepth);
    expect(new Set(posted).size).toBe(60 * maxDepth);
  });

  test('[FAN-12] keeps time to hand over', async () => {
    const { effects } = stage();
    const deadlines: number[] = [];
    await fanout(page(1, 1), () => 60_000, {
      ...effects,
      now: () => 1000,
      post: async (_messages, deadline) => {
        deadlines.push(deadline);
        return { posts: 1, gone: [], throttled: 0, unsent: 0 };
      },
    });
    expect(deadlines).toEqual([58_000]);
  });
});
