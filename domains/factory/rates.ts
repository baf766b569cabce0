/**
 * Rate and sparkline of a machine: counts in buckets of 10 s, the newest last. Pure, and used by rules and screens
 * alike: a screen may move the buckets on by its own clock between two pulses.
 */
export const bucketMs = 10_000;
/** Five minutes of buckets. */
export const sparkBuckets = 30;
const minuteBuckets = 60_000 / bucketMs;

export interface Spark {
  /** Pulses per bucket, oldest first, at most `sparkBuckets`. */
  spark: readonly number[];
  /** Start of the newest bucket, epoch ms, a multiple of `bucketMs`. */
  sparkAt: number;
}

/** Moves the buckets on to `now`: silence becomes zeros, what is older than five minutes falls out. */
export function moveOn({ spark, sparkAt }: Spark, now: number): { spark: number[]; sparkAt: number } {
  const newest = now - (now % bucketMs);
  const passed = (newest - sparkAt) / bucketMs;
  if (passed <= 0) return { spark: [...spark], sparkAt };
  const zeros = new Array<number>(Math.min(passed, sparkBuckets)).fill(0);
  return { spark: [...spark, ...zeros].slice(-sparkBuckets), sparkAt: newest };
}

/** Adds pulses to the buckets of their own time. Those older than the buckets reach are left out. */
export function addPulses(
  held: Spark,
  pulses: readonly { at: number; count: number }[],
  now: number,
): { spark: number[]; sparkAt: number } {
  const { spark, sparkAt } = moveOn(held, now);
  for (const { at, count } of pulses) {
    const back = Math.max(0, Math.ceil((sparkAt - at) / bucketMs));
    const index = spark.length - 1 - back;
    const bucket = spark[index];
    if (bucket !== undefined) spark[index] = bucket + count;
  }
  return { spark, sparkAt };
}

/**
 * Pulses in the minute before `now`, one decimal. The seventh bucket reaches out of that minute and counts by the part
 * that lies within.
 */
export function ratePerMinute(held: Spark, now: number): number {
  const { spark, sparkAt } = moveOn(held, now);
  const whole = spark.slice(-minuteBuckets).reduce((sum, count) => sum + count, 0);
  const within = 1 - Math.min(Math.max(now - sparkAt, 0), bucketMs) / bucketMs;
  return Math.round((whole + (spark.at(-minuteBuckets - 1) ?? 0) * within) * 10) / 10;
}
