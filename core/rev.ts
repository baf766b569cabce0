/**
 * `rev` counts the writes of an item. Each write raises it by one, in the same conditional write. A new item starts at
 * the current epoch milliseconds, so that an item created again under an old key still rises above the removed one.
 */
export function firstRev(now: number): number {
  return Math.floor(now);
}

export function nextRev(rev: number): number {
  return rev + 1;
}
