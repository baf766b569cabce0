/**
 * DynamoDB on this machine: dynalite's storage and validations, with what it lacks around them: streams, transactions,
 * TTL, images of failed conditions, capacity, access checks.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Resource, ServiceReply, ServiceRequest } from '../ports.ts';
import { type Authorize, AwsError, type Caller, type Clock, type DynamoDb, type Meter } from '../ports.ts';
import { batchGetItem, batchWriteItem } from './batch-calls.ts';
import type { Call, Engine } from './engine.ts';
import { sweep } from './expiry.ts';
import { openIndexLag } from './indexes.ts';
import { deleteItem, getItem, putItem, updateItem } from './item-calls.ts';
import { createLocks } from './locks.ts';
import { query, scan } from './range-calls.ts';
import { openStore, places } from './store.ts';
import { openStreams } from './streams.ts';
import * as tableCalls from './table-calls.ts';
import { openTables } from './tables.ts';
import { forgetTokens, transactGetItems, transactWriteItems } from './transaction-calls.ts';
import type { Faults } from './types.ts';

export type { Faults } from './types.ts';

export interface DynamoDbOptions {
  /** Folder of the database; undefined: in memory. */
  path?: string | undefined;
  clock: Clock;
  authorize: Authorize;
  meter: Meter;
  faults?: Faults | undefined;
  /** Time between two sweeps of expired items, in milliseconds. Default 60,000. */
  ttlSweepMs?: number;
  /** How many times faster than real time the sweeps come. Default 1. */
  timeScale?: number;
}

export interface LocalDynamoDb extends DynamoDb {
  /** Makes or updates the tables of a template; data is kept. Other resources are passed over. */
  ensureTables(resources: readonly Resource[]): Promise<void>;
  /** One action in process, e.g. `call('PutItem', input, {})`, in wire shape. Throws `AwsError`. */
  call(action: string, input: object, caller: Caller): Promise<object>;
  /** Removes expired items, stream records older than 24 hours and old transaction tokens; also runs by itself. */
  sweep(): Promise<void>;
}

const calls: Record<string, Call> = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CreateTable: tableCalls.createTable,
  DeleteItem: deleteItem,
  DeleteTable: tableCalls.deleteTable,
  DescribeTable: tableCalls.describeTable,
  DescribeTimeToLive: tableCalls.describeTimeToLive,
  GetItem: getItem,
  ListTables: tableCalls.listTables,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UpdateItem: updateItem,
  UpdateTimeToLive: tableCalls.updateTimeToLive,
};

const writing = new Set(['BatchWriteItem', 'DeleteItem', 'PutItem', 'TransactWriteItems', 'UpdateItem']);

/** The tables that a call names. */
function tablesIn({ TableName, RequestItems, TransactItems }: Record<string, unknown>): string[] {
  if (typeof TableName === 'string') return [TableName];
  if (!Array.isArray(TransactItems)) return Object.keys(RequestItems ?? {});
  return TransactItems.flatMap((action: Record<string, { TableName: string }>) =>
    Object.values(action).map((part) => part.TableName),
  );
}

/**
 * Opens the database.
 * @throws Error with one line when another process has the path open
 */
export async function createDynamoDb(options: DynamoDbOptions): Promise<LocalDynamoDb> {
  const { clock, authorize, meter, faults = {}, ttlSweepMs = 60_000, timeScale = 1 } = options;
  const store = await openStore(options.path);
  const tables = await openTables(store);
  const engine: Engine = {
    store,
    tables,
    streams: await openStreams(store, tables, clock),
    locks: createLocks(),
    lag: await openIndexLag(store, clock, () => faults.gsiLagMs ?? 0),
    clock,
    authorize,
    meter,
    faults,
  };

  async function call(action: string, input: object, caller: Caller): Promise<object> {
    const answer = calls[action];
    if (!answer) throw new AwsError('UnknownOperationException', `${action} is not supported`);
    const body = input as Record<string, unknown>;
    const tablesOf = () => tablesIn(body);
    const delay = faults.delayMs?.(tablesOf) ?? 0;
    if (delay > 0) await pause(delay / 2);
    const done = await answer(engine, caller, body);
    if (delay > 0) await pause(delay / 2);
    if (writing.has(action) && faults.unanswered?.(tablesOf)) {
      throw new AwsError('InternalServerError', 'Internal server error', 500);
    }
    return done;
  }

  async function sweepAll(): Promise<void> {
    await engine.lag.settle();
    for (const table of tables.all()) await sweep(engine, table);
    await engine.streams.trim();
    await forgetTokens(store, clock());
  }

  let sweeping: Promise<void> | undefined;
  const sweepOnce = (): Promise<void> => {
    sweeping ??= sweepAll().finally(() => {
      sweeping = undefined;
    });
    return sweeping;
  };
  const timer = setInterval(() => {
    sweepOnce().catch((error) => console.error('DynamoDB sweep failed:', error));
  }, ttlSweepMs / timeScale).unref();

  return {
    handle: (request) => reply(request, call),
    call,
    ensureTables: (resources) => tableCalls.ensureTables(engine, resources),
    stream: (arn) => engine.streams.byArn(arn),
    sweep: sweepOnce,
    durable: {
      get: (key) => store.get<string>(places.durable(key)),
      set: (key, value) => store.commit([{ type: 'put', key: places.durable(key), value }]),
    },
    async close() {
      clearInterval(timer);
      await sweeping?.catch(() => undefined);
      await store.close();
    },
  };
}

/** Answers one request of the AWS JSON 1.0 protocol. */
async function reply(request: ServiceRequest, call: LocalDynamoDb['call']): Promise<ServiceReply> {
  const target = String(request.headers['x-amz-target'] ?? '');
  try {
    return json(200, await call(target.split('.')[1] ?? '', parse(request.body), request.caller));
  } catch (error) {
    if (error instanceof AwsError) {
      const { name, message, status, extra } = error;
      return json(status, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...extra });
    }
    console.error(`DynamoDB ${target} failed:`, error);
    return json(500, {
      __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
      message: 'Internal error',
    });
  }
}

function parse(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Refused below like any other text.
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object');
}

function json(status: number, body: object): ServiceReply {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(body) };
}
