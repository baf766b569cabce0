/**
 * TransactWriteItems and TransactGetItems: all or nothing, isolated by the locks of every item that they touch. Where the
 * service may answer `TransactionConflict` to a write that meets another, here the later one waits; conflicts come from
 * injected faults only.
 */
import { createHash } from 'node:crypto';
import { AwsError, type Caller } from '../ports.ts';
import { consumedByTable } from './batch-calls.ts';
import { byTable, type Reported, readUnits, type Usage, usage } from './capacity.ts';
import { type Call, type Engine, meterReads, meterWrites, permit, throttle } from './engine.ts';
import { type CancellationReason, cancelled, invalid } from './errors.ts';
import { itemBytes } from './item.ts';
import { type GetInput, project, readPlace } from './item-calls.ts';
import { type Operation, places, type Store, under } from './store.ts';
import type { Item } from './types.ts';
import { validate } from './validate.ts';
import { commit, type Prepared, placeOf, prepare, type Write, type WriteInput, writeOf } from './writes.ts';

/** Most actions, and most bytes of all items, of one transaction (DynamoDB quotas). */
const maxActions = 100;
const maxBytes = 4 * 1024 * 1024;
/** How long a `ClientRequestToken` is remembered, in milliseconds. */
export const tokenMs = 600_000;

/** The parts of a transaction: the right that each needs, and the kind of write. */
const parts = {
  Put: { right: 'PutItem', schema: 'PutItem', kind: 'put' },
  Update: { right: 'UpdateItem', schema: 'UpdateItem', kind: 'update' },
  Delete: { right: 'DeleteItem', schema: 'DeleteItem', kind: 'delete' },
  ConditionCheck: { right: 'ConditionCheckItem', schema: 'DeleteItem', kind: 'check' },
} as const;

/** A transaction that was done: its token is answered with success again, without doing anything. */
export interface Token {
  /** Epoch milliseconds. */
  at: number;
  digest: string;
}

export const transactWriteItems: Call = async (engine, caller, body) => {
  const actions = actionsOf(body.TransactItems);
  const writes = actions.map((action) => partOf(engine, caller, action));
  const locks = distinct(writes.map(placeOf));
  for (const { table } of writes) throttle(engine, table.TableName, 'TransactWriteItems');
  const token =
    typeof body.ClientRequestToken === 'string' ? places.token(body.ClientRequestToken) : undefined;
  const digest = createHash('sha256').update(JSON.stringify(body.TransactItems)).digest('base64');

  const used = await engine.locks.run(token ? [...locks, token] : locks, async () => {
    if (token && (await isDone(engine, token, digest))) return [];
    const items = await engine.store.getMany<Item>(locks);
    const prepared = await prepareAll(engine, writes, items);
    const done: Operation[] = token
      ? [{ type: 'put', key: token, value: { at: engine.clock(), digest } }]
      : [];
    await commit(engine, prepared, done);
    return prepared.map((each) => ({ ...each.usage, units: each.usage.units * 2 }));
  });
  const tables = byTable(used);
  for (const each of tables) meterWrites(engine, each);
  return { ConsumedCapacity: consumedByTable(body.ReturnConsumedCapacity as Reported, tables) };
};

/** @throws AwsError `ValidationException` unless there are 1 to 100 actions */
function actionsOf(items: unknown): Record<string, WriteInput>[] {
  if (Array.isArray(items) && items.length > 0 && items.length <= maxActions) return items;
  const bound =
    Array.isArray(items) && items.length > 0
      ? `less than or equal to ${maxActions}`
      : 'greater than or equal to 1';
  throw invalid(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

function partOf(engine: Engine, caller: Caller, action: Record<string, WriteInput>): Write {
  const [[name, body] = [], ...others] = Object.entries(action ?? {}).filter(([, value]) => value !== null);
  const part = parts[name as keyof typeof parts];
  if (!part || !body || others.length > 0) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const input = validate<WriteInput>(part.schema, body);
  if (part.kind === 'check' && !input._condition) {
    throw invalid('The expression can not be empty; ConditionCheck needs a ConditionExpression');
  }
  const table = permit(engine, caller, part.right, input.TableName, [input.Item ?? input.Key ?? {}]);
  return writeOf(part.kind, table, input);
}

/** @throws AwsError `ValidationException` when an item appears twice */
function distinct(keys: string[]): string[] {
  if (new Set(keys).size === keys.length) return keys;
  throw invalid('Transaction request cannot include multiple operations on one item');
}

async function isDone(engine: Engine, token: string, digest: string): Promise<boolean> {
  const done = await engine.store.get<Token>(token);
  if (!done || engine.clock() - done.at >= tokenMs) return false;
  if (done.digest === digest) return true;
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'The request was retried with the same client token and other parameters',
  );
}

/** @throws AwsError `TransactionCanceledException` with a reason for each action, in order */
async function prepareAll(
  engine: Engine,
  writes: readonly Write[],
  items: readonly (Item | undefined)[],
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  const reasons: CancellationReason[] = [];
  for (const [i, write] of writes.entries()) {
    if (engine.faults.conflict?.(write.table.TableName)) {
      reasons.push({ Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' });
      continue;
    }
    try {
      prepared.push(await prepare(write, items[i]));
      reasons.push({ Code: 'None' });
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  if (prepared.length < writes.length) throw cancelled(reasons);
  const bytes = prepared.reduce((total, { after }) => total + (after ? itemBytes(after) : 0), 0);
  if (bytes > maxBytes) throw invalid('Transaction request cannot exceed 4 MB of items');
  return prepared;
}

function reasonOf(error: unknown): CancellationReason {
  if (!(error instanceof AwsError)) throw error;
  const Code =
    error.name === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
  return { Code, Message: error.message, ...error.extra };
}

export const transactGetItems: Call = async (engine, caller, body) => {
  const actions = actionsOf(body.TransactItems) as unknown as { Get?: GetInput }[];
  const reads = actions.map(({ Get }) => {
    const input = validate<GetInput>('GetItem', Get ?? {});
    const table = permit(engine, caller, 'GetItem', input.TableName, [input.Key]);
    return { table, input, place: readPlace(table, input) };
  });
  const locks = distinct(reads.map(({ place }) => place));
  for (const { table } of reads) throttle(engine, table.TableName, 'TransactGetItems');
  const conflicts = reads.map(({ table }) => engine.faults.conflict?.(table.TableName) ?? false);
  if (conflicts.includes(true)) {
    throw cancelled(conflicts.map((conflict) => ({ Code: conflict ? 'TransactionConflict' : 'None' })));
  }
  const items = await engine.locks.run(locks, () => engine.store.getMany<Item>(locks));
  const used: Usage[] = [];
  const responses = reads.map(({ table, input }, i) => {
    const item = items[i];
    used.push(usage(table.TableName, readUnits(item ? itemBytes(item) : 0, 2)));
    return item ? { Item: project(input, item) } : {};
  });
  const tables = byTable(used);
  for (const each of tables) meterReads(engine, each);
  return {
    Responses: responses,
    ConsumedCapacity: consumedByTable(body.ReturnConsumedCapacity as Reported, tables),
  };
};

/** Forgets the tokens that are too old to matter. */
export async function forgetTokens(store: Store, now: number): Promise<void> {
  for await (const keys of store.keys(under(places.token('')))) {
    const tokens = await store.getMany<Token>(keys);
    const old = keys.filter((_, i) => now - (tokens[i]?.at ?? 0) >= tokenMs);
    await store.commit(old.map((key) => ({ type: 'del', key })));
  }
}
