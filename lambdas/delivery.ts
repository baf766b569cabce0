/** Messages on their way to connections: posted, or handed over to others when they are many or time is short. */
import { type Invoke, maxEventBytes } from './adapters/invoke.ts';
import type { PostAll } from './adapters/post.ts';
import { type Forgetting, forget } from './forget.ts';
import type { GroupMessage } from './merging.ts';
import { eachOf } from './pacing.ts';
import { maxDepth, pagesOf, sharesOf, type Tree } from './pages.ts';
import { count, logger } from './telemetry.ts';

export interface DeliveryEffects extends Forgetting {
  post: PostAll;
  /** Invokes the function `fanout` with a page. */
  fanOut: Invoke;
}

/** Time kept back for cleaning up, handing over and answering after the last post, in ms. */
export const reserveMs = 3000;

/** Connections forgotten at a time. */
const width = 16;

/** Posts to few by itself and shares many out, until `deadline` (epoch ms). Never throws: who is not reached finds the gap. */
export async function deliver(
  messages: readonly GroupMessage[],
  deadline: number,
  tree: Tree,
  effects: DeliveryEffects,
): Promise<void> {
  const { own, others } = sharesOf(messages, tree);
  const back = await Promise.all(others.map((share) => handOver(share, 1, effects)));
  await postAll([...own, ...back.flat()], deadline, 1, effects);
}

/** Posts to all; what is left at the deadline is handed over as the `depth`th time. Never throws. */
export async function postAll(
  messages: readonly GroupMessage[],
  deadline: number,
  depth: number,
  effects: DeliveryEffects,
): Promise<void> {
  const { posts, gone, throttled, unsent, left = [] } = await effects.post(messages, deadline);
  const lost = depth > maxDepth ? left : await handOver(left, depth, effects);
  count('posts', posts);
  count('gone', gone.length);
  count('throttled', throttled);
  count('unsent', unsent + lost.length);
  if (gone.length === 0) return;
  const groupsOf = new Map(messages.map(({ connectionId, groups }) => [connectionId, groups]));
  await eachOf(gone, width, async (connectionId) => {
    try {
      await forget(connectionId, effects, groupsOf.get(connectionId));
    } catch (error) {
      logger.warn('connection not forgotten', error as Error);
    }
  });
}

/** Gives messages to `fanout`; those that it did not take come back. */
async function handOver(
  messages: readonly GroupMessage[],
  depth: number,
  { fanOut }: DeliveryEffects,
): Promise<GroupMessage[]> {
  if (messages.length === 0) return [];
  const { pages, rest } = pagesOf(messages, depth, maxEventBytes);
  const back = await Promise.all(
    pages.map(async (page) => {
      try {
        await fanOut(page);
        count('handedOver');
        return [];
      } catch (error) {
        logger.warn('page not handed over', error as Error);
        const ids = new Set(page.batches.flatMap(({ connectionIds }) => connectionIds));
        return messages.filter(({ connectionId }) => ids.has(connectionId));
      }
    }),
  );
  return [...rest, ...back.flat()];
}
