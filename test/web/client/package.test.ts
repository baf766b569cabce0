import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../house/source.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';
import { type Foreign, foreignProject, listen, run } from './foreign.ts';
import { north } from './setup.ts';

let foreign: Foreign;

beforeAll(async () => {
  foreign = await foreignProject();
}, 120_000);

afterAll(() => foreign.remove());

test('the package has no dependency, and holds nothing but bundles, types and the licence', async () => {
  const installed = join(foreign.folder, 'node_modules/@pulsecast/client');
  const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  );
  expect(dependencies).toBeUndefined();
  expect(peerDependencies).toEqual({ preact: '>=10', react: '>=18' });
  expect(peerDependenciesMeta).toEqual({ preact: { optional: true }, react: { optional: true } });
  const { packages } = JSON.parse(readFileSync(join(foreign.folder, 'package-lock.json'), 'utf8'));
  expect(Object.keys(packages)).toEqual(['', 'node_modules/@pulsecast/client']);
});

test('its types flow from one map of entities, in a foreign project, strict and without skipping libraries', async () => {
  writeFileSync(
    join(foreign.folder, 'typed.ts'),
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
  expect(await foreign.check('typed.ts')).toBe('');
});

test('it runs on the WebSocket of Node: three lines show a group', async () => {
  const server = new FakeServer(new FakeClock());
  server.group(north).write({ 'loom-1': { counter: 41 } });
  const { url, close } = await listen(server);
  try {
    for (const entry of ['@pulsecast/client', '@pulsecast/client/shared']) {
      writeFileSync(
        join(foreign.folder, 'main.js'),
        `import { createClient } from '${entry}';
const client = createClient({ live: 'ws://${url}/live', api: 'http://${url}/api', token: async () => undefined });
client.group('${north}').onItem(({ key, item }) => { console.log(key, item.data.counter); client.close(); });
`,
      );
      const { stdout } = await run(process.execPath, ['main.js'], { cwd: foreign.folder, timeout: 20_000 });
      expect(stdout).toBe('loom-1 41\n');
    }
  } finally {
    close();
  }
});

test('the hooks for Preact run as installed, on the Preact of the project', async () => {
  cpSync(join(root, 'node_modules/preact'), join(foreign.folder, 'node_modules/preact'), { recursive: true });
  writeFileSync(
    join(foreign.folder, 'hooks.js'),
    `import { useGroup } from '@pulsecast/client/preact'; console.log(typeof useGroup);`,
  );
  const { stdout } = await run(process.execPath, ['hooks.js'], { cwd: foreign.folder });
  expect(stdout).toBe('function\n');
});
