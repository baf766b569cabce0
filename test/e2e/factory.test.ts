/** The factory's screens in a real browser, through the template that would be deployed. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import {
  addDevice,
  barriers,
  counter,
  counterOf,
  launch,
  signInAs,
  startSite,
  untilCounter,
  type Visit,
  type VisitOptions,
  visit,
  visitAs,
} from './browser.ts';
import { wire } from './wire.ts';

const north = '/#/factory/line/north';
let system: System;
let browser: Browser;
let post: Awaited<ReturnType<typeof addDevice>>;
/** The next number of the device at each machine. */
const nextSeq = new Map<string, number>();
const visits: Visit[] = [];

beforeAll(async () => {
  system = await startSite();
  browser = await launch();
  post = await addDevice(system.origin);
});
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function open(path: string, user?: string, options?: VisitOptions): Promise<Visit> {
  const url = system.origin + path;
  const opened = await (user === undefined
    ? visit(browser, url, options)
    : visitAs(browser, url, user, options));
  visits.push(opened);
  return opened;
}

/** Somebody with a session of their own, which a test may end. */
async function signInAnew(path: string, user: string): Promise<Visit> {
  const opened = await open(path);
  await signInAs(opened.page, user);
  return opened;
}

/** Posts fresh pulses of a machine. */
async function pulse(machine: string, count: number): Promise<void> {
  const answer = await post(machine, nextSeq.get(machine) ?? 1, count);
  nextSeq.set(machine, answer.nextSeq);
}

const tile = (machine: string) => `[data-machine="${machine}"]`;

describe('a line on the screen', () => {
  test('a posted pulse shows in every open browser, and a repeat counts nothing', async () => {
    const [one, two] = await Promise.all([open(north, 'operator'), open(north, 'shift-lead')]);
    await Promise.all([one, two].map(({ page }) => page.waitForSelector(tile('loom-1'))));
    const before = await counterOf(one.page, 'loom-1');
    const sequence = nextSeq.get('loom-1') ?? 1;
    await pulse('loom-1', 3);
    for (const { page } of [one, two]) {
      await untilCounter(page, 'loom-1', before + 3);
      await page.locator(tile('loom-1')).getByText('Running').waitFor();
    }
    expect(await post('loom-1', sequence, 3)).toMatchObject({ accepted: 0, duplicates: 3 });
    await pulse('loom-2', 1);
    await one.page.locator(tile('loom-2')).getByText('Running').waitFor();
    expect(await counterOf(one.page, 'loom-1')).toBe(before + 3);
    expect([...one.complaints, ...two.complaints]).toEqual([]);
  });

  test('what one person does another sees, and a late second try is told what happened', async () => {
    const [one, two] = await Promise.all([open(north, 'operator'), open(north, 'shift-lead')]);
    for (const { page } of [one, two]) {
      await page.locator(`${tile('loom-3')} .tile-open`).click();
      await page.getByRole('dialog').getByLabel('Maintenance').check();
    }
    await one.page.getByRole('button', { name: 'Save status' }).click();
    const panel = two.page.getByRole('dialog');
    await panel.locator('.panel-status').getByText('Maintenance').waitFor();
    await two.page.keyboard.press('Escape');
    await two.page.locator(tile('loom-3')).getByText('Maintenance').waitFor();

    // The server's word against a page that is behind: the answer is a conflict, shown beside the button.
    await two.page.route('**/api/commands/factory/set-machine-status', async (route) => {
      const input = { ...(route.request().postDataJSON() as object), statusSince: 1 };
      await route.continue({ postData: JSON.stringify(input) });
    });
    await two.page.locator(`${tile('loom-3')} .tile-open`).click();
    await panel.getByLabel('Back to work').check();
    await two.page.getByRole('button', { name: 'Save status' }).click();
    const alert = panel.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toContain('Now: Maintenance');
  });

  test('people clock in and out', async () => {
    const { page } = await open(north, 'operator');
    await page.getByRole('button', { name: 'Clock in: Grace Walker' }).click();
    await page.getByRole('button', { name: 'Clock out: Grace Walker' }).waitFor();
    await page.getByRole('button', { name: 'Clock out: Grace Walker' }).click();
    await page.getByRole('button', { name: 'Clock in: Grace Walker' }).waitFor();
  });

  test('a shift lead sets the target, an operator is not offered it', async () => {
    const [one, two] = await Promise.all([open(north, 'operator'), open(north, 'shift-lead')]);
    await two.page.getByRole('button', { name: 'Set target' }).click();
    await two.page.getByLabel('Target, pieces').fill('8765');
    await two.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await one.page.getByText('of 8,765').waitFor();
    expect(await one.page.getByRole('button', { name: 'Set target' }).count()).toBe(0);
  });
});

describe('what happens at doors and gates', () => {
  const site = '/#/factory/site/mill';
  const at = 'commands/factory/report-security';

  test('shows at once, is acknowledged by one, and the other sees who did', async () => {
    const [one, two] = await Promise.all([open(site, 'shift-lead'), open(site, 'admin')]);
    const event = (page: Page, place: string) => page.locator('.event').filter({ hasText: place });
    for (const { page } of [one, two]) {
      await page.locator('.event').first().waitFor();
      // Gone with a reload.
      await page.evaluate('globalThis.stayed = true');
    }
    const lead = apiOf(system.origin, await signIn(system.origin, 'shift-lead'));
    await lead.call('POST', at, { site: 'mill', kind: 'door', place: 'Boiler <b>room</b>' });
    await lead.call('POST', at, { site: 'mill', kind: 'access_denied', place: 'Gate 9', person: 'Badge 1' });
    await lead.call('POST', at, { site: 'mill', kind: 'alarm', place: 'Cotton store' });
    for (const { page } of [one, two]) {
      await event(page, 'Boiler <b>room</b>').getByText('Door · Information').waitFor();
      await event(page, 'Gate 9 · Badge 1').getByText('Access denied · Warning').waitFor();
      await event(page, 'Cotton store').getByText('Alarm · Critical').waitFor();
    }

    // The other has the form open when it is done, and is told by whom.
    await event(two.page, 'Cotton store').getByRole('button', { name: 'Acknowledge' }).click();
    await event(one.page, 'Cotton store').getByRole('button', { name: 'Acknowledge' }).click();
    const form = one.page.getByRole('dialog');
    await form.getByLabel('What was done').fill('Steam, no fire');
    await form.getByRole('button', { name: 'Acknowledge' }).click();
    await form.waitFor({ state: 'detached' });
    const late = two.page.getByRole('dialog');
    await late.getByText('Acknowledged by Мария Соколова').waitFor();
    await late.getByRole('button', { name: 'Acknowledge' }).click();
    await late.getByRole('alert').getByText('Now: Acknowledged by Мария Соколова').waitFor();
    await two.page.keyboard.press('Escape');
    for (const { page } of [one, two]) {
      const done = page.locator('.earlier .event').filter({ hasText: 'Cotton store' });
      await done.getByText('Steam, no fire').waitFor();
      expect(await done.getByRole('button').count()).toBe(0);
      expect(await event(page, 'Gate 9').getByRole('button', { name: 'Acknowledge' }).count()).toBe(1);
      expect(await page.evaluate('globalThis.stayed')).toBe(true);
    }
    expect(one.complaints).toEqual([]);
    // The refusal of the second.
    expect(two.complaints).toEqual([expect.stringContaining('409')]);
  });

  test('is not for everyone to acknowledge: no button, and the server refuses', async () => {
    const wall = await open(`/?kiosk=1${site.slice(1)}`, 'shift-lead');
    await wall.page.locator('.event').getByText('Склад пряжи').waitFor();
    expect(await wall.page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    const { page } = await open(site, 'operator');
    await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    for (const user of ['operator', 'cook']) {
      const api = apiOf(system.origin, await signIn(system.origin, user));
      for (const event of ['seed-1', 'no-such-event']) {
        const answer = api.call('POST', 'commands/factory/acknowledge-security', { site: 'mill', event });
        await expect(answer).rejects.toMatchObject({ status: 403 });
      }
    }
  });
});

describe('rights', () => {
  test('a stranger sees no data and is asked to sign in', async () => {
    const { page, frames } = await open(north);
    await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
    await pulse('loom-1', 1);
    expect(frames.join('\n')).not.toContain('"machine"');
  });

  test('an operator is refused the site in words, and gets no frame of it', async () => {
    const { page, frames } = await open('/#/factory/site/mill', 'operator');
    await page.getByText('You are signed in as Иван Петров').waitFor();
    expect(await page.getByRole('navigation').textContent()).not.toContain('Weaving mill');
    expect(frames.join('\n')).not.toContain('"security"');
  });

  test('a token that has ended is renewed, and the person stays', async () => {
    const { page, complaints } = await signInAnew(north, 'operator');
    const before = await page.evaluate<string>("sessionStorage.getItem('pulsecast.tokens')");
    const old = JSON.stringify({ ...JSON.parse(before), expiresAt: 0 });
    await page.evaluate(`sessionStorage.setItem('pulsecast.tokens', ${JSON.stringify(old)})`);
    await page.reload();
    await page.waitForSelector(tile('loom-1'));
    const after = await page.evaluate<string>("sessionStorage.getItem('pulsecast.tokens')");
    expect(JSON.parse(after).access).not.toBe(JSON.parse(before).access);
    expect(JSON.parse(after).expiresAt).toBeGreaterThan(Date.now());
    expect(complaints).toEqual([]);
  });

  test('signing out closes the socket and forgets the tokens', async () => {
    const { page } = await signInAnew(north, 'operator');
    await page.waitForSelector(tile('loom-1'));
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(/\/auth\//);
    await page.goto(system.origin + north);
    await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });
});

describe('a connection that fails', () => {
  test('comes back by itself and shows what happened meanwhile', async () => {
    const { prepare, cut } = wire();
    const { page } = await open(north, 'operator', { prepare });
    await page.waitForSelector(tile('loom-4'));
    const before = await counterOf(page, 'loom-4');
    await cut();
    await pulse('loom-4', 5);
    await page.getByRole('button', { name: 'Live' }).waitFor();
    await untilCounter(page, 'loom-4', before + 5);
  });

  test('polls when no socket can be had, and returns to it', async () => {
    const { state, prepare, cut } = wire();
    const { page } = await open(north, 'operator', {
      async prepare(page) {
        await page.clock.install();
        await prepare(page);
      },
    });
    /** Moves the page's own clock on, which backoff and polling wait for, until something is there. */
    const hasten = (awaited: Locator) =>
      expect
        .poll(
          async () => {
            await page.clock.fastForward(2000);
            return awaited.isVisible();
          },
          { timeout: 30_000 },
        )
        .toBe(true);
    await page.waitForSelector(tile('loom-5'));
    const before = await counterOf(page, 'loom-5');
    state.refuse = true;
    await cut();
    await hasten(page.getByRole('button', { name: 'Polling' }));
    await pulse('loom-5', 2);
    await hasten(counter(page, 'loom-5', before + 2));
    state.refuse = false;
    await page.getByRole('button', { name: 'Polling' }).click();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByRole('button', { name: 'Live' }).waitFor();
  });
});

describe('every screen', () => {
  const screens: [string, string, VisitOptions][] = [
    ['the line, light, desktop', north, {}],
    ['the line, dark, phone', north, { width: 360, height: 780, dark: true }],
    ['the site', '/#/factory/site/mill', {}],
    ['the front page', '/', {}],
  ];
  for (const [name, path, options] of screens) {
    test(`has no barrier that axe knows and does not scroll sideways: ${name}`, async () => {
      const { page, complaints } = await open(path, 'shift-lead', options);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await barriers(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(complaints).toEqual([]);
    });
  }

  test('speaks Russian to those who read it', async () => {
    const { page } = await open('/', undefined, { locale: 'ru-RU' });
    await page.getByRole('heading', { name: 'Производство в реальном времени' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('ru');
  });

  test('a wall display has no head, keeps to its address and fits the screen', async () => {
    const address = `/?kiosk=1${north.slice(1)}`;
    const { page } = await open(address, 'operator', { width: 1920, height: 1080 });
    await page.waitForSelector(tile('loom-6'));
    expect(page.url()).toBe(system.origin + address);
    expect(await page.getByRole('banner').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true);
  });
});
