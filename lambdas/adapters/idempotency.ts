/** Answers of writes that carried an `Idempotency-Key`, kept for 24 h: pk `key`. */
import type { Db, DocWrite } from './dynamo.ts';

/** How long an answer is remembered, in seconds. */
const keptSeconds = 24 * 60 * 60;

export interface Answer {
  /** Hash of the command and its input: the same key with another input is a fault of the caller. */
  fingerprint: string;
  /** JSON text. */
  response: string;
}

export interface Idempotency {
  find(key: string, now: number): Promise<Answer | undefined>;
  /** The write that remembers an answer, for the transaction that it answers. Does not hold when there is one. */
  remember(key: string, answer: Answer, now: number): DocWrite;
}

export function createIdempotency(db: Db, table: string): Idempotency {
  return {
    async find(key, now) {
      const doc = (await db.get(table, { key })) as (Answer & { expiresAt: number }) | undefined;
      if (doc === undefined || doc.expiresAt * 1000 <= now) return undefined;
      return { fingerprint: doc.fingerprint, response: doc.response };
    },
    remember(key, answer, now) {
      const seconds = Math.floor(now / 1000);
      return {
        table,
        put: { key, ...answer, expiresAt: seconds + keptSeconds },
        condition: {
          expression: 'attribute_not_exists(#key) OR #expiresAt <= :now',
          names: { '#key': 'key', '#expiresAt': 'expiresAt' },
          values: { ':now': seconds },
        },
      };
    },
  };
}
