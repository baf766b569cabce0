/**
 * The bump bar: a keyboard of a few keys below the screen. 1 to 9 bump the card at that place, arrows choose a card, Enter
 * bumps the chosen one, R brings the last bumped back. Works on walls too: there is no other way to touch them.
 */
import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export interface BumpBar {
  /** The cards in their order. */
  keys: readonly string[];
  chosen: Signal<string | undefined>;
  bump(key: string): void;
  recall(): void;
}

/** Where typing means something else. */
const typing = (target: EventTarget | null) =>
  target instanceof Element && target.closest('input, select, textarea, dialog, [role="tablist"]') !== null;

export function useBumpBar(bar: BumpBar): void {
  const latest = useRef(bar);
  latest.current = bar;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
      if (press(latest.current, event.key, event.target)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** Whether the key meant something. */
export function press(
  { keys, chosen, bump, recall }: BumpBar,
  key: string,
  target?: EventTarget | null,
): boolean {
  if (/^[1-9]$/.test(key)) {
    const at = keys[Number(key) - 1];
    if (at !== undefined) bump(at);
    return at !== undefined;
  }
  const place = chosen.value === undefined ? -1 : keys.indexOf(chosen.value);
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      chosen.value = keys[Math.min(place + 1, keys.length - 1)];
      return true;
    case 'ArrowLeft':
    case 'ArrowUp':
      chosen.value = keys[Math.max(place - 1, 0)];
      return true;
    case 'Enter': {
      // On a button Enter presses that button.
      const chosenKey = keys[place];
      if (chosenKey === undefined || (target instanceof Element && target.closest('button, a') !== null))
        return false;
      // The next card takes the place of the one that goes.
      chosen.value = keys[place + 1] ?? keys[place - 1];
      bump(chosenKey);
      return true;
    }
    case 'r':
    case 'R':
    case 'к':
    case 'К':
      recall();
      return true;
    default:
      return false;
  }
}
