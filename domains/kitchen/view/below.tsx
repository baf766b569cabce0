/** How many orders stand below the edge of the screen: nobody scrolls a wall, and what waits there must not be forgotten. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from './texts.ts';

/** Counts the items of a list that are wholly below the screen. `keys` names what is in the list now. */
export function useBelow(list: RefObject<HTMLElement | null>, keys: string): ReadonlySignal<number> {
  const count = useSignal(0);
  useEffect(() => {
    if (list.current === null || globalThis.IntersectionObserver === undefined) return;
    const below = new Set<Element>();
    const watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        if (!isIntersecting && boundingClientRect.top > 0) below.add(target);
        else below.delete(target);
      }
      count.value = below.size;
    });
    for (const item of list.current.children) watcher.observe(item);
    if (list.current.children.length === 0) count.value = 0;
    return () => watcher.disconnect();
  }, [keys]);
  return count;
}

export function Below({ count }: { count: ReadonlySignal<number> }) {
  return count.value === 0 ? null : <p class="board-below">↓ {t('below', { count: count.value })}</p>;
}
