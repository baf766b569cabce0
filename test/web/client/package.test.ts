import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { buildClient } from '../../../bin/build-client.ts';
import { root } from '../../house/source.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer, FakeSocket } from './fake-server.ts';
import { north } from './setup.ts';

const run = promisify(execFile);
let folder = '';
let foreign = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pulsecast-package-'));
  const source = join(folder, 'source');
  mkdirSync(source);
  await buildClient(source);
  const npm = {
    env: { ...process.env, npm_config_cache: join(folder, 'cache'), npm_config_offline: 'true' },
  };
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { ...npm, cwd: source });
  const [tarball] = JSON.parse(packed.stdout) as { filename: string }[];
  foreign = join(folder, 'foreign');
  mkdirSync(foreign);
  writeFileSync(
    join(foreign, 'package.json'),
    JSON.stringify({ name: 'foreign', type: 'module', private: true }),
  );
  await run(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', join(folder, tarball?.filename ?? '')],
    {
      ...npm,
      cwd: foreign,
    },
  );
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package has no dependency, and holds nothing but bundles, types and the licence', async () => {
  const installed = join(foreign, 'node_modules/@pulsecast/client');
  const { dependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  );
  expect(dependencies).toBeUndefined();
  expect(peerDependenciesMeta).toEqual({ preact: { optional: true } });
  const { packages } = JSON.parse(readFileSync(join(foreign, 'package-lock.json'), 'utf8'));
  expect(Object.keys(packages)).toEqual(['', 'node_modules/@pulsecast/client']);
});

test('its types flow from one map of entities, in a foreign project, strict and without skipping libraries', async () => {
  writeFileSync(
    join(foreign, 'typed.ts'),
    `import { type ClientEntities, createClient, type Described } from '@pulsecast/client';
import { createClient as createShared } from '@pulsecast/client/shared';
import { createHooks } from '@pulsecast/client/react';
import { useItem } from '@pulsecast/client/preact';

type Plant = { machine: { counter: number }; shift: { lead: string } };
const client = createClient<Plant>({ live: '/live', api: '/api', token: async () => undefined });
export const counters: number[] = client.group('factory/line/north').list('machine').map(({ data }) => data.counter);
export const lead: string | undefined = client.group('factory/line/north').get('shift', 'now')?.data.lead;
client.group('factory/line/north').onItem((change) => {
  if (change.entity === 'machine') counters.push(change.item?.data.counter ?? 0);
});
// @ts-expect-error: there is no such entity.
client.group('factory/line/north').list('robot');
// @ts-expect-error: a machine has no lead.
client.group('factory/line/north').list('machine')[0]?.data.lead;
const shared = createShared<Plant>({ live: '/live', api: '/api', token: async () => undefined });
export const { useGroup } = createHooks({ useSyncExternalStore: (_, read) => read(), useMemo: (make) => make() });
export const typed: string | undefined = useItem(shared, 'factory/line/north', 'shift', 'now')?.data.lead;
export const status: 'loading' | 'live' | 'stale' | 'refused' = useGroup(shared, 'factory/line/north').status;

interface Yard { entities: { truck: { data: Described<{ tons: number }> }; gate: { data: Described<{ open: boolean }> } } }
const yard = createClient<ClientEntities<Yard>>({ live: '/live', api: '/api', token: async () => undefined });
export const tons: number | undefined = yard.group('yard/place/1').get('truck', 'a')?.data.tons;
// @ts-expect-error: a truck is not open.
yard.group('yard/place/1').get('truck', 'a')?.data.open;
// @ts-expect-error: there is no such entity.
yard.group('yard/place/1').list('machine');
`,
  );
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
    target: 'es2022',
    lib: ['es2022', 'dom'],
  };
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    writeFileSync(
      join(foreign, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, module, moduleResolution }, include: ['typed.ts'] }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const told = await run(process.execPath, [tsc, '-p', foreign]).catch(
      (error: { stdout: string }) => error,
    );
    expect(told.stdout).toBe('');
  }
});

test('it runs on the WebSocket of Node: three lines show a group', async () => {
  const server = new FakeServer(new FakeClock());
  server.group(north).write({ 'loom-1': { counter: 41 } });
  const listener = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'pulsecast.v1' });
  listener.on('connection', (peer) => {
    const socket = new FakeSocket(server, '', []);
    socket.state = 'open';
    socket.onmessage = (event: { data: string }) => peer.send(event.data);
    peer.on('message', (data) => socket.send(String(data)));
  });
  await new Promise((resolve) => listener.once('listening', resolve));
  try {
    const { port } = listener.address() as AddressInfo;
    for (const entry of ['@pulsecast/client', '@pulsecast/client/shared']) {
      writeFileSync(
        join(foreign, 'main.js'),
        `import { createClient } from '${entry}';
const client = createClient({ live: 'ws://127.0.0.1:${port}/live', api: 'http://127.0.0.1:${port}/api', token: async () => undefined });
client.group('${north}').onItem(({ key, item }) => { console.log(key, item.data.counter); client.close(); });
`,
      );
      const { stdout } = await run(process.execPath, ['main.js'], { cwd: foreign, timeout: 20_000 });
      expect(stdout).toBe('loom-1 41\n');
    }
  } finally {
    for (const peer of listener.clients) peer.terminate();
    listener.close();
  }
});

test('the hooks for Preact run as installed, on the Preact of the project', async () => {
  cpSync(join(root, 'node_modules/preact'), join(foreign, 'node_modules/preact'), { recursive: true });
  writeFileSync(
    join(foreign, 'hooks.js'),
    `import { useGroup } from '@pulsecast/client/preact'; console.log(typeof useGroup);`,
  );
  const { stdout } = await run(process.execPath, ['hooks.js'], { cwd: foreign });
  expect(stdout).toBe('function\n');
});
