/** Checks requests with dynalite's schemas, which also parse the expressions (`_condition`, `_updates`, ...). */
import batchGetItem from 'dynalite/validations/batchGetItem.js';
import batchWriteItem from 'dynalite/validations/batchWriteItem.js';
import createTable from 'dynalite/validations/createTable.js';
import deleteItem from 'dynalite/validations/deleteItem.js';
import describeTable from 'dynalite/validations/describeTable.js';
import getItem from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import listTables from 'dynalite/validations/listTables.js';
import putItem from 'dynalite/validations/putItem.js';
import query from 'dynalite/validations/query.js';
import scan from 'dynalite/validations/scan.js';
import updateItem from 'dynalite/validations/updateItem.js';
import { awsError } from './errors.ts';
import { maxItemBytes } from './item.ts';
import { isPlainItem } from './plain.ts';

type Schema = typeof getItem;

const images = { type: 'String', enum: ['ALL_OLD', 'NONE'] };
const withImage = (schema: Schema): Schema => ({
  ...schema,
  types: { ...schema.types, ReturnValuesOnConditionCheckFailure: images },
});

const schemas = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  CreateTable: createTable,
  DeleteItem: withImage(deleteItem),
  /** Of the calls that name a table and nothing else. */
  DescribeTable: describeTable,
  GetItem: getItem,
  ListTables: listTables,
  PutItem: withImage(putItem),
  Query: query,
  Scan: scan,
  UpdateItem: withImage(updateItem),
};

/** What dynalite's validations read of its store. */
const store = { options: { maxItemSize: maxItemBytes } };

/**
 * Returns the input with unknown fields dropped and numbers in their one spelling.
 * @throws AwsError `ValidationException` or `SerializationException`
 */
export function validate<T>(action: keyof typeof schemas, input: object): T {
  const schema = schemas[action];
  const { Item } = input as { Item?: unknown };
  // dynalite's checks of an item are most of what a write costs.
  const checked = action === 'PutItem' && isPlainItem(Item);
  try {
    const data = validations.checkTypes({ ...input, ...(checked && { Item: {} }) }, schema.types);
    validations.checkValidations(data, schema.types, schema.custom, store);
    return (checked ? { ...data, Item } : data) as T;
  } catch (error) {
    throw awsError(error as Error);
  }
}

/** Queries as they were validated, by their text. */
const kept = new Map<string, object>();
const maxKept = 1000;

/**
 * The same, for a call that only reads what it gets and comes again and again with the same words: parsing its expressions
 * takes longer than answering it.
 */
export function validateOnce<T>(action: keyof typeof schemas, input: object): T {
  const key = `${action} ${JSON.stringify(input)}`;
  const known = kept.get(key);
  if (known !== undefined) return known as T;
  const data = validate<object>(action, input);
  if (kept.size >= maxKept) kept.clear();
  kept.set(key, data);
  return data as T;
}
