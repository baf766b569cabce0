/** What a run of the suite says about the rules of docs/SPEC.md. */

export interface Rule {
  id: string;
  /** Whether it must be provable over the wire. */
  wire: boolean;
  text: string;
}

export interface Outcome {
  /** The test's name, with the ids of the rules that it carries. */
  name: string;
  state: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped; empty when nobody said. */
  words: string;
}

export interface Verdict {
  rule: Rule;
  state: 'passed' | 'failed' | 'not run';
  outcomes: Outcome[];
}

/** The rules of the specification, in its order. */
export function rulesOf(spec: string): Rule[] {
  return [...spec.matchAll(/^- \*\*([A-Z]+-\d+)\*\*( \(wire\))? (.*)$/gm)].map(
    ([, id = '', wire, text = '']) => ({ id, wire: wire !== undefined, text }),
  );
}

/** The rules of the wire, and what else a test carries. One failed test fails its rules, one that passed proves them. */
export function verdictsOf(rules: readonly Rule[], outcomes: readonly Outcome[]): Verdict[] {
  return rules
    .map((rule) => {
      const carried = outcomes.filter(({ name }) => name.includes(`[${rule.id}]`));
      const has = (state: Outcome['state']) => carried.some((outcome) => outcome.state === state);
      const state: Verdict['state'] = has('failed') ? 'failed' : has('passed') ? 'passed' : 'not run';
      return { rule, state, outcomes: carried };
    })
    .filter(({ rule, outcomes: carried }) => rule.wire || carried.length > 0);
}

const marks = { passed: '+', failed: 'x', skipped: '-' };

/** The report, rule by rule, and its sum in the last line. */
export function reportOf(verdicts: readonly Verdict[]): string {
  const count = (state: Verdict['state']) => verdicts.filter((verdict) => verdict.state === state).length;
  const lines = verdicts.flatMap(({ rule, state, outcomes }) => [
    `${state.toUpperCase().padEnd(8)} ${rule.id.padEnd(8)} ${rule.text}`,
    ...outcomes.map((outcome) => {
      const name = outcome.name.replace(/\[[A-Z]+-\d+\] ?/g, '');
      const words = outcome.words === '' ? '' : `: ${outcome.words.replaceAll('\n', `\n${' '.repeat(14)}`)}`;
      return `         ${marks[outcome.state]} ${name}${words}`;
    }),
    ...(outcomes.length === 0 ? ['         - no test carries it'] : []),
  ]);
  const sum = `${verdicts.length} rules: ${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`;
  return [...lines, '', sum].join('\n');
}
