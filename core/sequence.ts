/**
 * Exactly-once by counting: a device numbers its pulses, the machine remembers the next number it expects from each
 * device. A repeat is recognised, a hole is refused, nothing is counted twice.
 */
import { PulsecastError } from './codes.ts';

/** Splits a batch into what was seen already and what is new. A device that was never seen may begin at 0 or 1. */
export function takeSequence(
  next: number | undefined,
  firstSeq: number,
  length: number,
): { duplicates: number; fresh: number; nextSeq: number } {
  const expected = next ?? (firstSeq === 0 ? 0 : 1);
  if (firstSeq > expected) {
    throw new PulsecastError('sequence_gap', `Expected sequence number ${expected}, got ${firstSeq}.`, {
      nextSeq: expected,
    });
  }
  const duplicates = Math.min(expected - firstSeq, length);
  return { duplicates, fresh: length - duplicates, nextSeq: Math.max(expected, firstSeq + length) };
}
