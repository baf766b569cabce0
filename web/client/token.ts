/** When to renew an access token. Its expiry is read without verification: only the server has to trust it. */

/** The claims of a JWT; undefined when the token is none. */
export function claimsOf(token: string): Record<string, unknown> | undefined {
  try {
    const bytes = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const claims: unknown = JSON.parse(bytes);
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

/** Expiry and, when given, issue time of a JWT, in epoch ms; undefined when the token names no expiry. */
export function lifeOf(token: string): { from: number | undefined; until: number } | undefined {
  const { exp, iat } = claimsOf(token) ?? {};
  if (typeof exp !== 'number') return undefined;
  return { from: typeof iat === 'number' ? iat * 1000 : undefined, until: exp * 1000 };
}

/**
 * How long to wait before renewing a token, in ms: until 80% of its life or 60 s before its end, whichever is first,
 * though never before half of it. Undefined when it does not expire, or has: then the server decides.
 */
export function renewIn(token: string, now: number): number | undefined {
  const life = lifeOf(token);
  if (life === undefined || life.until <= now) return undefined;
  // A token issued in the future tells of clocks that disagree: its life then counts from now.
  const from = Math.min(life.from ?? now, now);
  const length = life.until - from;
  const due = from + Math.max(length / 2, Math.min(length * 0.8, length - 60_000));
  return Math.max(due - now, 0);
}

/** How long to wait when a renewal brought nothing new: half of what is left, at least 5 s. Undefined when none is left. */
export function renewAgainIn(token: string, now: number): number | undefined {
  const left = (lifeOf(token)?.until ?? now) - now;
  return left <= 0 ? undefined : Math.max(left / 2, 5000);
}
