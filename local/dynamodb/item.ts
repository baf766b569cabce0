/** Sizes, equality and conditions of items: pure functions over DynamoDB JSON. */
import db, { type Expression, type Operand, type ParsedCondition } from 'dynalite/db/index.js';
import type { AttributeValue, Item } from './types.ts';

/** The largest item, names included (DynamoDB quota). */
export const maxItemBytes = 400 * 1024;

/** An item's size in bytes as DynamoDB counts it: UTF-8 names and values, 3 bytes and 1 an entry for nesting. */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value) bytes += Buffer.byteLength(name) + valueBytes(value);
  }
  return bytes;
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.SS) return sum(value.SS, (text) => Buffer.byteLength(text));
  if (value.NS) return sum(value.NS, numberBytes);
  if (value.BS) return sum(value.BS, (binary) => Buffer.byteLength(binary, 'base64'));
  if (value.L) return 3 + sum(value.L, (element) => 1 + valueBytes(element));
  if (value.M) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  return 1;
}

/** About one byte for two significant digits, and one more. */
function numberBytes(number: string): number {
  const digits = number.replace(/^-?0*\.?0*|\.|0+$/g, '').length;
  return 1 + Math.ceil(digits / 2) + (number.startsWith('-') ? 1 : 0);
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  let total = 0;
  for (const value of values) total += of(value);
  return total;
}

/** True when both hold the same attributes; the order of names and of a set's members does not matter. */
export function sameItem(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => sameValue(left[name], right[name]));
}

export function sameValue(left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left.L || right.L) {
    return (
      left.L?.length === right.L?.length && (left.L ?? []).every((value, i) => sameValue(value, right.L?.[i]))
    );
  }
  if (left.M || right.M) return left.M !== undefined && right.M !== undefined && sameItem(left.M, right.M);
  return (
    left.S === right.S &&
    left.N === right.N &&
    left.B === right.B &&
    left.BOOL === right.BOOL &&
    left.NULL === right.NULL &&
    sameSet(left.SS, right.SS) &&
    sameSet(left.NS, right.NS) &&
    sameSet(left.BS, right.BS)
  );
}

function sameSet(left: string[] | undefined, right: string[] | undefined): boolean {
  if (!left || !right) return left === right;
  return left.length === right.length && left.every((member) => right.includes(member));
}

/** The conditions of a write, in the current form or in the one of 2012 (`Expected`). */
export interface Conditions {
  _condition?: ParsedCondition;
  Expected?: unknown;
  ConditionalOperator?: string;
}

export function meetsConditions(conditions: Conditions, item: Item | undefined): boolean {
  if (conditions._condition) return matches(conditions._condition.expression, item ?? {});
  if (conditions.Expected)
    return db.matchesFilter(item ?? {}, conditions.Expected, conditions.ConditionalOperator);
  return true;
}

/** Evaluates a parsed expression. dynalite's own evaluation holds two equal maps or lists for different. */
export function matches(expression: Expression, item: Item): boolean {
  const { type, args } = expression;
  if (type === 'and') return args.every((arg) => matches(arg as Expression, item));
  if (type === 'or') return args.some((arg) => matches(arg as Expression, item));
  if (type === 'not') return !matches(args[0] as Expression, item);
  const [left, ...rest] = args.map((arg) => operand(arg, item));
  switch (type) {
    case '=':
      return left !== undefined && sameValue(left, rest[0]);
    case '<>':
      return !sameValue(left, rest[0]);
    case 'in':
      return left !== undefined && rest.some((value) => sameValue(left, value));
    case 'function':
      return expression.name === 'contains' && left?.L
        ? left.L.some((element) => sameValue(element, rest[0]))
        : db.compare(expression.name ?? '', left, rest);
    default:
      return db.compare(type, left, rest);
  }
}

function operand(arg: Operand, item: Item): AttributeValue | undefined {
  if (Array.isArray(arg)) return db.mapPath(arg, item);
  if ('type' in arg && arg.type === 'function') {
    const length = lengthOf(operand((arg as Expression).args[0] as Operand, item));
    return length === undefined ? undefined : { N: String(length) };
  }
  return arg as AttributeValue;
}

/** `size()` in an expression. */
function lengthOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.M) return Object.keys(value.M).length;
  return (value.S ?? value.SS ?? value.NS ?? value.BS ?? value.L)?.length;
}
