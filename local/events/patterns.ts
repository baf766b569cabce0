/** Event patterns, the language of `FilterCriteria`. */
import { EventsError } from './errors.ts';

type Test = (value: unknown) => boolean;
type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const ifText = (test: (text: string) => boolean): Test => {
  return (value) => typeof value === 'string' && test(value);
};

function equalsIgnoringCase(wanted: unknown): Test {
  const lower = String(wanted).toLowerCase();
  return ifText((text) => text.toLowerCase() === lower);
}

/** `prefix` and `suffix` take a text or `{"equals-ignore-case": text}`. */
function edge(wanted: unknown, side: 'startsWith' | 'endsWith'): Test {
  if (!isObject(wanted)) return ifText((text) => text[side](String(wanted)));
  const lower = String(wanted['equals-ignore-case']).toLowerCase();
  return ifText((text) => text.toLowerCase()[side](lower));
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`: pairs of comparison and bound, all of which must hold. */
function numeric(wanted: unknown): Test {
  const parts = Array.isArray(wanted) ? wanted : [];
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const compare = comparisons[String(parts[at])];
    if (!compare) throw new EventsError(`unknown comparison ${parts[at]} in an event pattern`);
    const bound = Number(parts[at + 1]);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function wildcard(wanted: unknown): Test {
  const source = String(wanted)
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*');
  const pattern = new RegExp(`^${source}$`, 's');
  return ifText((text) => pattern.test(text));
}

function anythingBut(wanted: unknown): Test {
  const excluded = isObject(wanted) ? [compileMatcher(wanted)] : [wanted].flat().map(compileMatcher);
  return (value) => value !== undefined && !isObject(value) && !excluded.some((test) => test(value));
}

const matchers: Record<string, (wanted: unknown) => Test> = {
  prefix: (wanted) => edge(wanted, 'startsWith'),
  suffix: (wanted) => edge(wanted, 'endsWith'),
  'equals-ignore-case': equalsIgnoringCase,
  'anything-but': anythingBut,
  numeric,
  wildcard,
  // As on AWS, only a leaf exists: an object below the name does not count.
  exists: (wanted) => (value) => (value !== undefined && !isObject(value)) === wanted,
};

function compileMatcher(matcher: unknown): Test {
  if (!isObject(matcher)) return (value) => value === matcher;
  const [name = '', ...more] = Object.keys(matcher);
  const make = matchers[name];
  if (!make || more.length > 0) {
    throw new EventsError(`the local cloud does not know ${JSON.stringify(matcher)} in an event pattern`);
  }
  return make(matcher[name]);
}

/** An array in the event matches when one of its elements does. */
function leaf(alternatives: unknown[]): Test {
  const tests = alternatives.map(compileMatcher);
  return (value) => {
    const values = Array.isArray(value) && value.length > 0 ? value : [value];
    return tests.some((test) => values.some(test));
  };
}

function compileField(pattern: unknown): Test {
  if (Array.isArray(pattern)) return leaf(pattern);
  if (isObject(pattern)) return compilePattern(pattern);
  throw new EventsError(`an event pattern lists its values in an array: ${JSON.stringify(pattern)}`);
}

/**
 * Compiles a pattern to a test: every field of the pattern must match, `$or` one of its alternatives. Throws
 * `EventsError` for a matcher that is not known.
 */
export function compilePattern(pattern: Json): Test {
  const fields = Object.entries(pattern).map(([name, inner]): Test => {
    if (name === '$or' && Array.isArray(inner)) {
      const alternatives = inner.map(compileField);
      return (value) => alternatives.some((test) => test(value));
    }
    const test = compileField(inner);
    return (value) => test(isObject(value) ? value[name] : undefined);
  });
  return (value) => fields.every((test) => test(value));
}
