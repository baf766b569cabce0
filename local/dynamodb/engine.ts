/** What every call works with, and the checks with which each begins. */
import type { Authorize, Caller, Clock, Meter } from '../ports.ts';
import { totalUnits, type Usage } from './capacity.ts';
import { throttled } from './errors.ts';
import type { IndexLag } from './indexes.ts';
import type { Locks } from './locks.ts';
import type { Store } from './store.ts';
import type { Streams } from './streams.ts';
import { type Tables, tableArn } from './tables.ts';
import type { AttributeValue, Faults, Item, Table } from './types.ts';

export interface Engine {
  store: Store;
  tables: Tables;
  streams: Streams;
  locks: Locks;
  lag: IndexLag;
  clock: Clock;
  authorize: Authorize;
  meter: Meter;
  faults: Faults;
}

/** Answers one action, e.g. `PutItem`: the body in, the body out. */
export type Call = (engine: Engine, caller: Caller, body: Record<string, unknown>) => Promise<object>;

/**
 * Checks the caller's right to an action and returns the table.
 * @param items the items or keys that the call names, for `dynamodb:LeadingKeys`
 * @throws AwsError `AccessDeniedException`, then `ResourceNotFoundException`
 */
export function permit(
  engine: Engine,
  caller: Caller,
  action: string,
  name: string,
  items: readonly Item[] = [],
  index?: string,
): Table {
  const table = engine.tables.find(name);
  const arn = table?.arn ?? tableArn(name);
  const hash = table && keyNames(table, index)[0];
  const leading = hash === undefined ? [] : items.flatMap((item) => scalar(item[hash]) ?? []);
  const context = leading.length > 0 ? { 'dynamodb:LeadingKeys': [...new Set(leading)] } : undefined;
  engine.authorize(
    caller,
    `dynamodb:${action}`,
    index === undefined ? arn : `${arn}/index/${index}`,
    context,
  );
  return engine.tables.get(name);
}

/** Names of the key attributes of a table or of its index; empty for an unknown index. */
export function keyNames(table: Table, index?: string): string[] {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const { KeySchema } =
    index === undefined ? table : (indexes.find((each) => each.IndexName === index) ?? { KeySchema: [] });
  return KeySchema.map((element) => element.AttributeName);
}

function scalar(value: AttributeValue | undefined): string | undefined {
  return value?.S ?? value?.N ?? value?.B;
}

/** @throws AwsError `ProvisionedThroughputExceededException` when the fault is injected */
export function throttle(engine: Engine, table: string, action: string): void {
  if (engine.faults.throttle?.(table, action)) throw throttled();
}

export function meterWrites(engine: Engine, used: Usage): void {
  engine.meter('dynamodb.writeUnits', used.table, totalUnits(used));
}

export function meterReads(engine: Engine, used: Usage): void {
  engine.meter('dynamodb.readUnits', used.table, totalUnits(used));
}
