/** DynamoDB as documents: one client a sandbox, plain objects in and out, failed conditions as values. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { once } from '../environment.ts';

export type Doc = Record<string, unknown>;

/** An expression with its placeholders. */
export interface Expression {
  expression: string;
  names?: Record<string, string>;
  values?: Doc;
}

/** One write. `update` is an update expression; its placeholders may be used by `condition` as well. */
export type DocWrite =
  | { table: string; put: Doc; condition?: Expression }
  | { table: string; remove: Doc; condition?: Expression }
  | { table: string; update: Doc; set: Expression; condition?: Expression };

export interface DocQuery {
  table: string;
  key: Expression;
  /** False for the highest sort key first. Default true. */
  ascending?: boolean;
  limit?: number;
  /** Attributes to return. Default: all. */
  only?: readonly string[];
  /** The key to go on after. */
  after?: Doc;
}

/** Why a transaction was not done: a condition did not hold (by position), or others were at the same items. */
export type Outcome = { done: true } | { done: false; failed: readonly number[] };

export interface Db {
  /** A consistent read. */
  get(table: string, key: Doc): Promise<Doc | undefined>;
  /** One page (at most 1 MB), read consistently. `next` is there when more may follow. */
  query(query: DocQuery): Promise<{ docs: Doc[]; next?: Doc }>;
  /** All pages of a query. */
  all(query: Omit<DocQuery, 'limit'>): Promise<Doc[]>;
  /** One write; the document that it removed, if any, or `false` when its condition did not hold. */
  write(write: DocWrite): Promise<Doc | undefined | false>;
  /** One update; the document after it or, when the condition did not hold, as it stands (undefined: there is none). */
  change(update: Extract<DocWrite, { update: Doc }>): Promise<{ done: boolean; doc: Doc | undefined }>;
  /** All writes or none, at most 100. */
  transact(writes: readonly DocWrite[]): Promise<Outcome>;
}

/** Shorter than the SDK's own limits: a caller waits, and another attempt is quick. */
const requestHandler = { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true };

const shared = once(() => new DynamoDBClient({ maxAttempts: 4, requestHandler }));

/** The database of this sandbox. Connections are kept alive by the SDK's default agent. */
export const dynamo = once(() => createDb(shared()));

/**
 * The same without the SDK's own repeats: a single write whose answer was lost may have been done, and must not be done
 * twice behind our back. (Transactions carry a token, so their repeats are safe with the other one.) It shares the
 * connections, so that the read before a write finds out which of them died while the sandbox was frozen.
 */
export const dynamoUnrepeated = once(() =>
  createDb(new DynamoDBClient({ maxAttempts: 1, requestHandler: shared().config.requestHandler })),
);

export function createDb(client: DynamoDBClient): Db {
  const query = async (wanted: DocQuery): Promise<{ docs: Doc[]; next?: Doc }> => {
    const output = await client.send(new QueryCommand(queryInput(wanted)));
    const docs = (output.Items ?? []).map((item) => unmarshall(item));
    return output.LastEvaluatedKey === undefined
      ? { docs }
      : { docs, next: unmarshall(output.LastEvaluatedKey) };
  };
  return {
    async get(table, key) {
      const output = await client.send(
        new GetItemCommand({ TableName: table, Key: encode(key), ConsistentRead: true }),
      );
      return output.Item === undefined ? undefined : unmarshall(output.Item);
    },
    query,
    async all(wanted) {
      const docs: Doc[] = [];
      let after: Doc | undefined;
      do {
        const page = await query(after === undefined ? wanted : { ...wanted, after });
        docs.push(...page.docs);
        after = page.next;
      } while (after !== undefined);
      return docs;
    },
    async write(write) {
      try {
        const old = await sendWrite(client, write);
        return old === undefined ? undefined : unmarshall(old);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
    async change(write) {
      try {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            ...writeInput(write),
            Key: encode(write.update),
            UpdateExpression: write.set.expression,
            ReturnValues: 'ALL_NEW',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { done: true, doc: Attributes && unmarshall(Attributes) };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return { done: false, doc: error.Item && unmarshall(error.Item) };
      }
    },
    async transact(writes) {
      try {
        await client.send(new TransactWriteItemsCommand({ TransactItems: writes.map(transactItem) }));
        return { done: true };
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        return { done: false, failed: lostPositions(error) };
      }
    },
  };
}

/** Rethrows a cancellation that trying again cannot heal, such as an item above 400 KB. */
function lostPositions(error: TransactionCanceledException): number[] {
  const reasons = error.CancellationReasons ?? [];
  const passing = ['None', 'ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError'];
  const fatal = reasons.find(({ Code }) => !passing.includes(Code ?? 'None'));
  if (fatal !== undefined) throw error;
  return reasons.flatMap(({ Code }, index) => (Code === 'ConditionalCheckFailed' ? [index] : []));
}

async function sendWrite(
  client: DynamoDBClient,
  write: DocWrite,
): Promise<Record<string, AttributeValue> | undefined> {
  const input = writeInput(write);
  if ('put' in write) {
    await client.send(new PutItemCommand({ ...input, Item: encode(write.put) }));
    return undefined;
  }
  if ('remove' in write) {
    const remove = { ...input, Key: encode(write.remove), ReturnValues: 'ALL_OLD' as const };
    return (await client.send(new DeleteItemCommand(remove))).Attributes;
  }
  const update = { ...input, Key: encode(write.update), UpdateExpression: write.set.expression };
  await client.send(new UpdateItemCommand(update));
  return undefined;
}

function transactItem(write: DocWrite): TransactWriteItem {
  const input = writeInput(write);
  if ('put' in write) return { Put: { ...input, Item: encode(write.put) } };
  if ('remove' in write) return { Delete: { ...input, Key: encode(write.remove) } };
  return { Update: { ...input, Key: encode(write.update), UpdateExpression: write.set.expression } };
}

function writeInput(write: DocWrite) {
  const parts = [...('set' in write ? [write.set] : []), ...(write.condition ? [write.condition] : [])];
  return {
    TableName: write.table,
    ...(write.condition === undefined ? {} : { ConditionExpression: write.condition.expression }),
    ...placeholders(parts),
  };
}

function queryInput({ table, key, ascending = true, limit, only, after }: DocQuery) {
  const projection = Object.fromEntries((only ?? []).map((name, index) => [`#only${index}`, name]));
  return {
    TableName: table,
    ConsistentRead: true,
    ScanIndexForward: ascending,
    KeyConditionExpression: key.expression,
    ...placeholders([key, { expression: '', names: projection }]),
    ...(only === undefined ? {} : { ProjectionExpression: Object.keys(projection).join(', ') }),
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(after === undefined ? {} : { ExclusiveStartKey: encode(after) }),
  };
}

function placeholders(parts: readonly Expression[]) {
  const names = Object.assign({}, ...parts.map((part) => part.names ?? {})) as Record<string, string>;
  const values = Object.assign({}, ...parts.map((part) => part.values ?? {})) as Doc;
  return {
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: encode(values) }),
  };
}

function encode(doc: Doc): Record<string, AttributeValue> {
  return marshall(doc, { removeUndefinedValues: true });
}

/** A document of a stream image, whose attribute values are those of the SDK in another type's clothes. */
export function decodeImage(image: unknown): Doc {
  return unmarshall(image as Record<string, AttributeValue>);
}
