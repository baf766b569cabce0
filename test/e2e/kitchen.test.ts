/** Kitchen displays in a real browser, through the template that would be deployed. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Api, apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import {
  barriers,
  launch,
  signInAs,
  startSite,
  type Visit,
  type VisitOptions,
  visit,
  visitAs,
} from './browser.ts';
import { wire } from './wire.ts';

const centre = '/#/kitchen/location/centre';
let system: System;
let browser: Browser;
let admin: Api;
/** A cook's browser that stays open: for what needs no fresh one. */
let tablet: Visit;
const visits: Visit[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([startSite('kitchen'), launch()]);
  admin = apiOf(system.origin, await signIn(system.origin, 'admin'));
  tablet = await visitAs(browser, system.origin + centre, 'cook');
});
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await tablet?.close();
  await browser?.close();
  await system?.close();
});

async function open(path: string, user?: string, options?: VisitOptions): Promise<Page> {
  const url = system.origin + path;
  const opened = await (user === undefined
    ? visit(browser, url, options)
    : visitAs(browser, url, user, options));
  visits.push(opened);
  return opened.page;
}

/** Shows an address on the tablet. */
async function turnTo(path: string, size = { width: 1280, height: 900 }): Promise<Page> {
  await tablet.page.setViewportSize(size);
  await tablet.page.goto(system.origin + path);
  return tablet.page;
}

const run = (command: string, input: object) => admin.call('POST', `commands/kitchen/${command}`, input);

const grill = { dish: 'Smash burger', quantity: 1, station: 'grill', modifiers: ['no onions'] };
const bar = { dish: 'Lemonade', quantity: 2, station: 'bar', modifiers: [] };

/** What was rendered is painted, and what slides has arrived. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestIdleCallback(resolve));
    const ends = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });

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
    await run('add-location', { location: 'terrace', title: 'Terrace' });
    for (let number = 520; number < 545; number += 1) await place(number, { location: 'terrace' });
    const page = await open('/#/kitchen/location/terrace?display=pending', 'admin');
    await card(page, 544).waitFor();
    expect(await page.locator('[data-order]').count()).toBe(20);
    await page.getByText('5 older orders are not shown').waitFor();
    await card(page, 540).getByRole('button', { name: 'More for order 540' }).click();
    await card(page, 540).getByRole('button', { name: 'Rush this' }).click();
    await card(page, 540).getByText('Rush', { exact: true }).waitFor();
    expect(await page.locator('[data-order]').first().getAttribute('data-order')).toBe('o540');
    await page.getByRole('button', { name: 'Show all' }).click();
    await card(page, 520).waitFor();
  });

  test('K14: a timer takes its colour and word from the thresholds of the location', async () => {
    const boss = await open('/#/kitchen/location/harbour', 'admin', {
      prepare: (page) => page.clock.install(),
    });
    await run('place-order', {
      location: 'harbour',
      order: 'o504',
      number: 504,
      service: 'takeaway',
      lines: [bar],
    });
    await card(boss, 504).waitFor();
    await boss.clock.fastForward(11_000);
    await card(boss, 504)
      .locator('time')
      .filter({ hasText: /0:[1-5]\d/ })
      .waitFor();
    expect(await card(boss, 504).getAttribute('class')).toContain('tone-good');
    const limits = { warn: 10, late: 600 };
    await run('set-thresholds', {
      location: 'harbour',
      thresholds: { pending: limits, preparing: limits, ready: limits },
    });
    await card(boss, 504).getByText('Hurry').waitFor();
    expect(await card(boss, 504).getAttribute('class')).toContain('tone-waiting');
    await boss.getByRole('button', { name: 'Timers' }).click();
    const late = boss.getByLabel('New: late, min');
    await late.fill('0.1');
    await boss.getByRole('button', { name: 'Save the timers' }).click();
    expect(await late.evaluate((field: HTMLInputElement) => field.validity.valid)).toBe(false);
    await late.fill('5');
    await boss.getByRole('button', { name: 'Save the timers' }).click();
    await boss.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

describe('at the pass', () => {
  test('K15: recall brings a served order back, with its number', async () => {
    await place(505);
    for (const step of ['start-order', 'bump-order', 'serve-order']) {
      await run(step, { location: 'centre', order: 'o505' });
    }
    const page = await turnTo(`${centre}?display=ready`);
    await page.getByRole('button', { name: 'Recall', exact: true }).click();
    await press(page, 'Bring back', 505);
    await page.keyboard.press('Escape');
    await card(page, 505).waitFor();
  });

  test('a cook takes an order, whose text is text', async () => {
    const page = await turnTo(centre);
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
        await fresh.clock.install();
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
    await page.clock.runFor(10_000);
    expect(await notes()).toBeGreaterThan(first);
    await page.reload();
    await page.getByRole('button', { name: 'Tap for sound' }).waitFor();
    // Another wall of the same browser has a choice of its own.
    const other = await page.context().newPage();
    await other.goto(`${system.origin}${centre}?display=ready`);
    await signInAs(other, 'cook');
    await other.getByRole('button', { name: 'Sound off' }).waitFor();
    const orders = await page
      .locator('[data-order]')
      .evaluateAll((cards) => cards.map((one) => one.getAttribute('data-order')));
    for (const order of orders) await run('start-order', { location: 'centre', order });
    await page.getByText('Nothing to do').waitFor();
    await page.getByRole('button', { name: 'Tap for sound' }).click();
    await page.getByRole('button', { name: 'Sound on' }).waitFor();
    const silent = await notes();
    await page.clock.runFor(30_000);
    expect(await notes()).toBe(silent);
  });

  test('the bump bar works on a wall: digits, arrows, Enter and R', async () => {
    await place(508, { lines: [{ ...bar, dish: 'Tea', station: 'cold' }] });
    const page = await turnTo('/?kiosk=1#/kitchen/location/centre?station=cold', {
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
    const page = await turnTo('/#/kitchen/analytics/centre');
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

describe('a board that is cut off', () => {
  test('K5 K6 K7: says so, keeps its orders, polls, and is live again by itself with nothing missing', async () => {
    const { state, prepare, cut } = wire();
    const page = await open(centre, 'cook', {
      async prepare(fresh) {
        await fresh.clock.install();
        await prepare?.(fresh);
      },
    });
    const connection = (word: string) => page.getByRole('button', { name: word, exact: true });
    /** Lets the page's clock run ahead, a retry at a time, until it says what its connection is. */
    const later = (word: string) =>
      expect
        .poll(
          async () => {
            await page.clock.fastForward(30_000);
            return connection(word).count();
          },
          { interval: 500, timeout: 20_000 },
        )
        .toBe(1);
    await place(515);
    await card(page, 515).waitFor();
    await page.evaluate('globalThis.sameVisit = true');

    state.refuse = true;
    await cut();
    await connection('Reconnecting').waitFor();
    await run('start-order', { location: 'centre', order: 'o515' });
    await place(516);
    await page.clock.fastForward(2000);
    await page.getByText(/^This is the state of .* Changes since then are missing\.$/).waitFor();
    await card(page, 515).getByText('New', { exact: true }).waitFor();
    expect(await card(page, 516).count()).toBe(0);

    await later('Polling');
    await card(page, 516).waitFor();
    await card(page, 515).getByText('Preparing').waitFor();
    await place(517);
    await page.clock.fastForward(10_000);
    await card(page, 517).waitFor();

    state.refuse = false;
    await later('Live');
    await place(518);
    await card(page, 518).waitFor();
    await page.getByText(/Changes since then are missing/).waitFor({ state: 'detached' });
    const { snapshot } = await admin.call<{
      snapshot: { entity: string; key: string; data: { state: string } }[];
    }>('GET', 'groups/kitchen/location/centre');
    const kept = snapshot
      .filter(
        ({ entity, data }) => entity === 'order' && ['pending', 'preparing', 'ready'].includes(data.state),
      )
      .map(({ key, data }) => `${key} ${data.state}`);
    const shown = await page
      .locator('[data-order]')
      .evaluateAll((cards) =>
        cards.map((one) => `${one.getAttribute('data-order')} ${one.getAttribute('data-state')}`),
      );
    expect(shown.sort()).toEqual(kept.sort());
    expect(await page.evaluate('globalThis.sameVisit')).toBe(true);
  });
});

describe('K13: borders', () => {
  test('a cook of the centre is refused the harbour, a stranger sees numbers only', async () => {
    const page = await turnTo('/#/kitchen/location/harbour');
    await page.getByText('You are signed in as Luca Moretti').waitFor();
    const stranger = await visit(browser, `${system.origin}/#/kitchen/pickup/harbour`);
    visits.push(stranger);
    await stranger.page.locator('.number').first().waitFor();
    expect(stranger.frames.join('\n')).not.toMatch(/Fish and chips|lines|guest/);
  });
});

/** Puts many orders beside one that was placed, alike but for their numbers: what no test can wait for. */
async function copies(location: string, numbers: readonly number[]): Promise<void> {
  const table = system.cloud.assembly
    .ofType('AWS::DynamoDB::GlobalTable')
    .find(({ logicalId }) => /kitchen/i.test(logicalId))?.physicalId;
  const dynamodb = (action: string, input: object) => system.cloud.dynamodb.call(action, input, {});
  const key = (number: number) => ({
    partition: { S: `location/${location}` },
    item: { S: `order#o${number}` },
  });
  const first = { TableName: table, Key: key(1) };
  const { Item } = (await dynamodb('GetItem', first)) as { Item: { data: { M: object } } };
  for (let at = 0; at < numbers.length; at += 25) {
    const puts = numbers.slice(at, at + 25).map((number) => {
      const data = { M: { ...Item.data.M, number: { N: String(number) } } };
      return { PutRequest: { Item: { ...Item, ...key(number), data } } };
    });
    await dynamodb('BatchWriteItem', { RequestItems: { [table ?? '']: puts } });
  }
}

test('an update repaints its own card among 1,000', async () => {
  await run('add-location', { location: 'stadium', title: 'Stadium' });
  await place(1, { location: 'stadium' });
  await copies(
    'stadium',
    Array.from({ length: 999 }, (_, index) => index + 2),
  );
  const page = await open('/#/kitchen/location/stadium?display=all', 'admin');
  await expect.poll(() => page.locator('[data-order]').count(), { timeout: 20_000 }).toBe(1000);
  await settled(page);
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
});

describe('every screen', () => {
  const desk = { width: 1280, height: 900 };
  const phone = { width: 360, height: 780 };
  const wall = { width: 1920, height: 1080 };
  const guests = '/#/kitchen/pickup/centre';
  const figures = '/#/kitchen/analytics/centre';
  const screens = [
    ['the board, light, desktop', `${centre}?counts=1`, '.orders', desk, 'light'],
    ['the board, dark, phone', centre, '.orders', phone, 'dark'],
    ['a station on the wall, dark', `/?kiosk=1${centre.slice(1)}?station=grill`, '.orders', wall, 'dark'],
    ['the guests, light', guests, '.pickup', desk, 'light'],
    ['the guests, dark, phone', guests, '.pickup', phone, 'dark'],
    ['the figures', figures, '.figures', desk, 'light'],
    ['the figures, dark, phone', figures, '.figures', phone, 'dark'],
  ] as const;
  for (const [name, path, shown, size, colorScheme] of screens) {
    test(`has no barrier that axe knows and does not scroll sideways: ${name}`, async () => {
      const before = tablet.complaints.length;
      const page = await turnTo(path, size);
      await page.emulateMedia({ colorScheme });
      await page.locator(shown).waitFor();
      await settled(page);
      expect(await barriers(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(tablet.complaints.slice(before)).toEqual([]);
    });
  }

  test('K8: cards slide, and do not for those who want less motion', async () => {
    const page = await turnTo(centre);
    // What is there when the board opens does not slide.
    await page.locator('.orders').waitFor();
    await settled(page);
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
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
    await page.getByRole('link', { name: 'Выдача · Гавань · Harbour' }).waitFor();
  });
});
