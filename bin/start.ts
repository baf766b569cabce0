/**
 * `npm start`: builds the page, synthesizes the app that would be deployed, and runs that template on this machine with
 * a demo plant. Ctrl-C stops everything.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { planOf } from '../local/faults/index.ts';
import { buildSite, synthesize } from './build.ts';
import { seed } from './demo/seed.ts';
import { type Simulation, startSimulation } from './demo/simulation.ts';
import { resetData, startSystem } from './system.ts';
import { wordsOf } from './words.ts';

// Functions run in UTC, as on AWS; their threads share the process's zone.
process.env.TZ = 'UTC';

const help = `Usage: npm start -- [options]
  --port N      one port for everything (default 8787, or PORT)
  --data DIR    where tables, content and sessions are kept (default .pulsecast)
  --memory      keep nothing
  --reset       forget what was kept
  --no-demo     the seed data, but nothing simulated
  --empty       neither seed data nor simulation
  --faults F    faults to inject once the seed data is there, as JSON or a file with it: docs/faults.md`;

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.PORT ?? '8787' },
      data: { type: 'string', default: '.pulsecast' },
      memory: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      'no-demo': { type: 'boolean', default: false },
      empty: { type: 'boolean', default: false },
      faults: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`"${values.port}" is not a port.`);
  const faults = values.faults === undefined ? {} : planOf(values.faults);
  const data = resolve(values.data);
  if (values.reset) resetData(data);

  console.log('Building the page and synthesizing the stack ...');
  await buildSite();
  const assembly = await synthesize();

  const system = await startSystem({ assembly, port, data: values.memory ? undefined : data });
  let simulation: Simulation | undefined;
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= (async () => {
      await simulation?.stop();
      await system.close();
    })();
    return stopping;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void stop().then(() => process.exit(0)));

  const seeded = join(data, 'seeded');
  if (!values.empty && (values.memory || !existsSync(seeded))) {
    await seed(system.origin);
    if (!values.memory) writeFileSync(seeded, `${new Date().toISOString()}\n`);
  }
  system.cloud.faults.set(faults);
  if (!values.empty && !values['no-demo']) {
    simulation = await startSimulation(system.origin, (words) => console.warn(`demo: ${words}`));
  }
  for (const [key, value] of Object.entries(system.cloud.outputs))
    console.log(`  ${key.padEnd(28)} ${value}`);
  console.log(`
  Pulsecast is at  ${system.origin}
  Sign in as       operator, shift-lead, cook, rider, unit1-head, admin ... (the password is the name; npm run -s pulsecast -- users)
  A wall display   ${system.origin}/?kiosk=1#/factory/line/north
  Stop             Ctrl-C
`);
}

try {
  await start();
} catch (error) {
  console.error(wordsOf(error));
  process.exit(1);
}
