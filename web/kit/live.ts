/**
 * A group as a screen sees it: one signal per item, so that an update repaints its own cell and nothing else, and one
 * signal per entity for the list of keys, which changes only when something appears or goes.
 */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { nextRev } from '../../core/rev.ts';

export type GroupStatus =
  | { kind: 'loading' }
  | { kind: 'live' }
  /** The last data is kept and shown, but changes may be missing since `since` (epoch ms). */
  | { kind: 'stale'; since: number }
  /** The server said no. Terminal until somebody signs in or is given the right. */
  | { kind: 'refused'; code: string; message: string };

/** An item as a screen holds it. `rev` is sent with a command that must not overwrite what it has not seen. */
export interface LiveItem<T> {
  key: string;
  rev: number;
  data: T;
}

/** States that came to this page's screens lately, by their rev, oldest first; and who waits for one. */
const came = new Set<number>();
const maxCame = 500;
const awaited = new Map<number, () => void>();

/** Longest wait for the state after a command, in ms: it may be overtaken by the next one, or none may be live now. */
export const shownWithinMs = 2000;

/**
 * Resolves once a screen holds the state `rev`. Who has changed what they see does not go on from what it was before: their
 * next command would be refused as if somebody else had changed it.
 */
export function shown(rev: number): Promise<void> {
  if (came.has(rev)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      awaited.delete(rev);
      resolve();
    };
    const timer = setTimeout(done, shownWithinMs);
    awaited.set(rev, done);
  });
}

function arrived(rev: number): void {
  came.add(rev);
  for (const oldest of came) {
    if (came.size <= maxCame) break;
    came.delete(oldest);
  }
  awaited.get(rev)?.();
}

/** `loom-2` before `loom-11`. */
const byName = new Intl.Collator('en', { numeric: true }).compare;

export class GroupStore {
  readonly status = signal<GroupStatus>({ kind: 'loading' });
  readonly #items = new Map<string, Map<string, Signal<LiveItem<unknown> | undefined>>>();
  readonly #keys = new Map<string, Signal<readonly string[]>>();

  /** The keys of an entity's items, in natural order. */
  keys(entity: string): ReadonlySignal<readonly string[]> {
    return this.#keysOf(entity);
  }

  /** One item; undefined while unknown and once removed. */
  item<T>(entity: string, key: string): ReadonlySignal<LiveItem<T> | undefined> {
    return this.#item(entity, key) as Signal<LiveItem<T> | undefined>;
  }

  /** All items of an entity, for sums. Whoever reads it is repainted by each of them. */
  list<T>(entity: string): LiveItem<T>[] {
    return this.keys(entity).value.flatMap((key) => this.item<T>(entity, key).value ?? []);
  }

  /** Sets an item, or removes it when `data` is undefined. */
  set(entity: string, key: string, rev: number, data: unknown): void {
    const item = this.#item(entity, key);
    // The write that removes an item counts as its last.
    arrived(data === undefined ? nextRev(item.peek()?.rev ?? 0) : rev);
    item.value = data === undefined ? undefined : { key, rev, data };
    const keys = this.#keysOf(entity);
    const held = keys.peek().includes(key);
    if (data !== undefined && !held) keys.value = [...keys.peek(), key].sort(byName);
    if (data === undefined && held) keys.value = keys.peek().filter((other) => other !== key);
  }

  #item(entity: string, key: string): Signal<LiveItem<unknown> | undefined> {
    const items = this.#items.get(entity) ?? new Map<string, Signal<LiveItem<unknown> | undefined>>();
    this.#items.set(entity, items);
    const item = items.get(key) ?? signal<LiveItem<unknown> | undefined>(undefined);
    items.set(key, item);
    return item;
  }

  #keysOf(entity: string): Signal<readonly string[]> {
    const keys = this.#keys.get(entity) ?? signal<readonly string[]>([]);
    this.#keys.set(entity, keys);
    return keys;
  }
}
