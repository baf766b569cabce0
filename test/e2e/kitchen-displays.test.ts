/** Kitchen displays in a real browser, through the template that would be deployed: what is on which of them. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { card, centre, desk, guests, phone, press, settled, useKitchen, wall } from './kitchen.ts';

const { system, open, turnTo, run, place, expectSound } = useKitchen();

describe('displays', () => {
  test('K1 K2 K3: a new order appears at once, and each step moves its card from display to display', async () => {
    const [pending, preparing, ready] = await Promise.all([
      open(`${centre}?display=pending`, 'cook'),
      open(`${centre}?display=preparing`, 'cook'),
      open(`${centre}?display=ready`, 'cook'),
    ]);
    const board = await open(guests);
    await place(501);
    await card(pending, 501).waitFor();
    await press(pending, 'Start', 501);
    await card(pending, 501).waitFor({ state: 'detached' });
    await card(preparing, 501).waitFor();
    await board.locator('[data-preparing="501"]').waitFor();
    await press(preparing, 'Done', 501);
    await card(preparing, 501).waitFor({ state: 'detached' });
    await card(ready, 501).waitFor();
    await board.locator('[data-ready="501"]').waitFor();
    await press(ready, 'Hand out', 501);
    await card(ready, 501).waitFor({ state: 'detached' });
    await board.locator('[data-ready="501"]').waitFor({ state: 'detached' });
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

  test('K13: a cook of the centre is refused the harbour', async () => {
    const page = await turnTo('/#/kitchen/location/harbour');
    await page.getByText('You are signed in as Luca Moretti').waitFor();
  });
});

/** Puts many orders beside one that was placed, alike but for their numbers: what no test can wait for. */
async function copies(location: string, numbers: readonly number[]): Promise<void> {
  const table = system()
    .cloud.assembly.ofType('AWS::DynamoDB::GlobalTable')
    .find(({ logicalId }) => /kitchen/i.test(logicalId))?.physicalId;
  const dynamodb = (action: string, input: object) => system().cloud.dynamodb.call(action, input, {});
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
  for (const [name, path, shown, size, colorScheme] of [
    ['the board, light, desktop', `${centre}?counts=1`, '.orders', desk, 'light'],
    ['the board, dark, phone', centre, '.orders', phone, 'dark'],
    ['a station on the wall, dark', `/?kiosk=1${centre.slice(1)}?station=grill`, '.orders', wall, 'dark'],
  ] as const) {
    test(`has no barrier that axe knows and does not scroll sideways: ${name}`, () =>
      expectSound(path, shown, size, colorScheme));
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
});
