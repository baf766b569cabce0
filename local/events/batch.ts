/** One batch of stream records: invoked, retried, split and discarded as its mapping says. */
import { AwsError, type InvokeResult, type StreamRecord } from '../ports.ts';

export type DiscardReason = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** What `FunctionError` and age lead to. */
export interface RetryPolicy {
  /** Infinity for -1, AWS's default. */
  maxRetries: number;
  /** Milliseconds; Infinity for -1, AWS's default. */
  maxAgeMs: number;
  bisect: boolean;
  reportsItemFailures: boolean;
}

export interface BatchWork {
  policy: RetryPolicy;
  /** Rejects with an `AwsError` when the function is throttled; that is tried again without counting. */
  invoke(records: readonly StreamRecord[]): Promise<InvokeResult>;
  /** The records are dealt with. */
  done(records: readonly StreamRecord[]): void;
  /** The records are given up; they count as dealt with once this resolves. */
  discard(
    records: readonly StreamRecord[],
    reason: DiscardReason,
    invocations: number,
    result: InvokeResult | undefined,
  ): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  /** Waits before the next attempt; `failures` in a row, from 1. */
  backoff(failures: number): Promise<void>;
  stopped(): boolean;
}

/**
 * The index of the first failed record: undefined for none, 0 when the whole batch counts as failed, which it does on a
 * function error and on an answer that names no record of the batch.
 */
export function firstFailure(
  result: InvokeResult,
  records: readonly StreamRecord[],
  reportsItemFailures: boolean,
): number | undefined {
  if (result.error) return 0;
  if (!reportsItemFailures) return undefined;
  const { payload } = result;
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { batchItemFailures } = payload as { batchItemFailures?: unknown };
  if (!Array.isArray(batchItemFailures) || batchItemFailures.length === 0) return undefined;
  const positions = batchItemFailures.map((failure: { itemIdentifier?: unknown } | null) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failure?.itemIdentifier),
  );
  return Math.max(0, Math.min(...positions));
}

interface Part {
  records: readonly StreamRecord[];
  /** Failed attempts that count towards the retries. */
  failures: number;
  invocations: number;
}

/** Resolves when every record is dealt with, or at the next pause after `stopped()`. */
export async function processBatch(records: readonly StreamRecord[], work: BatchWork): Promise<void> {
  const { policy } = work;
  const parts: Part[] = [{ records, failures: 0, invocations: 0 }];
  let inARow = 0;
  for (let part = parts[0]; part && !work.stopped(); part = parts[0]) {
    await dropExpired(part, work);
    if (part.records.length === 0) {
      parts.shift();
      continue;
    }
    let result: InvokeResult;
    try {
      result = await work.invoke(part.records);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      inARow += 1;
      await work.backoff(inARow);
      continue;
    }
    // The functions are stopped too: their errors say nothing of the records.
    if (result.error && work.stopped()) return;
    part.invocations += 1;
    const failed = firstFailure(result, part.records, policy.reportsItemFailures);
    if (failed === undefined) {
      work.done(part.records);
      parts.shift();
      inARow = 0;
      continue;
    }
    if (failed > 0) {
      // The checkpoint moves to the failed record, whose first failure this is.
      work.done(part.records.slice(0, failed));
      part.records = part.records.slice(failed);
      part.failures = 0;
      inARow = 0;
    }
    inARow += 1;
    if (policy.bisect && part.records.length > 1) {
      // A split does not count as a retry.
      const middle = Math.ceil(part.records.length / 2);
      const { failures, invocations } = part;
      const half = (own: readonly StreamRecord[]): Part => ({ records: own, failures, invocations });
      parts.splice(0, 1, half(part.records.slice(0, middle)), half(part.records.slice(middle)));
    } else {
      part.failures += 1;
      if (part.failures > policy.maxRetries) {
        await work.discard(part.records, 'RetryAttemptsExhausted', part.invocations, result);
        parts.shift();
        inARow = 0;
        continue;
      }
    }
    await work.backoff(inARow);
  }
}

/** The records are in the order of time, so that the expired ones come first. */
async function dropExpired(part: Part, work: BatchWork): Promise<void> {
  const oldest = (work.now() - work.policy.maxAgeMs) / 1000;
  const firstKept = part.records.findIndex(({ dynamodb }) => dynamodb.ApproximateCreationDateTime >= oldest);
  const expired = firstKept < 0 ? part.records : part.records.slice(0, firstKept);
  if (expired.length === 0) return;
  await work.discard(expired, 'RecordAgeExceeded', part.invocations, undefined);
  part.records = part.records.slice(expired.length);
}
