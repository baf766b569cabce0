/** What happens to a page on a wall: the server is killed and comes back, the laptop's lid is closed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { seed } from '../../bin/demo/seed.ts';
import { signIn } from '../../bin/sign-in.ts';
import { type Served, serve } from '../integration/served.ts';
import { addDevice, launch, signInAs, siteAssembly, untilCounter, type Visit, visit } from './browser.ts';

const north = '/#/factory/line/north';
const folder = mkdtempSync(join(tmpdir(), 'pulsecast-page-'));
let assembly = '';
let served: Served;
let browser: Browser;
const visits: Visit[] = [];

beforeAll(async () => {
  assembly = await siteAssembly();
  served = await serve(assembly, folder);
  await seed(served.origin);
  browser = await launch();
});
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await browser?.close();
  await served?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The counters on the screen and in the table, by machine. */
async function counters(
  page: Page,
): Promise<{ shown: Record<string, number>; table: Record<string, number> }> {
  const shown = await page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('[data-machine]')].map((tile) => [
        tile.dataset.machine ?? '',
        Number((tile.querySelector('.counter')?.textContent ?? '').replace(/\D/g, '')),
      ]),
    ),
  );
  const admin = apiOf(served.origin, await signIn(served.origin, 'admin'));
  const { snapshot } = await admin.call<{
    snapshot: { entity: string; key: string; data: { counter: number } }[];
  }>('GET', 'groups/factory/line/north');
  const machines = snapshot.filter(({ entity }) => entity === 'machine');
  return { shown, table: Object.fromEntries(machines.map(({ key, data }) => [key, data.counter])) };
}

test('a page outlives kill -9 of the whole system: it says so, comes back by itself, and equals the table', async () => {
  const opened = await visit(browser, served.origin + north);
  visits.push(opened);
  const { page } = opened;
  await signInAs(page, 'operator');
  const post = await addDevice(served.origin);
  await post('loom-1', 1, 3);
  await untilCounter(page, 'loom-1', 3);

  await served.kill('SIGKILL');
  await page.getByRole('button', { name: /Reconnecting|Polling|Offline/ }).waitFor();
  // The last data is kept, not blanked.
  await untilCounter(page, 'loom-1', 3);
  served = await serve(assembly, folder, served.port);
  await post('loom-1', 4, 2);
  await post('loom-2', 1, 7);

  await page.getByRole('button', { name: 'Live' }).waitFor({ timeout: 60_000 });
  await untilCounter(page, 'loom-1', 5);
  await untilCounter(page, 'loom-2', 7);
  const { shown, table } = await counters(page);
  expect(shown).toEqual(table);
}, 120_000);

test('a page that slept over a dead link notices by the clock, comes back and shows what it missed', async () => {
  let dead = false;
  const opened = await visit(browser, served.origin + north, {
    async prepare(page) {
      await page.clock.install();
      await page.routeWebSocket(/\/live/, (socket) => {
        const server = socket.connectToServer();
        const born = dead;
        // A link that died in its sleep takes frames and gives none; a new one works.
        socket.onMessage((frame) => {
          if (born === dead) server.send(frame);
        });
        server.onMessage((frame) => {
          if (born === dead) socket.send(frame);
        });
      });
    },
  });
  visits.push(opened);
  const { page } = opened;
  await signInAs(page, 'operator');
  const post = await addDevice(served.origin);
  await post('loom-3', 1, 2);
  await untilCounter(page, 'loom-3', 2);

  dead = true;
  await post('loom-3', 3, 4);
  await page.clock.fastForward('08:00');
  await untilCounter(page, 'loom-3', 6);
  const { shown, table } = await counters(page);
  expect(shown).toEqual(table);
}, 90_000);
