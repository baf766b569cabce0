/** Kitchen displays in a real browser, through the template that would be deployed. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Api, apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { barriers, launch, signInAs, startSite, type Visit, type VisitOptions, visit } from './browser.ts';

const centre = '/#/kitchen/location/centre';
let system: System;
let browser: Browser;
let admin: Api;
const visits: Visit[] = [];

beforeAll(async () => {
  system = await startSite('kitchen');
  browser = await launch();
  admin = apiOf(system.origin, await signIn(system.origin, 'admin'));
});
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function open(path: string, user?: string, options?: VisitOptions): Promise<Page> {
  const opened = await visit(browser, system.origin + path, options);
  visits.push(opened);
  if (user !== undefined) await signInAs(opened.page, user);
  return opened.page;
}

const run = (command: string, input: object) => admin.call('POST', `commands/kitchen/${command}`, input);

const grill = { dish: 'Smash burger', quantity: 1, station: 'grill', modifiers: ['no onions'] };
const bar = { dish: 'Lemonade', quantity: 2, station: 'bar', modifiers: [] };

/** An order of a number of its own, `o<number>`. */
const place = (number: number, more: object = {}) =>
  run('place-order', {
    location: 'centre',
    order: `o${number}`,
    number,
    service: 'table',
    table: '9',
    lines: [grill, bar],
    ...more,
  });

const card = (page: Page, number: number) => page.locator(`[data-order="o${number}"]`);
const press = (page: Page, act: string, number: number) =>
  page.getByRole('button', { name: `${act}: order ${number}`, exact: true }).click();

describe('displays', () => {
  test('K1 K2 K3: a new order appears at once, and each step moves its card from display to display', async () => {
    const [pending, preparing, ready] = await Promise.all([
      open(`${centre}?display=pending`, 'cook'),
      open(`${centre}?display=preparing`, 'cook'),
      open(`${centre}?display=ready`, 'cook'),
    ]);
    const guests = await open('/#/kitchen/pickup/centre');
    await place(501);
    await card(pending, 501).waitFor();
    await press(pending, 'Start', 501);
    await card(pending, 501).waitFor({ state: 'detached' });
    await card(preparing, 501).waitFor();
    await guests.locator('[data-preparing="501"]').waitFor();
    await press(preparing, 'Done', 501);
    await card(preparing, 501).waitFor({ state: 'detached' });
    await card(ready, 501).waitFor();
    await guests.locator('[data-ready="501"]').waitFor();
    await press(ready, 'Hand out', 501);
    await card(ready, 501).waitFor({ state: 'detached' });
    await guests.locator('[data-ready="501"]').waitFor({ state: 'detached' });
  });

  test('K15: each station has a screen of its own, and an order is ready when the last is done', async () => {
    const atGrill = await open(`${centre}?station=grill`, 'cook');
    const atBar = await open(`${centre}?station=bar&counts=1`, 'cook');
    await place(502);
    await card(atGrill, 502).getByText('no onions').waitFor();
    expect(await card(atGrill, 502).textContent()).not.toContain('Lemonade');
    const counts = atBar.getByRole('complementary', { name: 'Still to make' });
    const lemonades = counts.locator('.count', { hasText: 'Lemonade' }).locator('.count-quantity');
    const before = Number(await lemonades.textContent());
    await press(atBar, 'Done', 502);
    await card(atBar, 502).waitFor({ state: 'detached' });
    await lemonades.filter({ hasText: String(before - 2) }).waitFor();
    await press(atGrill, 'Done', 502);
    await open(`${centre}?display=ready`, 'cook').then((page) => card(page, 502).waitFor());
  });

  test('two cooks bump the same order: the second is told who was first', async () => {
    await place(503);
    const [one, two] = await Promise.all([open(centre, 'cook'), open(centre, 'cook')]);
    await Promise.all([card(one, 503).waitFor(), card(two, 503).waitFor()]);
    await Promise.all([press(one, 'Start', 503), press(two, 'Start', 503)]);
    const told = async (page: Page) => (await page.getByText(/Order 503 is Preparing already/).count()) > 0;
    await expect.poll(async () => [await told(one), await told(two)].filter(Boolean).length).toBe(1);
    await card(one, 503).getByText('Preparing').waitFor();
  });

  test('K10 K4: rush orders first; 20 most recent, and that others wait is said', async () => {
    for (let number = 520; number < 545; number += 1) await place(number);
    const page = await open(`${centre}?display=pending`, 'cook');
    await card(page, 544).waitFor();
    expect(await page.locator('[data-order]').count()).toBe(20);
    await page.getByText(/older orders are not shown/).waitFor();
    await card(page, 540).getByRole('button', { name: 'More for order 540' }).click();
    await card(page, 540).getByRole('button', { name: 'Rush this' }).click();
    await card(page, 540).getByText('Rush', { exact: true }).waitFor();
    const rushed = page.locator('[data-order].rush');
    expect(
      await page
        .locator('[data-order]')
        .nth(await rushed.count().then((count) => count - 1))
        .getAttribute('data-order'),
    ).toBe('o540');
    await page.getByRole('button', { name: 'Show all' }).click();
    await card(page, 520).waitFor();
    for (let number = 520; number < 545; number += 1) {
      await run('cancel-order', { location: 'centre', order: `o${number}` });
    }
  });

  test('K14: a timer takes its colour and word from the thresholds of the location', async () => {
    const boss = await open('/#/kitchen/location/harbour', 'admin');
    await run('place-order', {
      location: 'harbour',
      order: 'o504',
      number: 504,
      service: 'takeaway',
      lines: [bar],
    });
    await card(boss, 504).waitFor();
    await boss.waitForTimeout(11_000);
    expect(await card(boss, 504).getAttribute('class')).toContain('tone-good');
    const limits = { warn: 10, late: 600 };
    await run('set-thresholds', {
      location: 'harbour',
      thresholds: { pending: limits, preparing: limits, ready: limits },
    });
    await card(boss, 504).getByText('Hurry').waitFor();
    expect(await card(boss, 504).getAttribute('class')).toContain('tone-waiting');
    await boss.getByRole('button', { name: 'Timers' }).click();
    await boss.getByLabel('New: late, min').fill('0.1');
    await boss.getByLabel('New: late, min').fill('5');
    await boss.getByRole('button', { name: 'Save the timers' }).click();
    await boss.getByRole('dialog').waitFor({ state: 'detached' });
  }, 120_000);
});

describe('at the pass', () => {
  test('K15: recall brings a served order back, with its number', async () => {
    await place(505);
    for (const step of ['start-order', 'bump-order', 'serve-order']) {
      await run(step, { location: 'centre', order: 'o505' });
    }
    const page = await open(`${centre}?display=ready`, 'cook');
    await page.getByRole('button', { name: 'Recall', exact: true }).click();
    await press(page, 'Bring back', 505);
    await page.keyboard.press('Escape');
    await card(page, 505).waitFor();
  });

  test('a cook takes an order, whose text is text', async () => {
    const page = await open(centre, 'cook');
    await page.getByRole('button', { name: 'New order' }).click();
    const html = '<img src=x onerror=document.title=1>';
    await page.getByLabel('Number').fill('506');
    await page.getByLabel('Table', { exact: true }).fill('5');
    await page.getByLabel('Dish', { exact: true }).fill(html);
    await page.getByLabel('Changes, by commas (optional)').fill('rare, no salt');
    await page.getByRole('button', { name: 'Place the order' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const dish = page.locator('.order').filter({ hasText: html });
    await dish.getByText('no salt').waitFor();
    expect(await page.locator('.order img').count()).toBe(0);
    expect(await page.title()).not.toBe('1');
  });

  test('K11: sound is turned on by a tap, remembered, and a new order sounds until it is started', async () => {
    const page = await open(`${centre}?display=pending&station=fryer`, 'cook', {
      prepare: async (fresh) => {
        await fresh.addInitScript(() => {
          const start = OscillatorNode.prototype.start;
          OscillatorNode.prototype.start = function (when) {
            const heard = globalThis as unknown as { notes?: number };
            heard.notes = (heard.notes ?? 0) + 1;
            start.call(this, when);
          };
        });
      },
    });
    const notes = () => page.evaluate<number>('globalThis.notes ?? 0');
    await page.getByRole('button', { name: 'Sound off' }).click();
    await page.getByRole('button', { name: 'Sound on' }).waitFor();
    await place(507, { lines: [{ ...bar, dish: 'Chips', station: 'fryer' }] });
    await card(page, 507).waitFor();
    const first = await notes();
    await expect.poll(notes, { timeout: 14_000 }).toBeGreaterThan(first);
    await page.reload();
    await page.getByRole('button', { name: 'Tap for sound' }).waitFor();
    for (const { order } of await page
      .locator('[data-order]')
      .evaluateAll((cards) => cards.map((one) => ({ order: one.getAttribute('data-order') ?? '' })))) {
      await run('start-order', { location: 'centre', order });
    }
    await page.getByText('Nothing to do').waitFor();
    await page.getByRole('button', { name: 'Tap for sound' }).click();
    await page.waitForTimeout(500);
    const silent = await notes();
    await page.waitForTimeout(11_000);
    expect(await notes()).toBe(silent);
  }, 60_000);

  test('the bump bar works on a wall: digits, arrows, Enter and R', async () => {
    await place(508, { lines: [{ ...bar, dish: 'Tea', station: 'cold' }] });
    const page = await open('/?kiosk=1#/kitchen/location/centre?station=cold', 'cook', {
      width: 1920,
      height: 1080,
    });
    await card(page, 508).waitFor();
    const place508 = async () => {
      const orders = await page
        .locator('[data-order]')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-order')));
      return orders.indexOf('o508');
    };
    await page.keyboard.press(String((await place508()) + 1));
    await card(page, 508).waitFor({ state: 'detached' });
    await page.keyboard.press('r');
    await card(page, 508).waitFor();
    for (let step = await place508(); step >= 0; step -= 1) await page.keyboard.press('ArrowRight');
    await expect.poll(() => card(page, 508).getAttribute('aria-current')).toBe('true');
    await page.keyboard.press('Enter');
    await card(page, 508).waitFor({ state: 'detached' });
  });

  test('K12: figures of the day grow as orders are served', async () => {
    const page = await open('/#/kitchen/analytics/centre', 'cook');
    const served = page.locator('[data-sum="served"] .figures-sum');
    const before = Number(await served.textContent());
    await place(509);
    for (const step of ['start-order', 'bump-order', 'serve-order']) {
      await run(step, { location: 'centre', order: 'o509' });
    }
    await served.filter({ hasText: String(before + 1) }).waitFor();
    expect(await page.locator('[data-stage="preparing"] dd').textContent()).toMatch(/\d/);
  });
});

describe('K13: borders', () => {
  test('a cook of the centre is refused the harbour, a stranger sees numbers only', async () => {
    const page = await open('/#/kitchen/location/harbour', 'cook');
    await page.getByText('You are signed in as Luca Moretti').waitFor();
    const stranger = await visit(browser, `${system.origin}/#/kitchen/pickup/harbour`);
    visits.push(stranger);
    await stranger.page.locator('.number').first().waitFor();
    expect(stranger.frames.join('\n')).not.toMatch(/Fish and chips|lines|guest/);
  });
});

test('an update repaints its own card among 1,000', async () => {
  await run('add-location', { location: 'stadium', title: 'Stadium' });
  const numbers = Array.from({ length: 1000 }, (_, index) => index + 1);
  const worker = async () => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      await run('place-order', {
        location: 'stadium',
        order: `o${number}`,
        number,
        service: 'takeaway',
        lines: [grill],
      });
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  const page = await open('/#/kitchen/location/stadium?display=all', 'admin');
  await expect.poll(() => page.locator('[data-order]').count(), { timeout: 20_000 }).toBe(1000);
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    const touched: string[] = [];
    const board = document.querySelector('.orders');
    const watcher = new MutationObserver((records) => {
      for (const { target, type } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        // Timers tick by the clock, on every card.
        const settles = type === 'attributes' && element === board;
        if (element?.closest('time') === null && !settles)
          touched.push(element.closest('[data-order]')?.getAttribute('data-order') ?? element.className);
      }
    });
    if (board !== null)
      watcher.observe(board, { subtree: true, childList: true, characterData: true, attributes: true });
    Object.assign(globalThis, { touched });
  });
  await run('start-order', { location: 'stadium', order: 'o777' });
  await card(page, 777).getByText('Preparing').waitFor();
  const touched = await page.evaluate<string[]>('globalThis.touched');
  // Its list item moves in the list: what is started stands behind what waits longer.
  expect(new Set(touched.filter((one) => one !== 'orders settled'))).toEqual(new Set(['o777']));
  const moves = touched.filter((one) => one === 'orders settled').length;
  expect(moves).toBeLessThanOrEqual(2);
}, 180_000);

describe('every screen', () => {
  const screens: [string, string, VisitOptions][] = [
    ['the board, light, desktop', `${centre}?counts=1`, {}],
    ['the board, dark, phone', centre, { width: 360, height: 780, dark: true }],
    [
      'a station on the wall, dark',
      '/?kiosk=1#/kitchen/location/centre?station=grill',
      { width: 1920, height: 1080, dark: true },
    ],
    ['the guests, light', '/#/kitchen/pickup/centre', {}],
    ['the guests, dark, phone', '/#/kitchen/pickup/centre', { width: 360, height: 780, dark: true }],
    ['the figures', '/#/kitchen/analytics/centre', {}],
    ['the figures, dark, phone', '/#/kitchen/analytics/centre', { width: 360, height: 780, dark: true }],
  ];
  for (const [name, path, options] of screens) {
    test(`has no barrier that axe knows and does not scroll sideways: ${name}`, async () => {
      const page = await open(path, 'cook', options);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(400);
      expect(await barriers(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(visits.at(-1)?.complaints).toEqual([]);
    });
  }

  test('K8: cards slide, and do not for those who want less motion', async () => {
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      const page = await open(centre, 'cook');
      await page.emulateMedia({ reducedMotion });
      const number = reducedMotion === 'reduce' ? 511 : 510;
      await place(number);
      await card(page, number).waitFor();
      const animation = await card(page, number).evaluate((one) => getComputedStyle(one).animationName);
      expect(animation).toBe(reducedMotion === 'reduce' ? 'none' : 'order-in');
      await page.evaluate(() => {
        const seen = { leaving: 0 };
        new MutationObserver((records) => {
          for (const { addedNodes } of records) {
            for (const node of addedNodes)
              if (node instanceof Element && node.matches('.leaving')) seen.leaving += 1;
          }
        }).observe(document.body, { childList: true });
        Object.assign(globalThis, { seen });
      });
      // What nobody sees does not slide.
      await card(page, number).scrollIntoViewIfNeeded();
      await run('cancel-order', { location: 'centre', order: `o${number}` });
      await card(page, number).waitFor({ state: 'detached' });
      expect(await page.evaluate('globalThis.seen.leaving')).toBe(reducedMotion === 'reduce' ? 0 : 1);
      await expect.poll(() => page.locator('.leaving').count()).toBe(0);
    }
  });

  test('speaks Russian to those who read it', async () => {
    const page = await open('/#/kitchen/pickup/centre', undefined, { locale: 'ru-RU' });
    await page.getByRole('heading', { name: 'Готовы к выдаче' }).waitFor();
  });
});
