/** What a device may post: the shape and limits of one batch (design: the HTTP contract). */
import * as v from 'valibot';

/** Most pulses in one batch. */
export const maxPulses = 500;

/** A device's clock may be ahead this far, in ms. */
export const maxAheadMs = 5 * 60 * 1000;

/** A device that was offline may bring pulses this old, in ms. */
export const maxAgeMs = 30 * 24 * 60 * 60 * 1000;

const integer = (least: number) =>
  v.pipe(v.number(), v.safeInteger('is not a whole number'), v.minValue(least));

/** The schema of a batch that arrives at `now` (epoch ms). */
export function pulseBatch(now: number) {
  const pulse = v.strictObject({
    at: v.pipe(
      integer(0),
      v.maxValue(now + maxAheadMs, 'is more than 5 minutes ahead'),
      v.minValue(now - maxAgeMs, 'is older than 30 days'),
    ),
    count: v.pipe(integer(1), v.maxValue(10_000)),
  });
  return v.strictObject({
    machineId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._:-]{1,64}$/, 'is not a machine id')),
    firstSeq: integer(0),
    pulses: v.pipe(
      v.array(pulse),
      v.minLength(1, 'holds no pulse'),
      v.maxLength(maxPulses, `holds more than ${maxPulses} pulses`),
    ),
  });
}

export type PulseBatch = v.InferOutput<ReturnType<typeof pulseBatch>>;
