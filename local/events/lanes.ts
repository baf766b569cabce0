/** The concurrent ways of one mapping: records of one partition key always take the same, in order. */
import { createHash } from 'node:crypto';
import type { StreamRecord } from '../ports.ts';
import type { Mark } from './position.ts';

export interface Tracked {
  record: StreamRecord;
  mark: Mark;
}

export interface LanesOptions {
  /** `ParallelizationFactor`. */
  count: number;
  /** The table's partition key; all keys of the item decide when it is not known. */
  partitionKey: string | undefined;
  batchSize: number;
  /** Milliseconds for which a batch that is not full waits for more; 0 for none. */
  windowMs: number;
  /** Never rejects. */
  run(batch: readonly Tracked[]): Promise<void>;
  /** Called whenever a lane has finished a batch. */
  onFree(): void;
}

export interface Lanes {
  add(tracked: Tracked): void;
  /** Starts what can start. */
  kick(): void;
  /** Records that wait or run. */
  size(): number;
  close(): void;
}

/** AWS's limit for an event, bytes, less what surrounds the records. */
const maxEvent = 6_291_456 - 1000;
/** Below this sum of `SizeBytes` a batch cannot exceed the limit, however wordy its JSON. */
const surelySmall = 512 * 1024;

/** How many of the first records make one event. */
export function cutBatch(waiting: readonly Tracked[], batchSize: number): number {
  let raw = 0;
  let json = 0;
  for (const [index, { record }] of waiting.entries()) {
    if (index === batchSize) return index;
    raw += record.dynamodb.SizeBytes;
    if (raw <= surelySmall) continue;
    if (json === 0) {
      for (const before of waiting.slice(0, index)) json += sizeOf(before.record);
    }
    json += sizeOf(record);
    if (json > maxEvent) return Math.max(1, index);
  }
  return waiting.length;
}
const sizeOf = (record: StreamRecord) => Buffer.byteLength(JSON.stringify(record)) + 1;

/** What decides a record's lane: records of one partition keep their order. */
export function partitionOf({ dynamodb: { Keys } }: StreamRecord, partitionKey: string | undefined): string {
  return JSON.stringify((partitionKey && Keys[partitionKey]) || Keys);
}

export function createLanes(options: LanesOptions): Lanes {
  const { count, partitionKey, batchSize, windowMs, run, onFree } = options;
  const lanes = Array.from({ length: count }, () => ({
    waiting: [] as Tracked[],
    running: 0,
    timer: undefined as NodeJS.Timeout | undefined,
    /** The window of the records that wait is over. */
    due: false,
  }));
  type Lane = (typeof lanes)[number];
  let closed = false;

  const laneOf = (record: StreamRecord): Lane | undefined => {
    if (count === 1) return lanes[0];
    const key = partitionOf(record, partitionKey);
    return lanes[createHash('sha1').update(key).digest().readUInt32BE() % count];
  };

  const openWindow = (lane: Lane) => {
    if (windowMs === 0 || lane.timer || lane.waiting.length === 0) return;
    lane.timer = setTimeout(() => {
      lane.timer = undefined;
      lane.due = true;
      start(lane);
    }, windowMs);
  };

  const start = (lane: Lane) => {
    if (closed || lane.running > 0 || lane.waiting.length === 0) return;
    if (windowMs > 0 && !lane.due && lane.waiting.length < batchSize) return;
    clearTimeout(lane.timer);
    lane.timer = undefined;
    lane.due = false;
    const batch = lane.waiting.splice(0, cutBatch(lane.waiting, batchSize));
    lane.running = batch.length;
    void run(batch).then(() => {
      lane.running = 0;
      onFree();
      openWindow(lane);
      start(lane);
    });
  };

  return {
    add(tracked) {
      const lane = laneOf(tracked.record);
      if (!lane) return;
      lane.waiting.push(tracked);
      openWindow(lane);
    },
    kick() {
      for (const lane of lanes) start(lane);
    },
    size: () => lanes.reduce((sum, { waiting, running }) => sum + waiting.length + running, 0),
    close() {
      closed = true;
      for (const { timer } of lanes) clearTimeout(timer);
    },
  };
}
