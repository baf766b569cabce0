/** The condition block of a policy statement. */
import type { Context } from './statements.ts';
import { wildcard } from './wildcard.ts';

/** True or false, or undefined when an operator is not known. */
export type Condition = (context: Context) => boolean | undefined;

/** Whether a value of the request fits one value of the policy. */
type Fits = (policyValue: string) => (value: string) => boolean;

const equals: Fits = (policyValue) => (value) => value === policyValue;
const equalsIgnoringCase: Fits = (policyValue) => {
  const lower = policyValue.toLowerCase();
  return (value) => value.toLowerCase() === lower;
};
const like: Fits = (policyValue) => {
  const pattern = wildcard(policyValue);
  return (value) => pattern.test(value);
};

/** `negated` operators hold when no value of the policy fits, and when the request has no such key. */
const operators: Record<string, { fits: Fits; negated?: true }> = {
  StringEquals: { fits: equals },
  StringNotEquals: { fits: equals, negated: true },
  StringEqualsIgnoreCase: { fits: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { fits: equalsIgnoringCase, negated: true },
  StringLike: { fits: like },
  StringNotLike: { fits: like, negated: true },
  ArnEquals: { fits: like },
  ArnLike: { fits: like },
  ArnNotEquals: { fits: like, negated: true },
  ArnNotLike: { fits: like, negated: true },
  Bool: { fits: equalsIgnoringCase },
};

type Set = 'ForAllValues' | 'ForAnyValue' | undefined;

function readOperator(text: string): { set: Set; name: string; ifExists: boolean } {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(text) ?? [];
  return { set: set as Set, name, ifExists: ifExists !== undefined };
}

function compileTest(operator: string, key: string, wanted: string[]): Condition | undefined {
  const { set, name, ifExists } = readOperator(operator);
  const lowerKey = key.toLowerCase();
  if (name === 'Null') {
    const absent = wanted.includes('true');
    return (context) => context.has(lowerKey) !== absent;
  }
  const known = operators[name];
  if (!known) return undefined;
  const tests = wanted.map(known.fits);
  const fits = (value: string) => tests.some((test) => test(value)) !== Boolean(known.negated);
  return (context) => {
    const values = context.get(lowerKey);
    if (values === undefined) return ifExists || set === 'ForAllValues' || (!set && Boolean(known.negated));
    return set === 'ForAnyValue' ? values.some(fits) : values.every(fits);
  };
}

/** Every key of every operator must hold. */
export function compileCondition(
  block: Record<string, Record<string, unknown>>,
  report: (line: string) => void,
): Condition {
  const tests: (Condition | undefined)[] = [];
  for (const [operator, keys] of Object.entries(block)) {
    for (const [key, wanted] of Object.entries(keys)) {
      const test = compileTest(operator, key, [wanted].flat().map(String));
      if (!test)
        report(`the local cloud does not know the condition operator ${operator}; it counts as not met`);
      tests.push(test);
    }
  }
  return (context) => {
    let unknown = false;
    for (const test of tests) {
      const holds = test?.(context);
      if (holds === false) return false;
      if (holds === undefined) unknown = true;
    }
    return unknown ? undefined : true;
  };
}
