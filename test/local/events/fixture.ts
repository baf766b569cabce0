/** A stream in memory and a function written in the test, joined by mappings of a real template. */
import { type MappingsOptions, startMappings } from '../../../local/events/index.ts';
import type { Durable, InvokeResult, StreamRecord, TableStream } from '../../../local/ports.ts';
import { loadAssembly } from '../../../local/template/index.ts';
import { lambda, role, writeApp } from '../template/fixture.ts';

export const streamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000';
export const queueArn = 'arn:aws:sqs:us-east-1:000000000000:dead';

export interface FakeStream extends TableStream {
  /** Appends a record of the item; its sequence number is that of the position in the stream, from 1. */
  append(...keys: string[]): void;
  records: StreamRecord[];
}

export const sequence = (n: number) => `1${String(n).padStart(20, '0')}`;

export function fakeStream(now: () => number = () => 1_000_000): FakeStream {
  const records: StreamRecord[] = [];
  const listeners = new Set<() => void>();
  return {
    arn: streamArn,
    tableName: 't',
    records,
    async read(after = '', limit) {
      return records.filter(({ dynamodb }) => dynamodb.SequenceNumber > after).slice(0, limit);
    },
    latest: async () => records.at(-1)?.dynamodb.SequenceNumber,
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    append(...keys) {
      for (const pk of keys) {
        const n = records.length + 1;
        records.push({
          eventID: String(n),
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'us-east-1',
          eventSourceARN: streamArn,
          dynamodb: {
            ApproximateCreationDateTime: now() / 1000,
            Keys: { pk: { S: pk }, sk: { N: String(n) } },
            NewImage: { pk: { S: pk }, sk: { N: String(n) } },
            SequenceNumber: sequence(n),
            SizeBytes: 10,
            StreamViewType: 'NEW_IMAGE',
          },
        });
      }
      for (const listener of listeners) listener();
    },
  };
}

export function memory(): Durable & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value);
    },
  };
}

export type Handler = (keys: string[], records: StreamRecord[]) => unknown;

export const failures = (...numbers: number[]) => ({
  batchItemFailures: numbers.map((n) => ({ itemIdentifier: sequence(n) })),
});

/** Starts a mapping with the given properties. A handler that throws is a function error. */
export async function map(
  stream: FakeStream,
  properties: object,
  handler: Handler,
  options: Partial<MappingsOptions> & { durable?: Durable } = {},
) {
  const { durable = memory(), ...rest } = options;
  await using app = await writeApp({
    Test: {
      Resources: {
        Role: role('r'),
        F: lambda('f', ''),
        T: {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            TableName: 't',
            KeySchema: [
              { AttributeName: 'pk', KeyType: 'HASH' },
              { AttributeName: 'sk', KeyType: 'RANGE' },
            ],
            StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
          },
        },
        M: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            FunctionName: { Ref: 'F' },
            EventSourceArn: { 'Fn::GetAtt': ['T', 'StreamArn'] },
            StartingPosition: 'TRIM_HORIZON',
            ...properties,
          },
        },
      },
    },
  });
  const assembly = loadAssembly(app.directory, { origin: 'http://localhost' });
  const batches: string[][] = [];
  const lines: string[] = [];
  const sent: { queueArn: string; body: string }[] = [];
  const running = startMappings({
    assembly,
    dynamodb: { stream: (arn) => (arn === stream.arn ? stream : undefined), durable },
    lambdas: {
      async invoke(_functionArn, event): Promise<InvokeResult> {
        const { Records } = event as { Records: StreamRecord[] };
        const keys = Records.map(({ dynamodb }) => String((dynamodb.Keys.pk as { S: string }).S));
        batches.push(keys);
        try {
          return { payload: (await handler(keys, Records)) ?? null };
        } catch (error) {
          if (error instanceof Error && error.name === 'TooManyRequestsException') throw error;
          return { payload: null, error: { errorType: 'Error', errorMessage: String(error) } };
        }
      },
    },
    authorize: () => undefined,
    sqs: {
      async send(arn, body) {
        sent.push({ queueArn: arn, body });
      },
    },
    clock: () => 1_000_000,
    log: ({ line }) => lines.push(line),
    timeScale: 1000,
    ...rest,
  });
  return {
    ...running,
    batches,
    lines,
    sent,
    durable,
    [Symbol.asyncDispose]: () => running.close(),
  };
}
