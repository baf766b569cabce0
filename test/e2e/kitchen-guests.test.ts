/** The guests' board in a real browser: numbers and nothing else, for whoever passes by. */
import { describe, expect, test } from 'vitest';
import { desk, guests, phone, useKitchen, wall } from './kitchen.ts';

const { enter, open, expectSound } = useKitchen();

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

describe('every screen', () => {
  for (const [name, path, shown, size, colorScheme] of [
    ['the guests, light', guests, '.pickup', desk, 'light'],
    ['the guests, dark, phone', guests, '.pickup', phone, 'dark'],
    ['the guests on the wall, dark', `/?kiosk=1${guests.slice(1)}`, '.pickup', wall, 'dark'],
  ] as const) {
    test(`has no barrier that axe knows and does not scroll sideways: ${name}`, () =>
      expectSound(path, shown, size, colorScheme));
  }
});
