import type {
  Assembly,
  Authorize,
  Caller,
  Clock,
  DynamoDb,
  Lambdas,
  Resource,
  StreamRecord,
} from '../ports.ts';
import { EventsError } from './errors.ts';
import { type Mapping, type MappingSettings, type StreamFaults, startMapping } from './mapping.ts';
import { compilePattern } from './patterns.ts';

export interface MappingsOptions {
  assembly: Assembly;
  dynamodb: Pick<DynamoDb, 'stream' | 'durable'>;
  lambdas: Pick<Lambdas, 'invoke'>;
  authorize: Authorize;
  sqs: { send(queueArn: string, body: string): Promise<void> };
  clock: Clock;
  log: (line: { functionName: string; line: string }) => void;
  /** Divides batching windows and retry waits; default 1. */
  timeScale?: number;
  /** Reads each so many milliseconds (Lambda: 250) instead of at once; default at once. */
  pollMs?: number;
  faults?: StreamFaults;
}

/** Something that runs until it is closed. */
export interface Running {
  /** Resolves when it has caught up with all that happened before. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface MappingProperties {
  FunctionName?: string;
  EventSourceArn?: string;
  Enabled?: boolean | string;
  BatchSize?: number | string;
  MaximumBatchingWindowInSeconds?: number | string;
  ParallelizationFactor?: number | string;
  StartingPosition?: string;
  MaximumRetryAttempts?: number | string;
  MaximumRecordAgeInSeconds?: number | string;
  BisectBatchOnFunctionError?: boolean | string;
  FunctionResponseTypes?: string[];
  TumblingWindowInSeconds?: number | string;
  FilterCriteria?: { Filters?: { Pattern?: string }[] };
  DestinationConfig?: { OnFailure?: { Destination?: string } };
}

const isTrue = (value: unknown) => value === true || value === 'true';
/** -1, AWS's default, is no limit. */
const limit = (value: number | string | undefined) =>
  value === undefined || Number(value) === -1 ? Number.POSITIVE_INFINITY : Number(value);

/** A record passes when one of the filters matches; no filters take every record. */
function wantsOf({ FilterCriteria }: MappingProperties): ((record: StreamRecord) => boolean) | undefined {
  const tests = (FilterCriteria?.Filters ?? []).map(({ Pattern = '{}' }) =>
    compilePattern(JSON.parse(Pattern)),
  );
  return tests.length > 0 ? (record) => tests.some((test) => test(record)) : undefined;
}

function partitionKeyOf(assembly: Assembly, streamArn: string): string | undefined {
  const table = assembly
    .ofType('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')
    .find(({ attributes }) => attributes.StreamArn === streamArn);
  const schema = (table?.properties.KeySchema ?? []) as { AttributeName: string; KeyType: string }[];
  return schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
}

function settingsOf(
  assembly: Assembly,
  id: string,
  functionArn: string,
  given: MappingProperties,
): MappingSettings {
  return {
    id,
    functionArn,
    batchSize: Number(given.BatchSize ?? 100),
    windowMs: Number(given.MaximumBatchingWindowInSeconds ?? 0) * 1000,
    parallel: Number(given.ParallelizationFactor ?? 1),
    startAt: given.StartingPosition === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON',
    retry: {
      maxRetries: limit(given.MaximumRetryAttempts),
      maxAgeMs: limit(given.MaximumRecordAgeInSeconds) * 1000,
      bisect: isTrue(given.BisectBatchOnFunctionError),
      reportsItemFailures: given.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    },
    wants: wantsOf(given),
    partitionKey: partitionKeyOf(assembly, given.EventSourceArn ?? ''),
  };
}

const readActions = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'];

function start(resource: Resource, options: MappingsOptions): Mapping {
  const {
    assembly,
    dynamodb,
    lambdas,
    authorize,
    sqs,
    clock,
    log,
    timeScale = 1,
    pollMs,
    faults = {},
  } = options;
  const given = resource.properties as MappingProperties;
  const streamArn = given.EventSourceArn ?? '';
  const name = (given.FunctionName ?? '').split('function:').at(-1)?.split(':')[0] ?? '';
  const target = assembly.find(name);
  const stream = dynamodb.stream(streamArn);
  const fail = (why: string) => new EventsError(`event source mapping ${resource.logicalId}: ${why}`);
  if (!target) throw fail(`there is no function ${given.FunctionName}`);
  if (!stream)
    throw fail(`the local cloud reads DynamoDB streams only, and ${streamArn} is none of this app`);
  if (Number(given.TumblingWindowInSeconds ?? 0) > 0) throw fail('tumbling windows are not supported');

  const caller: Caller = { roleArn: String(target.properties.Role), functionName: name };
  const destination = given.DestinationConfig?.OnFailure?.Destination;
  const functionArn = target.attributes.Arn ?? name;
  const write = (line: string) => log({ functionName: name, line });
  return startMapping({
    settings: settingsOf(assembly, resource.physicalId, functionArn, given),
    stream,
    durable: dynamodb.durable,
    invoke: (event) => lambdas.invoke(functionArn, event),
    checkRead() {
      for (const action of readActions) authorize(caller, `dynamodb:${action}`, streamArn);
    },
    sendFailure:
      destination === undefined
        ? undefined
        : async (record) => {
            try {
              authorize(caller, 'sqs:SendMessage', destination);
              await sqs.send(destination, JSON.stringify(record));
            } catch (error) {
              write(`no delivery to ${destination}: ${error instanceof Error ? error.message : error}`);
            }
          },
    clock,
    log: write,
    timeScale,
    pollMs,
    faults,
  });
}

/**
 * Starts every enabled event source mapping. The function's role must allow reading the stream, as on AWS; without it
 * nothing is delivered, and one log line says so. Throws `EventsError` for a mapping that cannot run here.
 */
export function startMappings(options: MappingsOptions): Running {
  const mappings = options.assembly
    .ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ properties }) => String(properties.Enabled ?? true) === 'true')
    .map((resource) => start(resource, options));
  let activity = 0;
  const stops = new Set(
    options.assembly.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => {
      const stream = options.dynamodb.stream(String(properties.EventSourceArn));
      return stream?.onAppend(() => {
        activity += 1;
      });
    }),
  );
  return {
    async idle() {
      // One mapping's function may write to the table of another that was idle already.
      let before: number;
      do {
        before = activity;
        await Promise.all(mappings.map((mapping) => mapping.idle()));
      } while (activity !== before);
    },
    async close() {
      for (const stop of stops) stop?.();
      await Promise.all(mappings.map((mapping) => mapping.close()));
    },
  };
}
