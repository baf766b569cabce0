import { randomInt } from 'node:crypto';

const letters = '0123456789abcdefghijklmnopqrstuvwxyz';

/** 10 characters of `0-9a-z`: 51 bits, enough for the items of one partition. */
export function newId(): string {
  return Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('');
}
