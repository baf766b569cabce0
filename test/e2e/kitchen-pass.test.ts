/** What people do at the pass, in a real browser: they take orders, bring them back, hear them, bump them by keys, and are cut off. */
import { expect, test } from 'vitest';
import { signInAs } from './browser.ts';
import { bar, card, centre, press, useKitchen, wall } from './kitchen.ts';
import { wire } from './wire.ts';

const { system, admin, open, turnTo, run, place, serve } = useKitchen();

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

test('K5 K6 K7: a board that is cut off says so, keeps its orders, polls, and is live again by itself with nothing missing', async () => {
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
  const { snapshot } = await admin().call<{
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
