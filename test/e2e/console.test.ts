/** The test console in a real browser: simple and full, a cut connection and its recovery, malformed frames. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { System } from '../../bin/system.ts';
import {
  addDevice,
  barriers,
  launch,
  signInAs,
  startSite,
  type Visit,
  type VisitOptions,
  visit,
} from './browser.ts';

const north = 'factory/line/north';
let system: System;
let browser: Browser;
const visits: Visit[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([startSite(), launch()]);
});
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function open(user: string, mode: 'simple' | 'full', options?: VisitOptions): Promise<Visit> {
  const opened = await visit(browser, `${system.origin}/#/~console?group=${north}`, options);
  visits.push(opened);
  await signInAs(opened.page, user);
  const { page } = opened;
  await page.locator('[data-status="live"]').waitFor();
  if (mode === 'full') await page.getByRole('tab').nth(1).click();
  return opened;
}

/** Where the watched group stands. A condition that is polled inside the page would be against the page's own policy. */
const offsetOn = async (page: Page) =>
  Number(await page.locator('[data-offset]').getAttribute('data-offset'));

describe('simple', () => {
  test('a test event comes back over the socket, and shows on the screens of the group', async () => {
    const { page } = await open('admin', 'simple');
    const screen = await visit(browser, `${system.origin}/#/${north}`);
    visits.push(screen);
    await signInAs(screen.page, 'operator');
    await screen.page.waitForSelector('[data-machine="loom-1"]');
    const before = await offsetOn(page);
    await page.getByLabel('Words for everybody').fill('Hello <b>mill</b>');
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.locator('[data-frame="events"]').filter({ hasText: 'Hello' }).first().waitFor();
    await expect.poll(() => offsetOn(page), { timeout: 20_000 }).toBeGreaterThan(before);
    await screen.page.locator('.announcement').getByText('Hello <b>mill</b>').waitFor();
    expect([...screen.complaints]).toEqual([]);
  });

  test('who may not send a test is told so, in words', async () => {
    const { page } = await open('operator', 'simple');
    await page.getByRole('button', { name: 'Send test event' }).click();
    await page.getByRole('alert').getByText('Only administrators').waitFor();
  });

  test('a dropped socket comes back, and what happened meanwhile is not missed', async () => {
    const { page } = await open('operator', 'simple');
    const post = await addDevice(system.origin);
    const before = await offsetOn(page);
    await page.getByRole('button', { name: 'Drop the socket' }).click();
    await post('loom-2', 1, 3);
    await page.locator('[data-frame="subscribed"]').nth(1).waitFor();
    await expect.poll(() => offsetOn(page), { timeout: 20_000 }).toBeGreaterThan(before);
    await page.locator('[data-status="live"]').waitFor();
  });

  test('a group that one may not see says why', async () => {
    const { page } = await open('operator', 'simple');
    await page.getByLabel('Or any other name').fill('factory/site/mill');
    await page.getByRole('button', { name: 'Watch' }).click();
    await page.locator('[data-status="refused"]').waitFor();
    await page.getByText('forbidden:').first().waitFor();
    await page.getByLabel('Or any other name').fill('no group');
    await page.getByRole('button', { name: 'Watch' }).click();
    await page.getByText('"no group" is not the name of a group.').waitFor();
  });
});

describe('full', () => {
  test('malformed frames are answered with an error, and the connection stays', async () => {
    const { page } = await open('operator', 'full');
    for (const [example, code] of [
      ['unknown', 'unknown_action'],
      ['wrong', 'bad_request'],
      ['broken', 'bad_request'],
    ] as const) {
      const errors = page.locator('[data-frame="error"]');
      const before = await errors.count();
      await page.getByRole('button', { name: example, exact: true }).click();
      await page.getByRole('button', { name: 'Send frame' }).click();
      await errors.nth(before).waitFor();
      expect(await errors.first().textContent()).toContain(code);
    }
    await page.locator('[data-status="live"]').waitFor();
    await page.getByRole('button', { name: 'Live' }).waitFor();
  });

  test('shows every item with its rev', async () => {
    const { page } = await open('operator', 'full');
    const cell = page.getByRole('cell', { name: 'loom-1', exact: true });
    expect(await page.getByRole('row').filter({ has: cell }).textContent()).toMatch(/^machineloom-1\d{13}\{/);
  });
});

describe('every screen', () => {
  const looks: [string, 'simple' | 'full', VisitOptions][] = [
    ['simple, light, desktop', 'simple', {}],
    ['full, dark, phone, Russian', 'full', { width: 360, height: 780, dark: true, locale: 'ru-RU' }],
  ];
  for (const [name, mode, options] of looks) {
    test(`has no barrier that axe knows and does not scroll sideways: ${name}`, async () => {
      const { page, complaints } = await open('operator', mode, options);
      expect(await barriers(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(complaints).toEqual([]);
    });
  }
});
