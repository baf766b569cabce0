/** Collects the outcome of each test of a run, for the report by rule. */
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import type { Outcome } from './report.ts';

/** The first lines of an error; a whole diff would drown the report. */
const shownLines = 12;

const wordsOf = (errors: readonly { message: string }[] | undefined): string =>
  (errors ?? []).map(({ message }) => message.split('\n').slice(0, shownLines).join('\n')).join('\n');

export class Outcomes implements Reporter {
  readonly all: Outcome[] = [];
  /** What went wrong beside the tests. */
  readonly faults: string[] = [];
  readonly #progress: (line: string) => void;

  /** @param progress told of each test as it ends. */
  constructor(progress: (line: string) => void) {
    this.#progress = progress;
  }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    if (state !== 'pending') this.#progress(`${state.padEnd(8)} ${test.name}`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    if (errors.length > 0) this.faults.push(wordsOf(errors.map(({ message }) => ({ message }))));
    for (const module of modules) {
      const suites = [...module.children.allSuites()].flatMap((suite) => suite.errors());
      const broken = wordsOf([...module.errors(), ...suites]);
      if (broken !== '') this.faults.push(`${module.relativeModuleId}: ${broken}`);
      for (const test of module.children.allTests()) this.all.push(outcomeOf(test, broken));
    }
  }
}

/** @param broken why the test's file could not even begin; then none of its rules is proven. */
function outcomeOf(test: TestCase, broken: string): Outcome {
  const { name } = test;
  const result = test.result();
  if (result.state === 'passed') return { name, state: 'passed', words: '' };
  if (result.state === 'failed') return { name, state: 'failed', words: wordsOf(result.errors) };
  if (broken !== '') return { name, state: 'failed', words: broken };
  return { name, state: 'skipped', words: (result.state === 'skipped' && result.note) || '' };
}
