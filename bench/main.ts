/**
 * `npm run bench -- NAME`: measures, and prints figures with what they are set against in the same run. Machines differ
 * and are shared: compare the ratios.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { approval } from './approval.ts';
import { burst } from './burst.ts';
import { fanouts } from './fanout.ts';
import { frames } from './frames.ts';
import { latency } from './latency.ts';
import type { BenchOptions } from './options.ts';
import { pulse } from './pulse.ts';
import { sender } from './sender.ts';
import { soak } from './soak.ts';
import { storm } from './storm.ts';

const benches: Record<string, (options: BenchOptions) => Promise<void>> = {
  latency,
  approval,
  pulse,
  burst,
  frames,
  sender,
  fanout: fanouts,
  storm,
  soak,
};

function fail(line: string): never {
  console.error(line);
  process.exit(1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { clients: { type: 'string' }, events: { type: 'string' }, minutes: { type: 'string' } },
});
const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined)
  fail(`There is no bench "${unknown}"; there are: ${Object.keys(benches).join(', ')}.`);
const options: BenchOptions = {};
for (const [name, text] of Object.entries(values)) {
  const value = Number(text);
  if (!(value > 0)) fail(`--${name} takes a number above 0, not "${text}".`);
  options[name as keyof BenchOptions] = value;
}

console.log(`${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`);
for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
  await benches[name]?.(options);
}
