/**
 * What became of a user's tokens, and how often the user asks: one row a user in the Access table (pk `kind` = `user`, sk
 * `id` = `sub`), so that one call checks both. Kept for 24 h after the last write; a token must not live longer.
 */
import { PulsecastError } from '../../core/codes.ts';
import { type UserLimit, userLimits } from '../../core/limits.ts';
import { count } from '../telemetry.ts';
import type { Db, Doc } from './dynamo.ts';
import type { Credential } from './jwks.ts';
import { rateLimited, spend } from './limiter.ts';

export interface Sessions {
  /** One read. Error: `unauthorized` when the session was ended or the user's tokens were revoked. */
  check(credential: Credential): Promise<void>;
  /** Checks, and takes one off a limit, in one write (a second one within a burst). Errors: also `rate_limited`. */
  spend(credential: Credential, limit: UserLimit, now: number): Promise<void>;
  /** Ends the session of a token. */
  end(credential: Credential, now: number): Promise<void>;
  /** Refuses all tokens of a user that were issued up to now. */
  revoke(sub: string, now: number): Promise<void>;
}

const keptMs = 24 * 60 * 60 * 1000;

/** Ended sessions that are remembered one by one. Above, all tokens of the user are refused: a row has an end. */
const maxEnded = 200;

interface UserRow {
  /** Epoch ms: tokens issued up to then are refused. */
  revokedAt?: number;
  /** Ended sessions, `<epoch ms>#<session>`. */
  ended?: ReadonlySet<string>;
}

export function createSessions(db: Db, table: string): Sessions {
  const keyOf = (sub: string) => ({ kind: 'user', id: sub });
  const expiry = (now: number) => Math.ceil((now + keptMs) / 1000);
  const revoke = async (sub: string, now: number, forgotten: ReadonlySet<string> = new Set()) => {
    const drop = forgotten.size > 0;
    await db.write({
      table,
      update: keyOf(sub),
      set: {
        expression: `SET #revokedAt = :now, #expiresAt = :expiresAt${drop ? ' DELETE #ended :forgotten' : ''}`,
        names: {
          '#revokedAt': 'revokedAt',
          '#expiresAt': 'expiresAt',
          ...(drop ? { '#ended': 'ended' } : {}),
        },
        values: { ':now': now, ':expiresAt': expiry(now), ...(drop ? { ':forgotten': forgotten } : {}) },
      },
    });
  };
  return {
    async check(credential) {
      mustHold(await db.get(table, keyOf(credential.principal.sub)), credential);
    },
    async spend(credential, name, now) {
      const { row, waitMs } = await spend(db, {
        table,
        key: keyOf(credential.principal.sub),
        name,
        limit: userLimits[name],
        now,
        create: true,
        expiresAt: expiry(now),
      });
      mustHold(row, credential);
      if (waitMs > 0) throw rateLimited(waitMs);
    },
    async end({ principal: { sub }, session }, now) {
      const { doc } = await db.change({
        table,
        update: keyOf(sub),
        set: {
          expression: 'SET #expiresAt = :expiresAt ADD #ended :ended',
          names: { '#expiresAt': 'expiresAt', '#ended': 'ended' },
          values: { ':expiresAt': expiry(now), ':ended': new Set([`${now}#${session}`]) },
        },
      });
      const { ended = new Set<string>() } = (doc ?? {}) as UserRow;
      if (ended.size > maxEnded) await revoke(sub, now, ended);
    },
    revoke: (sub, now) => revoke(sub, now),
  };
}

function mustHold(row: Doc | undefined, { session, issuedAt }: Credential): void {
  const { revokedAt, ended } = (row ?? {}) as UserRow;
  const isEnded = [...(ended ?? [])].some((entry) => entry.endsWith(`#${session}`));
  if (!isEnded && (revokedAt === undefined || issuedAt > revokedAt)) return;
  count('refused');
  throw new PulsecastError('unauthorized', 'This session was ended: sign in again.');
}
