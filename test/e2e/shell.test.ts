/** What the shell does for every domain, in a real browser: places, notices, the audit trail. */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { barriers, launch, signInAs, startSite, type Visit, type VisitOptions, visit } from './browser.ts';

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

async function open(path: string, user: string, options?: VisitOptions): Promise<Visit> {
  const opened = await visit(browser, system.origin + path, options);
  visits.push(opened);
  await signInAs(opened.page, user);
  return opened;
}

/** The seed has told people things, too. */
async function clearTray(user: string): Promise<void> {
  const api = apiOf(system.origin, await signIn(system.origin, user));
  const { snapshot } = await api.call<{ snapshot: { entity: string; key: string }[] }>(
    'GET',
    `groups/notifications/${user}`,
  );
  const keys = snapshot.filter(({ entity }) => entity === 'notice').map(({ key }) => key);
  if (keys.length > 0) await api.call('POST', 'commands/notifications/clear', { keys });
}

/** An alarm, which the shift leads of the site are told of. */
async function alarm(event: string): Promise<void> {
  const admin = apiOf(system.origin, await signIn(system.origin, 'admin'));
  await admin.call('POST', 'commands/factory/report-security', {
    site: 'mill',
    event,
    kind: 'alarm',
    place: 'Dye house <b>',
  });
}

describe('notices', () => {
  test('come without a reload, lead to where it happened, and are read in every browser at once', async () => {
    await clearTray('shift-lead');
    const [one, two] = await Promise.all([open('/', 'shift-lead'), open('/', 'shift-lead')]);
    const other = await open('/', 'operator');
    for (const { page } of [one, two]) await page.getByRole('button', { name: 'Notifications' }).waitFor();
    const unread = ({ page }: Visit) => page.getByRole('button', { name: /unread notification/ });
    await alarm('shell-1');
    for (const each of [one, two]) await unread(each).waitFor();
    expect(await unread(other).count()).toBe(0);
    expect(other.frames.join('\n')).not.toContain('Dye house');

    await unread(one).click();
    await one.page.locator('.tray-list').getByText('Dye house <b>').waitFor();
    await one.page.locator('.tray-list').getByRole('link', { name: 'Open' }).first().click();
    await one.page.getByRole('heading', { level: 1, name: 'Weaving mill' }).waitFor();
    // Following it is reading it, here and there.
    await unread(two).waitFor({ state: 'detached' });
    expect([...one.complaints, ...two.complaints]).toEqual([]);
  });
});

describe('places', () => {
  test('stand by domain on the front page, and those of the domain in the head', async () => {
    const { page } = await open('/', 'shift-lead');
    await page.getByRole('region', { name: 'Factory' }).getByRole('link', { name: /North/ }).click();
    await page.waitForSelector('[data-machine="loom-1"]');
    const places = page.getByRole('navigation', { name: 'Places' });
    await places.getByRole('link', { name: 'Weaving mill' }).click();
    await page.getByRole('heading', { level: 1, name: 'Weaving mill' }).waitFor();
  });
});

describe('the audit trail', () => {
  test('shows at once who did what, with what was before, to admins', async () => {
    const { page } = await open('/#/factory/audit', 'admin');
    await page.getByRole('heading', { level: 1, name: 'Audit trail' }).waitFor();
    const lead = apiOf(system.origin, await signIn(system.origin, 'shift-lead'));
    await lead.call('POST', 'commands/factory/set-target', { line: 'north', target: 4321 });
    const entry = page.locator('.trail-entry').first();
    await entry.getByText('set target').waitFor();
    await entry.getByText('Мария Соколова').waitFor();
    await entry.locator('ins').getByText('4,321').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    const [columns, newest] = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(columns).toBe('\ufeffTime,Who,Command,Record,Key,What happened,Field,Before,After');
    expect(newest).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z,Мария Соколова,Set target,Shift,.*,Target,\d*,4321$/i);
    await page.getByRole('searchbox').fill('add-machine');
    await page.getByText('created').first().waitFor();
    expect(await page.locator('ins').getByText('4,321').count()).toBe(0);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'Show earlier entries' }).click();
    await page.getByText('This is the beginning of the trail.').waitFor();
    const refused = await open('/#/factory/audit', 'shift-lead');
    await refused.page.getByRole('heading', { name: 'You may not see this' }).waitFor();
  });
});

describe('every screen', () => {
  const screens: [string, string, VisitOptions][] = [
    ['the front page', '/', {}],
    ['the front page, dark, phone, Russian', '/', { width: 360, height: 780, dark: true, locale: 'ru-RU' }],
    ['the audit trail', '/#/factory/audit', {}],
    ['the audit trail, dark, phone', '/#/factory/audit', { width: 360, height: 780, dark: true }],
  ];
  for (const [name, path, options] of screens) {
    test(`has no barrier that axe knows and does not scroll sideways: ${name}`, async () => {
      const { page, complaints } = await open(path, 'admin', options);
      await page.locator('.place-cards, .trail-entry').first().waitFor();
      expect(await barriers(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(complaints).toEqual([]);
    });
  }

  test('the open tray has no barrier either', async () => {
    await alarm('shell-2');
    const { page } = await open('/', 'shift-lead', { width: 360, height: 780 });
    await page.getByRole('button', { name: /unread notification/ }).click();
    await page.locator('.tray-list').getByText('Dye house <b>').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
