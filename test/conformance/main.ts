/**
 * `npm run conformance`: proves the rules of docs/SPEC.md over sockets and HTTP, against a deployed stack or the local
 * cloud, and reports rule by rule. The exit code is 1 when a rule failed or the suite could not run.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { siteConfig } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { UsageError, wordsOf } from '../../bin/words.ts';
import { startTestSystem } from '../support/system.ts';
import { reportOf, rulesOf, verdictsOf } from './report.ts';
import { Outcomes } from './reporter.ts';
import { tokenVariable, users } from './users.ts';

const root = join(import.meta.dirname, '../..');

const help = `Usage: npm run -s conformance -- [--url URL] [options]

Without --url a local cloud is started for the run.

  --url URL               the site, deployed or local
  --token-admin TOKEN     access tokens of users with the roles and units of the demo users of these names. Needed for a
  --token-shift-lead T    deployed stack, whose issuer has sign-in pages of its own; the local issuer is asked when none
  --token-operator T      is given. Tests whose token is missing are skipped.
  --token-cook T
  --verbose               print each test as it ends

The tests make lines named t-... on the site "mill" and leave them there: run them against a stack for tests.`;

interface Options {
  url: string | undefined;
  verbose: boolean;
}

function readOptions(): Options | undefined {
  const tokens = users.map((user) => [`token-${user}`, { type: 'string' }] as const);
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(tokens),
      url: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const given = values as Record<string, unknown>;
  for (const user of users) {
    const token = given[`token-${user}`];
    if (typeof token === 'string') process.env[tokenVariable(user)] = token;
  }
  const url = values.url ?? process.env.PULSECAST_URL;
  if (url !== undefined && !URL.canParse(url)) throw new UsageError(`--url ${url} is not an address.`);
  return { url, verbose: values.verbose };
}

/** Runs the suite; the number of failed rules and of faults beside them. */
async function prove({ url, verbose }: Options): Promise<number> {
  let system: System | undefined;
  try {
    if (url === undefined) {
      system = await startTestSystem();
      process.env.PULSECAST_OWN_CLOUD = 'yes';
    }
    const origin = url ?? system?.origin ?? '';
    process.env.PULSECAST_URL = origin;
    const { version } = await siteConfig(origin);
    console.log(`Proving docs/SPEC.md against ${origin}, version ${version} ...`);
    const outcomes = new Outcomes(verbose ? (line) => console.log(line) : () => {});
    const vitest = await startVitest('test', ['test/conformance/'], {
      root,
      project: ['system'],
      watch: false,
      // All have the same users and the same stack: one revokes what another would use.
      fileParallelism: false,
      reporters: [outcomes],
    });
    await vitest.close();
    const rules = rulesOf(readFileSync(join(root, 'docs/SPEC.md'), 'utf8'));
    const verdicts = verdictsOf(rules, outcomes.all);
    console.log(`\n${reportOf(verdicts)}`);
    for (const fault of outcomes.faults) console.error(`Beside the tests: ${fault}`);
    if (outcomes.all.length === 0) console.error('No test ran.');
    const failed = verdicts.filter(({ state }) => state === 'failed').length;
    return failed + outcomes.faults.length + (outcomes.all.length === 0 ? 1 : 0);
  } finally {
    await system?.close();
  }
}

try {
  const options = readOptions();
  if (options === undefined) console.log(help);
  else process.exitCode = (await prove(options)) === 0 ? 0 : 1;
} catch (error) {
  console.error(wordsOf(error, process.env.PULSECAST_URL));
  process.exitCode = 1;
}
