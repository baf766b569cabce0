/** Many runs one after the other, on worlds that are made anew from time to time, and their sum in words. */
import type { Problem, RunReport } from './run.ts';
import { runSeed } from './run.ts';
import { startWorld, type World } from './world.ts';

/** A plant is one directory, which every command reads: with too many lines in it runs get slow. */
const runsPerWorld = 40;

export interface Summary {
  runs: RunReport[];
  seconds: number;
}

export interface RunsOptions {
  /** The first seed; each next one is one higher. */
  seed: number;
  runs: number;
  /** No run begins later than this many ms after the first. @default without end */
  withinMs?: number;
  onRun?: (report: RunReport) => void;
}

export async function runMany(options: RunsOptions): Promise<Summary> {
  const { seed, runs: wanted, withinMs = Number.POSITIVE_INFINITY, onRun = () => {} } = options;
  const started = performance.now();
  const runs: RunReport[] = [];
  let world: World | undefined;
  try {
    while (runs.length < wanted && performance.now() - started < withinMs) {
      if (runs.length % runsPerWorld === 0) {
        await world?.close();
        world = undefined;
      }
      world ??= await startWorld();
      const report = await runSeed(world, seed + runs.length);
      runs.push(report);
      onRun(report);
    }
  } finally {
    await world?.close();
  }
  return { runs, seconds: (performance.now() - started) / 1000 };
}

const replay = (seed: number) => `replay: npm run model -- --seed ${seed} --seeds 1`;

/** One line a problem, with the seed that shows it. */
export function problemsOf({ runs }: Summary): string[] {
  return runs.flatMap(({ seed, problems }) =>
    problems.map(({ kind, what }) => `seed ${seed}: ${kind}: ${what} (${replay(seed)})`),
  );
}

export function inWords({ runs, seconds }: Summary): string {
  const sum = (of: (run: RunReport) => number) => runs.reduce((total, run) => total + of(run), 0);
  const count = (...kinds: Problem['kind'][]) =>
    sum(({ problems }) => problems.filter(({ kind }) => kinds.includes(kind)).length);
  const struck: Record<string, number> = {};
  for (const run of runs) {
    for (const [kind, times] of Object.entries(run.struck)) struck[kind] = (struck[kind] ?? 0) + times;
  }
  return [
    `seeds ${runs[0]?.seed} to ${runs.at(-1)?.seed}: ${runs.length} runs in ${seconds.toFixed(1)} s`,
    `commands ${sum((run) => run.commands)}, pulses ${sum((run) => run.pulses)}, frames ${sum((run) => run.frames)}, faults ${Object.values(struck).reduce((a, b) => a + b, 0)}`,
    `faults by kind: ${Object.entries(struck)
      .sort()
      .map(([kind, times]) => `${kind} ${times}`)
      .join(', ')}`,
    `views compared ${sum((run) => run.views)}, diverged ${count('diverged', 'snapshot')}, leaks ${count('leak')}, revs that fell ${count('rev')}, lost or doubled ${count('lost')}, batches given up ${count('given up')}`,
  ].join('\n');
}
