/** Sharing many messages out among several senders. Pure. */
import { jsonBytes } from '../core/log.ts';
import type { GroupMessage } from './merging.ts';

/** Connections that get the same frames of the same groups. */
export interface Batch {
  frames: readonly string[];
  groups: readonly string[];
  connectionIds: string[];
}

/** What the function `fanout` is invoked with. */
export interface Page {
  /** Hands that the messages went through: 1 from the broadcaster, one more for each that ran out of time. */
  depth: number;
  batches: Batch[];
}

/** Most recipients that a broadcaster posts to alone, however fast it may be. */
export const maxAlone = 500;

/** Most hands: a page that was not done after so many full runs is left to its clients. Lambda stops loops at about 16. */
export const maxDepth = 5;

/** How fast the broadcaster and the fan-out are. */
export interface Tree {
  /** Functions that may run beside the broadcaster. */
  senders: number;
  /** Messages that one of them may send at once. */
  page: number;
  /** How fast the broadcaster is, as a part of how fast one of them is. */
  pace: number;
  /** Messages that the broadcaster itself may send at once now. */
  ready: () => number;
}

/**
 * What the broadcaster may send at once it sends alone: nobody waits for another function. More it cuts into one share
 * for itself and others to hand over, each as large as its sender is fast. Its own takes it about as long as the others
 * take: it comes back for more when they are done too, and what changes meanwhile is gathered. No more shares than
 * senders: one above would wait until Lambda tries it again.
 */
export function sharesOf<T>(
  messages: readonly T[],
  { senders, page, pace, ready }: Tree,
): { own: T[]; others: T[][] } {
  const alone = Math.min(ready(), maxAlone);
  if (messages.length <= alone) return { own: [...messages], others: [] };
  const count = Math.max(1, Math.min(senders, Math.ceil((messages.length - Math.max(0, alone)) / page)));
  const kept = Math.floor((messages.length * pace) / (pace + count));
  const size = Math.ceil((messages.length - kept) / count);
  const others = Array.from({ length: count }, (_, index) =>
    messages.slice(kept + index * size, kept + (index + 1) * size),
  );
  return { own: messages.slice(0, kept), others: others.filter(({ length }) => length > 0) };
}

/**
 * Packs messages into events of at most `maxBytes`, each distinct frame once in each. `rest` are those whose frames alone
 * are larger: cut apart they could arrive out of order.
 */
export function pagesOf(
  messages: readonly GroupMessage[],
  depth: number,
  maxBytes: number,
): { pages: Page[]; rest: GroupMessage[] } {
  const empty = () => ({ page: { depth, batches: [] as Batch[] }, bytes: 40 });
  const pages: Page[] = [];
  const rest: GroupMessage[] = [];
  let open = empty();
  const close = () => {
    if (open.page.batches.length > 0) pages.push(open.page);
    open = empty();
  };
  for (const [frames, alike] of Map.groupBy(messages, (message) => message.frames)) {
    const groups = alike[0]?.groups ?? [];
    const bytes = jsonBytes({ frames, groups, connectionIds: [] }) + 1;
    if (40 + bytes + idBytes > maxBytes) {
      rest.push(...alike);
      continue;
    }
    let batch: Batch | undefined;
    for (const { connectionId } of alike) {
      if (open.bytes + idBytes + (batch === undefined ? bytes : 0) > maxBytes) {
        close();
        batch = undefined;
      }
      if (batch === undefined) {
        batch = { frames, groups, connectionIds: [] };
        open.page.batches.push(batch);
        open.bytes += bytes;
      }
      batch.connectionIds.push(connectionId);
      open.bytes += idBytes;
    }
  }
  close();
  return { pages, rest };
}

/** Room for a connection id with its quotes and comma: API Gateway's have 16 characters and may grow. */
const idBytes = 132;

/** The messages of a page. */
export function messagesIn({ batches }: Page): GroupMessage[] {
  return batches.flatMap(({ frames, groups, connectionIds }) =>
    connectionIds.map((connectionId) => ({ connectionId, frames, groups })),
  );
}
