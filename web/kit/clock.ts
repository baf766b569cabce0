/**
 * One clock for all ages on the screen: it ticks each second, and only while something is looking at it. It shows the
 * server's time, since ages are of the server's times and the clocks of wall displays are often wrong.
 */
import { signal } from '@preact/signals';

let timer: ReturnType<typeof setInterval> | undefined;
/** This device's clock minus the server's, in ms. */
let skew = 0;

/** The present in epoch milliseconds, for what is shown. Not for ordering: the server's `rev` and offsets do that. */
export const now = signal(Date.now(), {
  watched() {
    tick();
    timer = setInterval(tick, 1000);
  },
  unwatched() {
    clearInterval(timer);
  },
});

function tick(): void {
  now.value = Date.now() - skew;
}

/** Smallest difference that is corrected, in ms: a `Date` header has whole seconds and has been on its way. */
const toleranceMs = 3000;

/** Learns the server's time from a `Date` header. */
export function learnTime(header: string | null): void {
  const difference = Date.now() - Date.parse(header ?? '');
  if (Number.isNaN(difference)) return;
  skew = Math.abs(difference) < toleranceMs ? 0 : difference;
}

/** A time of this device as the server would say it. */
export const serverTime = (at: number): number => at - skew;
