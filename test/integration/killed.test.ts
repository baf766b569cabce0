import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { Device } from '../../bin/demo/device.ts';
import { seed } from '../../bin/demo/seed.ts';
import { signIn } from '../../bin/sign-in.ts';
import { createClient } from '../../web/client/index.ts';
import { systemAssembly } from '../support/system.ts';
import { type Served, serve } from './served.ts';

const machines = ['loom-1', 'loom-2', 'loom-3', 'loom-4'];
const batchesPerMachine = 250;
const pulsesPerBatch = 3;
const total = batchesPerMachine * pulsesPerBatch;
const group = 'factory/line/north';

let folder = '';
let served: Served | undefined;
afterEach(async () => {
  await served?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Held {
  entity: string;
  key: string;
  rev: number;
  data: { counter?: number; produced?: number };
}

test('[SEQ-2] kill -9 amid 1,000 batches and a restart lose and double nothing; a view comes back and equals the table', async () => {
  folder = mkdtempSync(join(tmpdir(), 'pulsecast-killed-'));
  const assembly = systemAssembly();
  served = await serve(assembly, folder);
  const { origin, port } = served;
  await seed(origin);
  const token = await signIn(origin, 'admin');
  const { key } = await apiOf(origin, token).call<{ key: string }>('POST', 'devices', { device: 'killed' });

  const client = createClient({
    live: `${origin.replace('http', 'ws')}/live`,
    api: `${origin}/api`,
    token: async () => token,
  });
  const view = client.group(group);

  let posted = 0;
  let halfway: () => void = () => undefined;
  const half = new Promise<void>((resolve) => {
    halfway = resolve;
  });
  const work = machines.map(async (machine) => {
    const device = new Device(apiOf(origin, key), machine);
    for (let batch = 0; batch < batchesPerMachine; batch += 1) {
      const at = Date.now();
      device.push(...Array.from({ length: pulsesPerBatch }, (_, index) => ({ at: at + index, count: 1 })));
      for (;;) {
        try {
          await device.flush();
          break;
        } catch {
          // The server is down, or died before it answered: the same batch again.
          await pause(50);
        }
      }
      posted += 1;
      if (posted === (machines.length * batchesPerMachine) / 2) halfway();
    }
  });

  await half;
  await served.kill('SIGKILL');
  served = await serve(assembly, folder, port);
  await Promise.all(work);

  const table = async () =>
    (await apiOf(origin, token).call<{ snapshot: Held[] }>('GET', `groups/${group}`)).snapshot;
  const items = await table();
  const counters = machines.map((machine) => items.find((item) => item.key === machine)?.data.counter);
  expect(counters).toEqual(machines.map(() => total));
  expect(items.find(({ entity }) => entity === 'shift')?.data.produced).toBe(total * machines.length);

  const shown = (held: readonly { entity: string; key: string; rev: number; data: unknown }[]) =>
    held
      .map(({ entity, key: id, rev, data }) => ({ entity, id, rev, data }))
      .sort((a, b) => (a.entity + a.id < b.entity + b.id ? -1 : 1));
  const equal = async () => JSON.stringify(shown(view.list())) === JSON.stringify(shown(await table()));
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The view did not become equal to the table.')), 40_000);
    const check = async () => {
      if (!(await equal())) return;
      clearTimeout(late);
      stop();
      resolve();
    };
    const stop = view.onChange(() => void check());
    void check();
  });
  expect(shown(view.list())).toEqual(shown(await table()));
  client.close();
}, 120_000);
