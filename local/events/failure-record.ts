import { createHash, randomUUID } from 'node:crypto';
import type { InvokeResult, StreamRecord } from '../ports.ts';
import type { DiscardReason } from './batch.ts';

/** The local streams have one shard each; its id only has to look like one. */
const shardIdOf = (streamArn: string) =>
  `shardId-00000000000000000001-${createHash('sha256').update(streamArn).digest('hex').slice(0, 8)}`;

/** What AWS sends to the on-failure destination: where the discarded records are, not the records themselves. */
export function failureRecord(
  streamArn: string,
  functionArn: string,
  records: readonly StreamRecord[],
  reason: DiscardReason,
  invocations: number,
  result: InvokeResult | undefined,
  now: number,
): object {
  const [first] = records;
  const last = records.at(-1);
  const arrival = (record: StreamRecord | undefined) =>
    new Date((record?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn,
      condition: reason,
      approximateInvokeCount: invocations,
    },
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: result.error ? 'Unhandled' : null,
      },
    }),
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: shardIdOf(streamArn),
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn,
    },
  };
}
