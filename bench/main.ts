/**
 * `npm run bench -- NAME`: measures, and prints figures with what they are set against in the same run. Machines differ
 * and are shared: compare the ratios.
 */
import { cpus } from 'node:os';
import { pulse } from './pulse.ts';

const benches: Record<string, () => Promise<void>> = { pulse };

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; there are: ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}
console.log(`${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`);
for (const name of names.length > 0 ? names : Object.keys(benches)) await benches[name]?.();
