/** When to renew an access token. Its expiry is read without verification: only the server has to trust it. */
import { isObject } from './guard.ts';

/** The claims of a JWT; undefined when the token is none. */
export function claimsOf(token = ''): Record<string, unknown> | undefined {
  try {
    const bytes = atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const claims: unknown = JSON.parse(bytes);
    return isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** When a token ends, in epoch ms; infinite for one that names no expiry. */
export function endOf(token: string | undefined): number {
  return Number(claimsOf(token)?.exp) * 1000 || Number.POSITIVE_INFINITY;
}

/**
 * How long to wait before renewing a token, in ms: half of what is left of it, at least 5 s; that holds after a renewal
 * that brought nothing new, too. Infinite when it does not expire, or has: then the server decides.
 */
export function renewIn(token: string, now: number): number {
  const left = endOf(token) - now;
  return left > 0 ? Math.max(left / 2, 5000) : Number.POSITIVE_INFINITY;
}
