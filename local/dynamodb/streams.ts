/** The tables' streams: records written in the batch of the item that changed, read in order, kept for 24 hours. */
import { type Clock, region, type StreamRecord, type TableStream } from '../ports.ts';
import { itemBytes } from './item.ts';
import { type Operation, places, type Store, under } from './store.ts';
import { keyOf, type Tables } from './tables.ts';
import type { Item, Table } from './types.ts';

/** How long DynamoDB keeps a stream record, in milliseconds. */
const retentionMs = 24 * 3_600_000;

export interface Streams {
  /**
   * The operations that append a record of the change to the table's stream; none without a stream. Sequence numbers
   * rise with the calls: commit in the same synchronous step.
   */
  append(table: Table, before: Item | undefined, after: Item | undefined, expired: boolean): Operation[];
  /** Tells the listeners of the table, once the record is written. */
  appended(table: Table): void;
  byArn(arn: string): TableStream | undefined;
  /** Deletes the records that are older than 24 hours. */
  trim(): Promise<void>;
}

export async function openStreams(store: Store, tables: Tables, clock: Clock): Promise<Streams> {
  let last = (await store.get<number>(places.sequence)) ?? 0;
  const listeners = new Map<string, Set<() => void>>();

  return {
    append(table, before, after, expired) {
      if (!table.stream) return [];
      last += 1;
      const sequence = sequenceNumber(last);
      const record = recordOf(table, table.stream, before, after, sequence, clock());
      if (expired) record.userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
      return [
        { type: 'put', key: places.stream(table.TableName, sequence), value: record },
        { type: 'put', key: places.sequence, value: last },
      ];
    },
    appended(table) {
      for (const listener of listeners.get(table.TableName) ?? []) listener();
    },
    byArn(arn) {
      const table = tables.all().find(({ stream }) => stream?.arn === arn);
      return table && streamOf(store, table.TableName, arn, listeners);
    },
    async trim() {
      const oldest = (clock() - retentionMs) / 1000;
      for (const { TableName } of tables.all()) {
        for await (const records of store.values<StreamRecord>(under(places.stream(TableName, '')))) {
          const old = records.filter(({ dynamodb }) => dynamodb.ApproximateCreationDateTime < oldest);
          await store.commit(
            old.map(({ dynamodb }) => ({
              type: 'del',
              key: places.stream(TableName, dynamodb.SequenceNumber),
            })),
          );
          if (old.length < records.length) break;
        }
      }
    },
  };
}

/** 21 digits without a leading zero, as the service's have. */
function sequenceNumber(count: number): string {
  return `1${String(count).padStart(20, '0')}`;
}

function streamOf(
  store: Store,
  tableName: string,
  arn: string,
  listeners: Map<string, Set<() => void>>,
): TableStream {
  const all = under(places.stream(tableName, ''));
  return {
    arn,
    tableName,
    async read(after, limit) {
      const { gte, ...range } = all;
      const from = after === undefined ? { gte } : { gt: places.stream(tableName, after) };
      const records: StreamRecord[] = [];
      for await (const chunk of store.values<StreamRecord>({ ...range, ...from, limit })) {
        for (const record of chunk) records.push(record);
      }
      return records;
    },
    async latest() {
      for await (const [record] of store.values<StreamRecord>({ ...all, reverse: true, limit: 1 })) {
        return record?.dynamodb.SequenceNumber;
      }
      return undefined;
    },
    onAppend(listener) {
      const own = listeners.get(tableName) ?? new Set();
      listeners.set(tableName, own.add(listener));
      return () => own.delete(listener);
    },
  };
}

/** One of `before` and `after` is defined. */
function recordOf(
  table: Table,
  stream: NonNullable<Table['stream']>,
  before: Item | undefined,
  after: Item | undefined,
  sequence: string,
  now: number,
): StreamRecord {
  const keys = keyOf(table, after ?? before ?? {});
  const withNew = stream.viewType === 'NEW_IMAGE' || stream.viewType === 'NEW_AND_OLD_IMAGES';
  const withOld = stream.viewType === 'OLD_IMAGE' || stream.viewType === 'NEW_AND_OLD_IMAGES';
  let size = itemBytes(keys);
  if (after && withNew) size += itemBytes(after);
  if (before && withOld) size += itemBytes(before);
  return {
    eventID: sequence.padStart(32, '0'),
    eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    eventSourceARN: stream.arn,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(now / 1000),
      Keys: keys,
      ...(after && withNew && { NewImage: after }),
      ...(before && withOld && { OldImage: before }),
      SequenceNumber: sequence,
      SizeBytes: size,
      StreamViewType: stream.viewType,
    },
  };
}
