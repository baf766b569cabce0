/** What people do at the pass, in a real browser: they take orders, bring them back, hear them and bump them by keys. */
import { expect, test } from 'vitest';
import { signInAs } from './browser.ts';
import { bar, card, centre, press, useKitchen, wall } from './kitchen.ts';

const { system, open, turnTo, run, place, serve } = useKitchen();

test('K15: recall brings a served order back, with its number', async () => {
  await serve(505);
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
  // What the menu has is suggested, and knows its station. The list itself is the browser's; this one shows none.
  await page.getByRole('button', { name: 'Add a dish' }).click();
  const second = page.getByRole('group', { name: 'Dish 2' });
  const dish = second.getByLabel('Dish', { exact: true });
  const suggested = await dish.evaluate((field: HTMLInputElement) =>
    [...(field.list?.options ?? [])].map(({ value }) => value),
  );
  expect(suggested).toContain('Lemonade');
  await dish.pressSequentially('lemonade');
  await expect.poll(() => second.getByLabel('Station').inputValue()).toBe('bar');
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const placed = page.locator('.order').filter({ hasText: html });
  await placed.getByText('no salt').waitFor();
  await placed.getByText('Lemonade').waitFor();
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
  await other.goto(`${system().origin}${centre}?display=ready`);
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
  const page = await turnTo('/?kiosk=1#/kitchen/location/centre?station=cold', wall);
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
