/** How the tabs of one browser find and hear each other, and what they say. */
import type { HeldItem } from '../../core/view.ts';
import type { GroupModel } from './group-model.ts';
import { claimsOf } from './token.ts';
import type { Info } from './transport.ts';
import type { FrameTap, Sharing, TabLocks } from './types.ts';

/** A group as one tab tells another of it. */
export interface Copy extends Pick<GroupModel, 'name' | 'status' | 'error' | 'updatedAt' | 'offset'> {
  told: number | undefined;
  /** The copy that this one changes, by its number; without one it is whole. */
  base: number | undefined;
  /** With tombstones. */
  items: HeldItem[];
}

/** A group that a tab wants: the number of the last copy that it has, and the offset that it holds. */
export interface Want {
  group: string;
  told: number | undefined;
  after: number | undefined;
}

/** What the leader says. `term` rises from leader to leader: what an earlier one still says is not heard. */
export interface Told {
  term: number;
  info?: Info;
  copy?: Copy;
  tap?: FrameTap;
}

/** What another tab wants of it, said again and again, at times with something to do for it at once. */
export interface Asked {
  from: string;
  wants: Want[];
  /** It listens to frames. */
  tapped: boolean;
  signal?: [group: string, data: unknown];
  renew?: true;
  reconnect?: true;
}

/** A message between tabs. */
export type Message = Told | Asked;

/** Undefined where tabs cannot share: outside a page, on a page without TLS, in an old browser. */
export function browserSharing(): Sharing | undefined {
  const { document, navigator } = globalThis as Partial<typeof globalThis>;
  const { locks } = (navigator ?? {}) as { locks?: TabLocks };
  // Of all that is used here locks came last, and only with TLS.
  if (!document || !locks) return undefined;
  return {
    id: String(Math.random()),
    locks,
    channel: (name) => new BroadcastChannel(name),
    async hash(text) {
      return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).join('.');
    },
  };
}

/** Claims that differ between two tokens of the same person with the same rights. */
const passing = /^(exp|iat|nbf|(origin_)?jti|sid|nonce|auth_time|event_id|(at|c|s)_hash)$/;

/** Who a token speaks of, and with which rights: two tabs share a socket only if this is equal. */
export function identityOf(token: string | undefined): unknown {
  const claims = claimsOf(token);
  if (!claims) return token ?? null;
  return Object.entries(claims)
    .filter(([name]) => !passing.test(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
