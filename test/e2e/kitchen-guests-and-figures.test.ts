/** What is read and set beside the boards, in a real browser: the guests' numbers, the figures, the timers. */
import { describe, expect, test } from 'vitest';
import { bar, card, desk, guests, phone, useKitchen, wall } from './kitchen.ts';

const { enter, open, turnTo, run, serve, expectSound } = useKitchen();
const figures = '/#/kitchen/analytics/centre';

test('K13: a stranger sees numbers only', async () => {
  const { page, frames } = await enter('/#/kitchen/pickup/harbour');
  await page.locator('.number').first().waitFor();
  expect(frames.join('\n')).not.toMatch(/Fish and chips|lines|guest/);
});

test('speaks Russian to those who read it', async () => {
  const page = await open(guests, undefined, { locale: 'ru-RU' });
  await page.getByRole('heading', { name: 'Готовы к выдаче' }).waitFor();
  await page.getByRole('link', { name: 'Выдача · Гавань · Harbour' }).waitFor();
});

test('K12: figures of the day grow as orders are served', async () => {
  const page = await turnTo(figures);
  const served = page.locator('[data-sum="served"] .figures-sum');
  const before = Number(await served.textContent());
  await serve(509);
  await served.filter({ hasText: String(before + 1) }).waitFor();
  expect(await page.locator('[data-stage="preparing"] dd').textContent()).toMatch(/\d/);
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

describe('every screen', () => {
  for (const [name, path, shown, size, colorScheme] of [
    ['the guests, light', guests, '.pickup', desk, 'light'],
    ['the guests, dark, phone', guests, '.pickup', phone, 'dark'],
    ['the guests on the wall, dark', `/?kiosk=1${guests.slice(1)}`, '.pickup', wall, 'dark'],
    ['the figures', figures, '.figures', desk, 'light'],
    ['the figures, dark, phone', figures, '.figures', phone, 'dark'],
  ] as const) {
    test(`has no barrier that axe knows and does not scroll sideways: ${name}`, () =>
      expectSound(path, shown, size, colorScheme));
  }

  test('the hours stand in a table that scrolls by itself on a phone', async () => {
    const page = await turnTo(figures, phone);
    await page.getByText('Hour by hour').click();
    const table = page.getByRole('region', { name: 'Hour by hour' });
    await table.locator('tbody tr').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
