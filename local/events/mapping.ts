/** One event source mapping: reads a table's stream and feeds a function. */
import type { Clock, Durable, InvokeResult, StreamRecord, TableStream } from '../ports.ts';
import { processBatch, type RetryPolicy } from './batch.ts';
import { failureRecord } from './failure-record.ts';
import { createLanes, partitionOf, type Tracked } from './lanes.ts';
import { trackPosition } from './position.ts';

export interface MappingSettings {
  id: string;
  functionArn: string;
  batchSize: number;
  windowMs: number;
  parallel: number;
  startAt: 'TRIM_HORIZON' | 'LATEST';
  retry: RetryPolicy;
  /** Undefined takes every record. */
  wants: ((record: StreamRecord) => boolean) | undefined;
  partitionKey: string | undefined;
}

/** Faults to inject into the way from a stream to a function; each is asked anew for every batch. */
export interface StreamFaults {
  /** A batch that was done is invoked once more. */
  repeat?(functionArn: string, table: string): boolean;
  /** A batch comes in two parts. */
  split?(functionArn: string, table: string): boolean;
  /** The partition keys of a batch come at once and in any order, as from shards of their own. */
  reorder?(functionArn: string, table: string): boolean;
  /** A batch waits so many milliseconds. */
  delayMs?(functionArn: string, table: string): number;
}

export interface MappingOptions {
  settings: MappingSettings;
  stream: TableStream;
  durable: Durable;
  invoke(event: { Records: readonly StreamRecord[] }): Promise<InvokeResult>;
  /** Throws when the function's role may not read the stream. */
  checkRead(): void;
  /** Sends to the on-failure destination; undefined when there is none. Never rejects. */
  sendFailure: ((record: object) => Promise<void>) | undefined;
  clock: Clock;
  log(line: string): void;
  timeScale: number;
  /** Polls each so many milliseconds, as Lambda does; undefined wakes at each append. */
  pollMs: number | undefined;
  faults: StreamFaults;
}

export interface Mapping {
  /** Resolves when every record that the stream now has is dealt with. */
  idle(): Promise<void>;
  /** Stops, after running invocations had a moment to end, and stores the position. */
  close(): Promise<void>;
}

const readLimit = 1000;
/** After a read failed, or before a retry: doubling from 200 ms to 30 s. AWS's own figures are not published. */
const backoffMs = (failures: number) => Math.min(200 * 2 ** (failures - 1), 30_000);
const readAgainMs = 1000;
/** How long a stop waits for running invocations; their records come again at the next start. */
const graceMs = 2000;

export function startMapping(options: MappingOptions): Mapping {
  const { settings, stream, durable, checkRead, sendFailure, clock, log, timeScale, faults } = options;
  const key = `mapping:${settings.id}`;
  const position = trackPosition(durable, key, log);
  /** So many records may be under way; reading waits for lanes to get free beyond it. */
  const capacity = Math.max(readLimit, settings.batchSize * settings.parallel * 2);
  const sleepers = new Map<NodeJS.Timeout, () => void>();
  const watchers = new Set<() => void>();
  const running = new Set<Promise<void>>();
  let readTo: string | undefined;
  let begun = false;
  let closed = false;
  /** Nothing may be stored any more. */
  let stopped = false;
  let refused = false;
  let again = false;
  let pumping: Promise<void> | undefined;

  const sleep = (ms: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      sleepers.delete(timer);
      resolve();
    }, ms / timeScale);
    sleepers.set(timer, resolve);
    return promise;
  };

  const invoke: MappingOptions['invoke'] = async (event) => {
    const result = await options.invoke(event);
    const again = !result.error && faults.repeat?.(settings.functionArn, stream.tableName);
    return again ? options.invoke(event) : result;
  };

  const run = async (batch: readonly Tracked[]) => {
    const delay = faults.delayMs?.(settings.functionArn, stream.tableName) ?? 0;
    if (delay > 0) await sleep(delay * timeScale);
    for (const parts of partsOf(batch)) await Promise.all(parts.map(runPart));
  };

  /** One after the other, each a list of what comes at once. */
  const partsOf = (batch: readonly Tracked[]): (readonly Tracked[])[][] => {
    if (batch.length > 1 && faults.split?.(settings.functionArn, stream.tableName)) {
      const middle = Math.ceil(batch.length / 2);
      return [[batch.slice(0, middle)], [batch.slice(middle)]];
    }
    if (batch.length > 1 && faults.reorder?.(settings.functionArn, stream.tableName)) {
      const byKey = Map.groupBy(batch, ({ record }) => partitionOf(record, settings.partitionKey));
      // The last come first where only one can run at a time.
      return [[...byKey.values()].reverse()];
    }
    return [[batch]];
  };

  const runPart = async (batch: readonly Tracked[]) => {
    const marks = new Map(batch.map(({ record, mark }) => [record, mark]));
    const done = (records: readonly StreamRecord[]) => {
      if (stopped) return;
      for (const record of records) {
        const mark = marks.get(record);
        if (mark) position.finish(mark);
      }
    };
    await processBatch(
      batch.map(({ record }) => record),
      {
        policy: settings.retry,
        invoke: (Records) => invoke({ Records }),
        done,
        async discard(records, reason, invocations, result) {
          log(`${records.length} records of ${stream.tableName} given up: ${reason}`);
          const arn = settings.functionArn;
          const record = failureRecord(stream.arn, arn, records, reason, invocations, result, clock());
          await sendFailure?.(record);
          done(records);
        },
        now: clock,
        backoff: (failures) => sleep(backoffMs(failures)),
        stopped: () => closed,
      },
    ).catch((error) => log(`a batch of ${stream.tableName} stopped: ${error}`));
  };

  const lanes = createLanes({
    count: settings.parallel,
    partitionKey: settings.partitionKey,
    batchSize: settings.batchSize,
    windowMs: settings.windowMs / timeScale,
    run: (batch) => {
      const job = run(batch).finally(() => running.delete(job));
      running.add(job);
      return job;
    },
    onFree: () => {
      wake();
      for (const watcher of watchers) watcher();
    },
  });

  /** A stored '' is the stream's beginning: LATEST of a stream that was empty then. */
  const begin = async () => {
    const known = await durable.get(key);
    readTo = known || undefined;
    if (known === undefined && settings.startAt === 'LATEST') {
      readTo = await stream.latest();
      await durable.set(key, readTo ?? '');
    }
    begun = true;
  };

  const allowed = () => {
    try {
      checkRead();
      refused = false;
    } catch (error) {
      if (!refused) log(`nothing is read: ${error instanceof Error ? error.message : error}`);
      refused = true;
    }
    return !refused;
  };

  const read = async () => {
    do {
      again = false;
      if (!allowed()) return;
      if (!begun) await begin();
      while (!closed && lanes.size() < capacity) {
        const records = await stream.read(readTo, readLimit);
        if (records.length === 0) break;
        for (const record of records) {
          readTo = record.dynamodb.SequenceNumber;
          const mark = position.begin(readTo);
          if (settings.wants && !settings.wants(record)) position.finish(mark);
          else lanes.add({ record, mark });
        }
        lanes.kick();
      }
    } while (again && !closed);
  };

  const wake = (): Promise<void> => {
    if (closed) return Promise.resolve();
    again = true;
    pumping ??= read()
      .catch((error) => {
        again = false;
        if (closed) return;
        log(`reading ${stream.tableName} failed: ${error}`);
        void sleep(readAgainMs).then(wake);
      })
      .finally(() => {
        pumping = undefined;
        // Woken after the last look at the stream, but before this line.
        if (again) void wake();
      });
    return pumping;
  };

  const stopListening = options.pollMs === undefined ? stream.onAppend(() => void wake()) : undefined;
  const poll = options.pollMs === undefined ? undefined : setInterval(() => void wake(), options.pollMs);
  void wake();

  return {
    async idle() {
      for (;;) {
        await wake();
        if (closed || (lanes.size() === 0 && !pumping)) break;
        await new Promise<void>((resolve) => {
          const watcher = () => {
            watchers.delete(watcher);
            resolve();
          };
          watchers.add(watcher);
          if (lanes.size() === 0) watcher();
        });
      }
      await position.stored();
    },
    async close() {
      closed = true;
      stopListening?.();
      clearInterval(poll);
      lanes.close();
      for (const [timer, resolve] of sleepers) {
        clearTimeout(timer);
        resolve();
      }
      for (const watcher of watchers) watcher();
      await pumping;
      const grace = Promise.withResolvers<void>();
      const timer = setTimeout(grace.resolve, graceMs);
      await Promise.race([Promise.all(running), grace.promise]);
      clearTimeout(timer);
      await position.stored();
      stopped = true;
    },
  };
}
