/** A limit (`core/limits.ts`) kept in an attribute of a row that is looked at anyway: one update counts, checks and reads. */
import { PulsecastError } from '../../core/codes.ts';
import { intervalOf, type Limit, latestPaidAt, waitFor } from '../../core/limits.ts';
import type { Db, Doc } from './dynamo.ts';

export interface Spending {
  table: string;
  /** The row's key; its first attribute tells whether the row exists. */
  key: Doc;
  /** The attribute that keeps the limit. */
  name: string;
  limit: Limit;
  /** Epoch ms. */
  now: number;
  /** False: a row that does not exist is left so. */
  create: boolean;
  /** Epoch seconds, written with it. @default unchanged */
  expiresAt?: number;
}

/**
 * Takes one. `waitMs` above 0 means that nothing was taken. `row` is undefined when there is none. One write while the
 * limit is paid off, and a second one within a burst.
 */
export async function spend(
  db: Db,
  { table, key, name, limit, now, create, expiresAt }: Spending,
): Promise<{ row: Doc | undefined; waitMs: number }> {
  const [id = ''] = Object.keys(key);
  const attempt = (paidAt: string, condition: string, values: Doc) =>
    db.change({
      table,
      update: key,
      set: {
        expression: `SET #paidAt = ${paidAt}${expiresAt === undefined ? '' : ', #expiresAt = :expiresAt'}`,
        names: { '#paidAt': name, ...(expiresAt === undefined ? {} : { '#expiresAt': 'expiresAt' }) },
        values: { ...values, ...(expiresAt === undefined ? {} : { ':expiresAt': expiresAt }) },
      },
      condition: {
        expression: create ? `(${condition})` : `attribute_exists(#id) AND (${condition})`,
        names: create ? {} : { '#id': id },
      },
    });
  const interval = intervalOf(limit);
  const idle = await attempt(':next', 'attribute_not_exists(#paidAt) OR #paidAt <= :now', {
    ':next': now + interval,
    ':now': now,
  });
  if (idle.done || idle.doc === undefined) return { row: idle.doc, waitMs: 0 };
  const waitMs = waitFor(limit, Number(idle.doc[name]), now);
  if (waitMs > 0) return { row: idle.doc, waitMs };
  const busy = await attempt('#paidAt + :interval', '#paidAt <= :latest', {
    ':interval': interval,
    ':latest': latestPaidAt(limit, now),
  });
  // Others, at the same moment, took what was left.
  return { row: busy.doc, waitMs: busy.done || busy.doc === undefined ? 0 : Math.ceil(interval) };
}

export function rateLimited(waitMs: number): PulsecastError {
  return new PulsecastError('rate_limited', 'Too many requests. Wait, then try again.', {
    retryAfterMs: waitMs,
  });
}
