import { expect, test } from 'vitest';
import { inWords, problemsOf, runMany } from './report.ts';

/** `SEED=7 RUNS=1` replays; without it, as many seeds as fit. */
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
const runs = process.env.RUNS === undefined ? Number.POSITIVE_INFINITY : Number(process.env.RUNS);

test('[SUB-2] [REC-4] [ROUTE-1] [ACC-1] [SEQ-2] random users, commands, faults and reconnects: every view becomes its table, nobody is shown what is not theirs, nothing acknowledged is lost', async () => {
  console.log(`model: first seed ${seed}`);
  const summary = await runMany({
    seed,
    runs,
    ...(process.env.RUNS === undefined ? { withinMs: 35_000 } : {}),
  });
  console.log(inWords(summary));
  expect(problemsOf(summary)).toEqual([]);
  expect(summary.runs.length).toBeGreaterThan(0);
}, 600_000);
