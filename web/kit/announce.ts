/** Words for people who listen to the screen: one polite live region, gathered so that it never chatters. */
import { signal } from '@preact/signals';

/** How long changes are gathered before they are read out, in milliseconds. */
export const announceAfterMs = 1500;
const most = 4;

export const announcement = signal('');
let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says a sentence soon, together with what else happens meanwhile; of many only the latest few. */
export function announce(sentence: string): void {
  waiting = [...waiting.filter((other) => other !== sentence), sentence].slice(-most);
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    announcement.value = waiting.join(' ');
    waiting = [];
    timer = undefined;
  }, announceAfterMs);
}
