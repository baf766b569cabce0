/** When to renew an access token. Its expiry is read without verification: only the server has to trust it. */

/** The claims of a JWT; undefined when the token is none. */
export function claimsOf(token = ''): Record<string, unknown> | undefined {
  try {
    const bytes = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const claims: unknown = JSON.parse(bytes);
    return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

/** Expiry and, when given, issue time of a JWT, in epoch ms. One that names no expiry lives for ever. */
export function lifeOf(token: string | undefined): { from: number | undefined; until: number } {
  const { exp, iat } = claimsOf(token) ?? {};
  return {
    from: typeof iat === 'number' ? iat * 1000 : undefined,
    until: typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY,
  };
}

/**
 * How long to wait before renewing a token, in ms: until 80% of its life or 60 s before its end, whichever is first,
 * though never before half of it. When the last renewal brought nothing new (`renewed` false): half of what is left, at least
 * 5 s. Infinite when it does not expire, or has: then the server decides.
 */
export function renewIn(token: string, now: number, renewed = true): number {
  const { from = now, until } = lifeOf(token);
  if (until <= now) return Number.POSITIVE_INFINITY;
  if (!renewed) return Math.max((until - now) / 2, 5000);
  // A token issued in the future tells of clocks that disagree: its life then counts from now.
  const start = Math.min(from, now);
  const length = until - start;
  return Math.max(start - now + Math.max(length / 2, Math.min(length * 0.8, length - 60_000)), 0);
}
