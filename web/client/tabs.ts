/** How the tabs of one browser find and hear each other, and what they say. */
import type { Copy } from './group-model.ts';
import { claimsOf } from './token.ts';
import type { Info } from './transport.ts';
import type { FrameTap, Sharing, Signal, TabLocks } from './types.ts';

/** A group that a tab wants, the number of the last copy that came from this leader, and the offset that it holds. */
export interface Want {
  group: string;
  number: number | undefined;
  after: number | undefined;
}

/** What the leader says. Copies are numbered; one that is not whole changes the one with the number `base`. */
export type Told =
  | { kind: 'state'; info: Info }
  | { kind: 'copy'; copy: Copy; number: number; base: number }
  | { kind: 'signal'; group: string; signal: Signal }
  | { kind: 'frame'; tap: FrameTap };

/** What the others say to it. `known`: the term of the leader that they have heard last. */
export type Asked =
  | { kind: 'ask'; from: string; known: number; wants: Want[]; tapped: boolean }
  | { kind: 'bye'; from: string }
  | { kind: 'send'; group: string; data: unknown }
  | { kind: 'renew' | 'again' };

/** A message between tabs. `term` rises from leader to leader: what an earlier one still says is not heard. */
export type Message = (Told & { term: number }) | Asked;

/** Undefined where tabs cannot share: outside a page, on a page without TLS, in an old browser. */
export function browserSharing(): Sharing | undefined {
  if (typeof document === 'undefined' || typeof BroadcastChannel === 'undefined') return undefined;
  const { locks } = navigator as { locks?: TabLocks };
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (locks === undefined || subtle === undefined) return undefined;
  return {
    id: crypto.randomUUID(),
    locks,
    channel: (name) => new BroadcastChannel(name),
    async hash(text) {
      return new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text))).join('.');
    },
  };
}

/** Claims that differ between two tokens of the same person with the same rights. */
const passing = /^(exp|iat|nbf|(origin_)?jti|sid|nonce|auth_time|event_id|(at|c|s)_hash)$/;

/** Who a token speaks of, and with which rights: two tabs share a socket only if this is equal. */
export function identityOf(token: string | undefined): unknown {
  const claims = token === undefined ? undefined : claimsOf(token);
  if (claims === undefined) return token ?? null;
  return Object.entries(claims)
    .filter(([name]) => !passing.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
