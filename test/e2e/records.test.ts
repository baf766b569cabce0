/** The records store in real browsers: a unit's desk, the store's desk, and the border between units. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { barriers, launch, startSite, type Visit, type VisitOptions, visitAs } from './browser.ts';

const unit1 = '/#/records/unit/1';
let system: System;
let browser: Browser;
const visits: Visit[] = [];

beforeAll(async () => {
  system = await startSite('records');
  browser = await launch();
});
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function open(path: string, user: string, options?: VisitOptions): Promise<Visit> {
  const opened = await visitAs(browser, system.origin + path, user, options);
  visits.push(opened);
  return opened;
}

const row = (page: Page, request: string) => page.locator(`[data-request="${request}"]`);
const stateOf = (page: Page, request: string, state: string) =>
  page.locator(`[data-request="${request}"][data-state="${state}"]`).waitFor();

/** Submits a withdrawal by the form; gives its number. */
async function submitWithdrawal(page: Page, crate: string, purpose: string): Promise<string> {
  await page.getByRole('button', { name: 'New request' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Purpose').fill(purpose);
  await form.getByLabel('Deliver to').fill('Room 7');
  await form.getByLabel(new RegExp(crate)).check();
  await form.getByRole('button', { name: 'Submit' }).click();
  await form.waitFor({ state: 'detached' });
  const item = page.locator('[data-request]').filter({ hasText: purpose });
  await item.waitFor();
  return (await item.getAttribute('data-request')) ?? '';
}

test('an approval shows in the other browser of the unit at once, and the other unit hears nothing', async () => {
  const [clerk, head, other] = await Promise.all([
    open(unit1, 'unit1-clerk'),
    open(unit1, 'unit1-head'),
    open('/#/records/unit/2', 'unit2-head'),
  ]);
  await other.page.locator('[data-request]').first().waitFor();
  const heard = other.frames.length;
  const request = await submitWithdrawal(clerk.page, 'L-106', 'Board meeting <b>May</b>');
  await row(head.page, request).getByText('Board meeting <b>May</b>').waitFor();
  await row(head.page, request)
    .getByRole('button', { name: /^Approve/ })
    .click();
  await stateOf(clerk.page, request, 'approved');

  // The other unit's own life goes on; whatever else was to come, came before it.
  const api = apiOf(system.origin, await signIn(system.origin, 'unit2-head'));
  await api.call('POST', 'commands/records/add-crate', { unit: '2', crate: 'mark-1', title: 'Mark' });
  await other.page.getByRole('tab', { name: 'Crates' }).click();
  await other.page.locator('[data-crate="mark-1"]').waitFor();
  expect(other.frames.slice(heard).join('\n')).not.toMatch(/Board meeting|unit\/1|l-106/);
  expect(await other.page.textContent('body')).not.toContain('Tomas');

  // The guessed address of the other unit.
  await other.page.goto(`${system.origin}${unit1}`);
  await other.page.getByRole('heading', { name: 'You may not see this' }).waitFor();
  expect([...clerk.complaints, ...head.complaints, ...other.complaints]).toEqual([]);
});

test('sent back, edited, submitted again, approved, issued and taken back, with a notice on the way', async () => {
  const [clerk, head, store] = await Promise.all([
    open(unit1, 'unit1-clerk'),
    open(unit1, 'unit1-head'),
    open('/#/records/store/central', 'store-head'),
  ]);
  const request = await submitWithdrawal(clerk.page, 'L-108', 'Appeal');
  await row(head.page, request).locator('.request-open').click();
  const detail = head.page.locator(`[data-detail="${request}"]`);
  await detail.getByRole('button', { name: 'Send back' }).click();
  const form = detail.getByRole('form', { name: 'Send back' });
  await form.getByLabel('Reason').selectOption('unclear');
  await form.getByLabel(/Note/).fill('Which appeal?');
  await form.getByRole('button', { name: 'Send back' }).click();

  await stateOf(clerk.page, request, 'sent-back');
  await row(clerk.page, request).getByRole('button', { name: /^Edit/ }).click();
  const own = clerk.page.locator(`[data-detail="${request}"]`);
  await own.getByText('Unclear: Which appeal?').waitFor();
  await own.getByRole('button', { name: 'Edit' }).click();
  await clerk.page.getByRole('dialog').getByLabel('Purpose').fill('Appeal of 2019');
  await clerk.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await detail.getByRole('heading', { name: /Appeal of 2019/ }).waitFor();
  await own.getByRole('button', { name: 'Submit again' }).click();
  await detail.getByRole('button', { name: 'Approve' }).click();

  const job = store.page.locator(`[data-job="1.${request}"]`);
  await job.getByText('to Room 7').waitFor();
  expect(await job.textContent()).not.toContain('Appeal');
  await job.getByRole('button', { name: /^Issue/ }).click();
  await stateOf(clerk.page, request, 'issued');
  await job.getByRole('button', { name: /^Take back/ }).click();
  await job.waitFor({ state: 'detached' });
  await own.getByText('Taken back').waitFor();

  await clerk.page
    .getByRole('button', { name: /notification/i })
    .first()
    .click();
  await clerk.page.getByText(`${request.toUpperCase()} was sent back to you by Helen Park`).first().waitFor();
});

test('crates are put in a place, moved and counted, and the trail tells before and after', async () => {
  const [head, store] = await Promise.all([
    open(`${unit1}?tab=storage`, 'unit1-head'),
    open('/#/records/store/central', 'store-head'),
  ]);
  const fill = (page: Page, place: string) => page.locator(`[data-place="${place}"] .rack-fill`);
  await fill(head.page, 'a-3').getByText('0 of 6').waitFor();
  const api = apiOf(system.origin, await signIn(system.origin, 'unit1-head'));
  await api.call('POST', 'commands/records/approve', { unit: '1', request: 's-8' });
  const job = store.page.locator('[data-job="1.s-8"]');
  await job.getByRole('combobox').selectOption('a-3');
  await job.getByRole('button', { name: 'Allocate' }).click();
  await fill(head.page, 'a-3').getByText('1 of 6').waitFor();

  await head.page.getByRole('tab', { name: 'Crates' }).click();
  const crate = head.page.locator('[data-crate="l-112"]');
  await crate.getByRole('button', { name: /^Relocate/ }).click();
  await crate.getByLabel('To').selectOption('a-1');
  await crate.getByRole('button', { name: 'Relocate', exact: true }).click();
  await store.page.getByRole('tab', { name: 'Racks' }).click();
  await fill(store.page, 'a-3').getByText('0 of 6').waitFor();
  await fill(store.page, 'a-1').getByText('6 of 12').waitFor();

  await head.page.getByRole('link', { name: 'Audit trail', exact: true }).click();
  const entry = head.page.locator('.trail-entry').filter({ hasText: 'Relocate a crate' }).first();
  await entry.getByText('a-3').first().waitFor();
  await entry.getByText('Helen Park').waitFor();
});

test('what is overdue is said, counted and found; a lost race is told at the button', async () => {
  const { page } = await open(unit1, 'unit1-head');
  const api = apiOf(system.origin, await signIn(system.origin, 'unit1-head'));
  await api.call('POST', 'commands/records/set-due', {
    store: 'central',
    unit: '1',
    request: 'w-9',
    dueAt: Date.now() + 1000,
  });
  await row(page, 'w-9').getByText(/late/).waitFor();
  await page.locator('[data-kpi="overdue"] .counter').filter({ hasText: /^1$/ }).waitFor();
  await page.locator('[data-kpi="overdue"] button').click();
  expect(await page.locator('[data-request]').count()).toBe(1);

  // A page that is behind: the server's word comes back beside the button.
  await page.route('**/api/commands/records/approve', async (route) => {
    const admin = apiOf(system.origin, await signIn(system.origin, 'admin'));
    await admin.call('POST', 'commands/records/reject', { unit: '1', request: 'w-9', reason: 'duplicate' });
    await route.continue();
  });
  await page.locator('[data-kpi="decide"] button').click();
  await row(page, 'w-9').locator('.request-open').click();
  await page.locator('[data-detail="w-9"]').getByRole('button', { name: 'Approve' }).click();
  await page.locator('[data-detail="w-9"]').getByText('Rejected').first().waitFor();
});

test('speaks Russian: a request is submitted, approved and issued by who reads nothing else', async () => {
  const russian = { locale: 'ru-RU' };
  const [clerk, head, store] = await Promise.all([
    open(unit1, 'unit1-clerk', russian),
    open(unit1, 'unit1-head', russian),
    open('/#/records/store/central', 'store-head', russian),
  ]);
  await clerk.page.getByRole('button', { name: 'Новая заявка' }).click();
  const form = clerk.page.getByRole('dialog');
  await form.getByLabel('Цель').fill('Проверка');
  await form.getByLabel('Куда доставить').fill('Каб. 9');
  await form.getByLabel(/L-110/).check();
  expect(await barriers(clerk.page)).toEqual([]);
  await form.getByRole('button', { name: 'Подать' }).click();
  const item = head.page
    .locator('[data-request]')
    .filter({ hasText: 'Проверка' })
    .filter({ hasText: 'L-110' });
  await item.getByText('На согласовании').waitFor();
  const request = (await item.getAttribute('data-request')) ?? '';
  await item.getByRole('button', { name: /^Согласовать/ }).click();
  await row(clerk.page, request).getByText('Согласована').waitFor();
  const job = store.page.locator(`[data-job="1.${request}"]`);
  await job.getByText('куда: Каб. 9').waitFor();
  await job.getByRole('button', { name: /^Выдать/ }).click();
  await row(clerk.page, request).getByText('Выдана').waitFor();
  await head.page.getByRole('link', { name: 'Журнал изменений', exact: true }).click();
  const entry = head.page.locator('.trail-entry').filter({ hasText: 'Согласовать' }).first();
  await entry.getByText('Состояние', { exact: true }).first().waitFor();
  for (const { page, complaints } of [clerk, head, store]) {
    expect(await page.evaluate('document.documentElement.lang')).toBe('ru');
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }
});

const looks: readonly [string, string, string, VisitOptions][] = [
  ['the desk', 'unit1-head', `${unit1}?request=d-6`, {}],
  ['the desk in the dark', 'unit1-head', `${unit1}?request=d-6`, { dark: true }],
  ['crates on a phone', 'unit1-clerk', `${unit1}?tab=crates`, { width: 360, height: 780 }],
  ['shelves', 'unit1-head', `${unit1}?tab=storage`, { dark: true }],
  ["the store's desk", 'store-head', '/#/records/store/central', {}],
  ['racks on a phone', 'store-head', '/#/records/store/central?tab=racks', { width: 360, height: 780 }],
];
test.each(looks)('%s: no barriers, nothing wider than the screen', async (_name, user, path, options) => {
  const { page, complaints } = await open(path, user, options);
  await page.getByRole('tabpanel').waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  expect(await barriers(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  expect(complaints).toEqual([]);
});
