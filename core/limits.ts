/**
 * How often something may be done: so many a second, and so many at once. Kept as one number, the time at which all that
 * was done would be paid off (GCRA): who is idle has it in the past, who is at the limit has it a whole burst ahead.
 */
export interface Limit {
  perSecond: number;
  burst: number;
}

/** Of one connection. `frames` are subscribe, unsubscribe, sync and refresh; a page of a snapshot is one frame. */
export const connectionLimits = {
  frames: { perSecond: 20, burst: 100 },
  signals: { perSecond: 10, burst: 20 },
} as const satisfies Record<string, Limit>;

/**
 * Of one user, over all connections and tokens. Far above what people do, since a script may bring a list in at once and one
 * account may run a wall of displays; below what would leave others without: API Gateway opens 500 connections a second,
 * and the stack takes 3,000 requests.
 */
export const userLimits = {
  commands: { perSecond: 100, burst: 1000 },
  tickets: { perSecond: 1, burst: 20 },
  connects: { perSecond: 100, burst: 1000 },
} as const satisfies Record<string, Limit>;

export type ConnectionLimit = keyof typeof connectionLimits;
export type UserLimit = keyof typeof userLimits;

/** Most groups of one connection in total. */
export const maxGroups = 200;

/** Accepted difference between the issuer's clock and ours, in seconds. */
export const toleranceSeconds = 5;

/** What one more costs, in ms. */
export function intervalOf({ perSecond }: Limit): number {
  return 1000 / perSecond;
}

/** The highest `paidAt` (epoch ms) with which one more may be done at `now`. */
export function latestPaidAt(limit: Limit, now: number): number {
  return now + (limit.burst - 1) * intervalOf(limit);
}

/** How long to wait before one more may be done, in ms; 0 for not at all. */
export function waitFor(limit: Limit, paidAt: number, now: number): number {
  return Math.max(0, Math.ceil(paidAt - latestPaidAt(limit, now)));
}
