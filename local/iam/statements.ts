/** Policy statements, compiled once and evaluated for each call. */
import { type Condition, compileCondition } from './conditions.ts';
import { wildcard } from './wildcard.ts';

/** A policy document as it stands in a template. */
export interface PolicyDocument {
  Statement: StatementJson | StatementJson[];
}
interface StatementJson {
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

export interface Statement {
  effect: 'Allow' | 'Deny';
  concerns(action: string, resource: string): boolean;
  /** Undefined when the statement holds unconditionally. */
  condition: Condition | undefined;
}

/** Condition keys in lower case, to the values that the request has for them. */
export type Context = ReadonlyMap<string, readonly string[]>;

export type Verdict = 'allowed' | 'not allowed' | 'denied';

const listOf = (value: string | string[] | undefined): string[] | undefined =>
  typeof value === 'string' ? [value] : value;

function matcher(
  patterns: string[] | undefined,
  excepted: string[] | undefined,
  ignoreCase: boolean,
): (value: string) => boolean {
  const compiled = (patterns ?? excepted ?? ['*']).map((pattern) => wildcard(pattern, ignoreCase));
  const some = (value: string) => compiled.some((pattern) => pattern.test(value));
  return patterns || !excepted ? some : (value) => !some(value);
}

/** @param report is told once of each condition operator that is not known */
export function compileStatements(document: PolicyDocument, report: (line: string) => void): Statement[] {
  return [document.Statement].flat().map((statement) => {
    const action = matcher(listOf(statement.Action), listOf(statement.NotAction), true);
    const resource = matcher(listOf(statement.Resource), listOf(statement.NotResource), false);
    return {
      effect: statement.Effect,
      concerns: (wanted, on) => action(wanted) && resource(on),
      condition: statement.Condition && compileCondition(statement.Condition, report),
    };
  });
}

/**
 * IAM's order: an explicit deny wins, then an allow, and what nothing allows is not allowed. A condition that cannot be
 * judged denies: it never lets an allow hold, and always lets a deny hold.
 */
export function evaluate(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Context,
): Verdict {
  let verdict: Verdict = 'not allowed';
  for (const { effect, concerns, condition } of statements) {
    if (verdict === 'allowed' && effect === 'Allow') continue;
    if (!concerns(action, resource)) continue;
    const holds = condition ? condition(context) : true;
    if (effect === 'Deny' && (holds || holds === undefined)) return 'denied';
    if (effect === 'Allow' && holds) verdict = 'allowed';
  }
  return verdict;
}
