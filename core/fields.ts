/** Fields that entities and command inputs share. */
import * as v from 'valibot';

/** Ids of sites, lines, machines, employees: they become segments of group names and parts of keys. */
export const idShape = /^[a-z0-9][a-z0-9-]{0,31}$/;
export const id = v.pipe(v.string(), v.regex(idShape, 'must be 1 to 32 of a-z, 0-9 and -'));

/** Control characters, line breaks, and the marks that reverse the direction of text around them. */
const notPlain = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** One line of plain text without blanks around it, 1 to `most` characters. */
export function text(most: number) {
  return v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(most, `must be at most ${most} characters`),
    v.check((value) => !notPlain.test(value), 'must be one line of plain text'),
  );
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER) {
  return v.pipe(
    v.number(),
    v.safeInteger('must be a whole number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );
}

/** Epoch milliseconds. */
export const time = whole(0);

/** The `rev` of the item as the person saw it; a stale one is a conflict. */
export const rev = v.exactOptional(whole(0));
