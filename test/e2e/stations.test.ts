/** The battery network in real browsers: a visitor, a rider's phone and a manager's desk look at the same cabinets. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Api, apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { barriers, launch, startSite, type Visit, type VisitOptions, visit, visitAs } from './browser.ts';

let system: System;
let browser: Browser;
let admin: Api;
const visits: Visit[] = [];
const phone = { width: 390, height: 844 };

beforeAll(async () => {
  [system, browser] = await Promise.all([startSite('stations'), launch()]);
  admin = apiOf(system.origin, await signIn(system.origin, 'admin'));
}, 120_000);
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function open(path: string, user?: string, options?: VisitOptions): Promise<Page> {
  const url = `${system.origin}/#/stations/${path}`;
  const opened = await (user === undefined
    ? visit(browser, url, options)
    : visitAs(browser, url, user, options));
  visits.push(opened);
  return opened.page;
}
const act = (command: string, input: object) =>
  admin.call<{ result?: unknown }>('POST', `commands/stations/${command}`, input);
/** Cabinets of a test speak when it needs them: nothing is simulated. */
const heartbeat = (station: string, slots: number) =>
  act('report', { station, charges: Array(slots).fill(null) });

const slot = (page: Page, number: number) => page.locator(`[data-slot="${number}"]`);
const untilSlot = (page: Page, number: number, state: string) =>
  page.locator(`[data-slot="${number}"][data-state="${state}"]`).waitFor();
const availableOf = (page: Page, station: string, count: number) =>
  page
    .locator(`[data-station="${station}"] .counter`)
    .filter({ hasText: new RegExp(`^${count}$`) })
    .waitFor();

describe('a visitor without a login', () => {
  test('sees all stations and a cabinet, and every change of them', async () => {
    const all = await open('all');
    await availableOf(all, 'market', 5);
    await all.getByRole('link', { name: 'Рынок · Market: 5 batteries available' }).waitFor();
    await all.locator('[data-station="airport"]').getByText('Offline').waitFor();
    const one = await open('station/market');
    await untilSlot(one, 1, 'available');
    await untilSlot(one, 12, 'broken');
    expect(await one.getByRole('button', { name: 'Book a battery' }).count()).toBe(0);

    await act('report', { station: 'market', charges: [97, 93, 90, 77, 61, 60, ...Array(6).fill(null)] });
    await untilSlot(one, 6, 'available');
    await availableOf(all, 'market', 6);
    await act('swap', { station: 'market' });
    await untilSlot(one, 1, 'empty');
    await availableOf(all, 'market', 5);
  });

  test('sees a new station at once', async () => {
    const all = await open('all');
    await availableOf(all, 'market', 5);
    const desk = await open('manage/city', 'station-manager');
    await desk.getByRole('button', { name: 'Add a station' }).click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Lighthouse <b>');
    await dialog.getByLabel('Short name').fill('central');
    await dialog.getByLabel('Address').fill('Pier 1');
    await dialog.getByLabel('Latitude').fill('55.8');
    await dialog.getByLabel('Longitude').fill('37.55');
    await dialog.getByRole('button', { name: 'Add a station' }).click();
    await dialog.getByRole('alert').getByText('There is a station with this id already.').waitFor();
    await dialog.getByLabel('Short name').fill('lighthouse');
    await dialog.getByRole('button', { name: 'Add a station' }).click();
    await all.locator('[data-station="lighthouse"]').getByText('Lighthouse <b>').waitFor();
  });
});

describe('a rider on the phone', () => {
  test('books, is told, collects, and brings the empty one back', async () => {
    await heartbeat('central', 16);
    const [rider, visitor, desk] = await Promise.all([
      open('station/central', 'rider', phone),
      open('station/central'),
      open('manage/city', 'station-manager'),
    ]);
    await untilSlot(visitor, 1, 'available');
    await rider.getByRole('button', { name: 'Book a battery' }).click();
    await untilSlot(visitor, 1, 'booked');
    await desk.locator('[data-rider="rider"]').getByText('Noor Haddad').waitFor();
    const mine = rider.getByRole('region', { name: 'Your battery' });
    await mine.getByText(/^\d{3} \d{3}$/).waitFor();
    await mine.getByText(/^1[45]:\d\d$/).waitFor();
    await mine.getByText('Charged and ready').waitFor();
    const code = ((await mine.locator('.code').first().textContent()) ?? '').replace(' ', '');
    for (const { frames } of visits.filter(({ page }) => page !== rider)) {
      expect(frames.join('')).not.toContain(code);
    }
    const told = visits.find(({ page }) => page === rider)?.frames.join('') ?? '';
    expect(told).toContain('booking_confirmed');
    expect(told).toContain('booking_ready');

    await mine.getByRole('button', { name: 'I am here: open slot 1' }).click();
    await untilSlot(visitor, 1, 'empty');
    await desk.locator('[data-rider="rider"]').getByText('Collected').waitFor();

    await rider.getByRole('button', { name: 'Book a battery' }).click();
    await mine.getByLabel('I put battery b-1001 back').waitFor();
    await mine.getByRole('button', { name: 'I am here: open slot 2' }).click();
    await untilSlot(visitor, 1, 'charging');
    await untilSlot(visitor, 2, 'empty');
    await rider.goto(`${system.origin}/#/stations/bookings/rider`);
    await rider.getByText('With you: b-1002').waitFor();
    expect(await rider.getByText('Collected').count()).toBe(2);
  });

  test('who comes too late is told in words, and may cancel what they have', async () => {
    await heartbeat('stadium', 12);
    const rider = await open('station/stadium', 'rider', phone);
    await untilSlot(rider, 1, 'available');
    // The page is behind: the last ones go while its request is on the way.
    await rider.route('**/api/commands/stations/book', async (route) => {
      await act('swap', { station: 'stadium' });
      await act('swap', { station: 'stadium' });
      await route.continue();
    });
    await rider.getByRole('button', { name: 'Book a battery' }).click();
    const alert = rider.getByRole('alert');
    await alert.getByText('Now: 0 batteries available').waitFor();
    await alert.getByText('No battery is available here any longer.').waitFor();
    await rider.unroute('**/api/commands/stations/book');

    await heartbeat('harbour', 12);
    await rider.goto(`${system.origin}/#/stations/station/harbour`);
    await rider.getByRole('button', { name: 'Book a battery' }).click();
    await untilSlot(rider, 1, 'booked');
    await rider.getByRole('button', { name: 'Cancel booking' }).click();
    await untilSlot(rider, 1, 'available');
  });
});

test('a manager adds a battery, takes a slot out of use and puts it back, and sees the alarms', async () => {
  await heartbeat('old-town', 12);
  const [manager, visitor, desk] = await Promise.all([
    open('station/old-town', 'station-manager'),
    open('station/old-town'),
    open('manage/city', 'station-manager'),
  ]);
  await desk.locator('[data-alarm="airport.offline"]').waitFor();
  await desk.locator('[data-alarm="harbour.full-cabinet"]').waitFor();
  await desk.locator('[data-alarm="gardens.empty-cabinet"]').waitFor();

  const dialog = manager.getByRole('dialog');
  await slot(manager, 9).click();
  await dialog.getByLabel('Battery').fill('b-1001');
  await dialog.getByLabel('Charge').fill('88');
  await dialog.getByRole('button', { name: 'Add battery' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/b-1001 is in a station already/)
    .waitFor();
  await dialog.getByLabel('Battery').fill('b-new');
  await dialog.getByRole('button', { name: 'Add battery' }).click();
  await untilSlot(visitor, 9, 'available');

  await slot(manager, 9).click();
  await dialog.getByLabel('What is wrong').fill('<i>Bent</i> contact');
  await dialog.getByRole('button', { name: 'Take out of use' }).click();
  await untilSlot(visitor, 9, 'broken');
  await slot(visitor, 9).getByText('<i>Bent</i> contact').waitFor();
  await dialog.getByRole('button', { name: 'Put back into use' }).click();
  await untilSlot(visitor, 9, 'available');

  await act('remove-battery', { station: 'harbour', slot: 12 });
  await desk.locator('[data-alarm="harbour.full-cabinet"]').waitFor({ state: 'detached' });
});

describe('nothing bars the way', () => {
  test.each([
    ['all', undefined],
    ['station/central', 'rider'],
    ['manage/city', 'station-manager'],
    ['bookings/rider', 'rider'],
  ] as const)('on %s, light and dark, on a phone and a desk', async (path, user) => {
    const page = await open(path, user, { width: 360, height: 740 });
    await page.locator('.card').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await barriers(page)).toEqual([]);
  });
});
