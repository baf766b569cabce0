/** Delays between attempts. Full jitter: clients that lost the same server do not come back in step. */

/** Base of the backoff, in ms: also the spread of the first retry after an established connection. */
const base = 1000;

/** No wait is longer, in ms. */
export const maxDelay = 30_000;

/** How long to wait after `failures` attempts in a row that failed; 0 after a connection that had worked. In ms. */
export function retryDelay(failures: number, random: () => number): number {
  return random() * Math.min(maxDelay, base * 2 ** failures);
}
