/**
 * Deliveries through the local cloud in a process of its own, set against a bare WebSocket server that sends the same
 * frame to as many sockets in the same run; and what is loaded.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSite, synthesize } from '../bin/build.ts';
import { loadAssembly } from '../local/template/index.ts';
import { type Child, startChild } from './child.ts';
import { median, printFigure, printTitle } from './figures.ts';
import { openCrowd } from './sockets.ts';
import { liveOf, postTo, subscribe } from './system.ts';

const group = 'factory/line/north';

/** Rounds of "next event once all have the last": frames/s and the server's CPU per 1,000 frames. */
async function rounds(child: Child, connections: number, seconds: number, round: () => Promise<unknown>) {
  for (let warm = 0; warm < 5; warm += 1) await round();
  const cpu = await child.cpuMs();
  const main = await child.mainCpuMs();
  const started = performance.now();
  let frames = 0;
  while (performance.now() - started < seconds * 1000) {
    await round();
    frames += connections;
  }
  const elapsed = performance.now() - started;
  return {
    perSecond: (frames / elapsed) * 1000,
    cpuPer1000: ((await child.cpuMs()) - cpu) / (frames / 1000),
    mainPer1000: ((await child.mainCpuMs()) - main) / (frames / 1000),
  };
}

/** `quota`: requests a second of the account, when it is not AWS's own 10,000. */
export async function deliveries(
  assembly: string,
  connections: number,
  seconds: number,
  quota = 0,
): Promise<void> {
  const child = await startChild('system', {
    assembly,
    ...(quota > 0 ? { limits: { requestsPerSecond: quota, burst: quota } } : {}),
  });
  const { token, post } = await postTo(child.origin, 'loom-1');
  const crowd = await openCrowd(
    liveOf(child.origin),
    connections,
    ['pulsecast.v1', `jwt.${token}`],
    subscribe(group),
  );
  let counter = 0;
  const system = await rounds(child, connections, seconds, async () => {
    counter += 1;
    const all = crowd.next(`"counter":${counter},`);
    await post();
    return all;
  });
  await crowd.close();
  await child.stop();

  const floor = await startChild('floor');
  const bare = await openCrowd(floor.origin, connections, []);
  const frame = JSON.stringify({ type: 'events', groups: [{ group, offset: 1, events: ['x'.repeat(500)] }] });
  let sent = 0;
  const base = await rounds(floor, connections, seconds, async () => {
    sent += 1;
    const all = bare.next(`"n":${sent},`);
    floor.send({ broadcast: `{"n":${sent},"frame":${frame}}` });
    return all;
  });
  await bare.close();
  await floor.stop();

  const limits = quota > 0 ? `, account quota ${quota}/s` : '';
  const note = `${connections} connections, 1 group, next event once all have the last${limits}`;
  printFigure('deliveries', system.perSecond, 'frames/s', note);
  printFigure(
    '  of the bare server in the same run',
    base.perSecond,
    'frames/s',
    `ratio ${(system.perSecond / base.perSecond).toFixed(2)}`,
  );
  printFigure(
    'server CPU',
    system.cpuPer1000,
    'ms/1,000',
    'all threads of the local cloud, functions included',
  );
  printFigure('  of it the gateway and the tables', system.mainPer1000, 'ms/1,000', 'the main thread');
  printFigure(
    '  of it the functions',
    system.cpuPer1000 - system.mainPer1000,
    'ms/1,000',
    'their threads; `sender` shows what a post costs its sender',
  );
  printFigure(
    '  of the bare server in the same run',
    base.cpuPer1000,
    'ms/1,000',
    `ratio ${(system.cpuPer1000 / base.cpuPer1000).toFixed(1)}`,
  );
}

/** Size of each function's bundle and the time to load it in a fresh process, less that of an empty module. */
function bundles(assembly: string): void {
  const { ofType, assetPath } = loadAssembly(assembly, {
    parameters: { Issuer: 'http://localhost/auth' },
    origin: 'http://localhost',
  });
  const load = (file: string, environment: Record<string, string>) => {
    const script = `const t=performance.now();await import(${JSON.stringify(file)});console.log(performance.now()-t)`;
    const run = () =>
      Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: environment }));
    return median(Array.from({ length: 5 }, run));
  };
  const empty = load('data:text/javascript,', {});
  for (const { logicalId, properties } of ofType('AWS::Lambda::Function')) {
    const { S3Key: key } = properties.Code as { S3Key?: string };
    if (key === undefined || !String(properties.Runtime).startsWith('nodejs')) continue;
    const file = join(assetPath(key), 'index.cjs');
    const code = readFileSync(file);
    const environment =
      (properties.Environment as { Variables: Record<string, string> } | undefined)?.Variables ?? {};
    const ms = load(`file://${file}`, { ...environment, AWS_REGION: 'us-east-1' }) - empty;
    const name = logicalId.replace(/[0-9A-F]{8}$/, '');
    printFigure(
      `bundle ${name}`,
      code.length / 1024,
      'KB',
      `${(gzipSync(code).length / 1024).toFixed(0)} KB gzip, loads in ${ms.toFixed(0)} ms`,
    );
  }
}

function page(): void {
  const assets = join(import.meta.dirname, '../web/dist/assets');
  for (const name of readdirSync(assets)) {
    if (!/\.(js|css)$/.test(name)) continue;
    printFigure(`page ${name}`, gzipSync(readFileSync(join(assets, name))).length / 1024, 'KB gzip');
  }
}

export async function pulse(): Promise<void> {
  await buildSite();
  const assembly = await synthesize();
  printTitle('Deliveries');
  await deliveries(assembly, 1000, 10);
  printTitle('What is loaded');
  bundles(assembly);
  page();
}
