/** `npm run model -- --seeds 500 [--seed FIRST]`: many runs of the model, and a report. Fails when anything was wrong. */
import { parseArgs } from 'node:util';
import { inWords, problemsOf, runMany } from './report.ts';

process.env.TZ = 'UTC';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: process.env.RUNS ?? '100' },
    seed: { type: 'string', default: process.env.SEED ?? String(Date.now() % 1_000_000_000) },
    verbose: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const runs = Number(values.seeds);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runs) || runs < 1) {
  console.error('Usage: npm run model -- [--seeds COUNT] [--seed FIRST] [--verbose]');
  process.exit(2);
}
console.log(`first seed ${seed}`);
const summary = await runMany({
  seed,
  runs,
  onRun({ seed: own, ms, problems }) {
    if (values.verbose) console.log(`seed ${own}: ${Math.round(ms)} ms`);
    for (const { kind, what } of problems) console.log(`seed ${own}: ${kind}: ${what}`);
  },
});
console.log(inWords(summary));
process.exitCode = problemsOf(summary).length === 0 ? 0 : 1;
