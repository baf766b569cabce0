/** The records store in real browsers: a unit's desk, the store's desk, and the border between units. */
import type { Browser, Locator, Page } from 'playwright-core';
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

/** What the form of a request is filled with, by label, besides its crate. */
type Filled = Readonly<Record<string, string>>;

async function fill(form: Locator, fields: Filled): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await form.getByLabel(label).fill(value);
}

/** Submits a request by the form; gives its number, as the list has it under `about`. */
async function submit(page: Page, kind: string, fields: Filled, crate: string, about: string) {
  await page.getByRole('button', { name: 'New request' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel(kind, { exact: true }).check();
  await fill(form, fields);
  await form.getByLabel(new RegExp(crate)).check();
  await form.getByRole('button', { name: 'Submit' }).click();
  await form.waitFor({ state: 'detached' });
  const item = page.locator('[data-request]').filter({ hasText: about }).filter({ hasText: crate });
  await item.waitFor();
  return (await item.getAttribute('data-request')) ?? '';
}

const submitWithdrawal = (page: Page, crate: string, purpose: string) =>
  submit(page, 'Withdrawal', { Purpose: purpose, 'Deliver to': 'Room 7' }, crate, purpose);

/** Opens a request; gives its detail. */
async function openRequest(page: Page, request: string): Promise<Locator> {
  await row(page, request).locator('.request-open').click();
  return page.locator(`[data-detail="${request}"]`);
}

/** Sends an open request back as its form asks. */
async function sendBack(detail: Locator, reason: string, note: string): Promise<void> {
  await detail.getByRole('button', { name: 'Send back' }).click();
  const form = detail.getByRole('form', { name: 'Send back' });
  await form.getByLabel('Reason').selectOption(reason);
  await form.getByLabel(/Note/).fill(note);
  await form.getByRole('button', { name: 'Send back' }).click();
}

/** Puts a plan of faults into force, or ends it. */
async function faults(method: 'PUT' | 'DELETE', plan?: object): Promise<void> {
  const answer = await fetch(`${system.origin}/_local/faults`, {
    method,
    ...(plan === undefined ? {} : { body: JSON.stringify(plan) }),
  });
  expect(answer.ok).toBe(true);
}

/** The requester edits what was sent back for the reason that is shown, and submits it again. */
async function putRight(page: Page, request: string, why: string, fields: Filled): Promise<Locator> {
  await stateOf(page, request, 'sent-back');
  await row(page, request).getByRole('button', { name: /^Edit/ }).click();
  const own = page.locator(`[data-detail="${request}"]`);
  await own.getByText(why).waitFor();
  await own.getByRole('button', { name: 'Edit' }).click();
  await fill(page.getByRole('dialog'), fields);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await own.getByRole('button', { name: 'Submit again' }).click();
  return own;
}

/**
 * What the other unit's screen has got since `heard` frames: its own life goes on by one crate, and whatever else was to
 * come, came before it.
 */
async function heardByOther(other: Visit, heard: number, crate: string): Promise<string> {
  const api = apiOf(system.origin, await signIn(system.origin, 'unit2-head'));
  await api.call('POST', 'commands/records/add-crate', { unit: '2', crate, title: 'Mark' });
  await other.page.getByRole('tab', { name: 'Crates' }).click();
  await other.page.locator(`[data-crate="${crate}"]`).waitFor();
  return other.frames.slice(heard).join('\n');
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

  expect(await heardByOther(other, heard, 'mark-1')).not.toMatch(/Board meeting|unit\/1|l-106/);
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
  const detail = await openRequest(head.page, request);
  await sendBack(detail, 'unclear', 'Which appeal?');
  const own = await putRight(clerk.page, request, 'Unclear: Which appeal?', { Purpose: 'Appeal of 2019' });
  await detail.getByRole('heading', { name: /Appeal of 2019/ }).waitFor();
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

test('a rejection needs its reason, the requester reads it at once, and the other unit hears nothing', async () => {
  const [clerk, head, other] = await Promise.all([
    open(unit1, 'unit1-clerk'),
    open(unit1, 'unit1-head'),
    open('/#/records/unit/2', 'unit2-head'),
  ]);
  await other.page.locator('[data-request]').first().waitFor();
  const heard = other.frames.length;
  const request = await submitWithdrawal(clerk.page, 'L-109', 'Curiosity');
  const own = await openRequest(clerk.page, request);
  await own.getByRole('button', { name: 'Cancel request' }).waitFor();
  expect(await own.getByRole('button', { name: 'Reject' }).count()).toBe(0);
  const api = apiOf(system.origin, await signIn(system.origin, 'unit1-clerk'));
  const byClerk = { unit: '1', request, reason: 'duplicate' };
  await expect(api.call('POST', 'commands/records/reject', byClerk)).rejects.toMatchObject({ status: 403 });

  const detail = await openRequest(head.page, request);
  await detail.getByRole('button', { name: 'Reject' }).click();
  const form = detail.getByRole('form', { name: 'Reject' });
  const reject = form.getByRole('button', { name: 'Reject' });
  const sent: string[] = [];
  head.page.on('request', (one) => one.url().endsWith('/reject') && sent.push(one.postData() ?? ''));
  /** The field at which the browser stopped, and what it says there. */
  const stopped = () =>
    head.page.evaluate(() => {
      const { labels, validationMessage } = document.activeElement as HTMLSelectElement;
      return `${labels[0]?.firstElementChild?.textContent}: ${validationMessage}`;
    });
  await reject.click();
  expect(await stopped()).toBe('Reason: Please select an item in the list.');
  // "Other" says nothing by itself.
  await form.getByLabel('Reason').selectOption('other');
  await reject.click();
  expect(await stopped()).toBe('Note: Please fill out this field.');
  expect(sent).toEqual([]);
  await form.getByLabel('Note').fill('  ');
  await reject.click();
  await form.getByRole('alert').getByText('must say why').waitFor();
  await stateOf(clerk.page, request, 'submitted');

  await form.getByLabel('Reason').selectOption('not-justified');
  await form.getByLabel('Note').fill('Not <i>your</i> case');
  await reject.click();
  await own.getByText('Not justified: Not <i>your</i> case').waitFor();
  await own.getByText('Rejected', { exact: true }).first().waitFor();
  await row(clerk.page, request).waitFor({ state: 'detached' });
  expect(await heardByOther(other, heard, 'mark-2')).not.toMatch(/Curiosity|unit\/1|l-109|your/);
  expect([...clerk.complaints, ...other.complaints]).toEqual([]);
  // The refusal of the blank note.
  expect(head.complaints).toEqual([expect.stringContaining('422')]);
});

test('papers go into storage: sent back, put right, approved and given their place', async () => {
  const [clerk, head, store] = await Promise.all([
    open(unit1, 'unit1-clerk'),
    open(unit1, 'unit1-head'),
    open('/#/records/store/central', 'store-head'),
  ]);
  const fields = { Contents: 'Contracts of 2023', 'Keep until the end of': '2027' };
  const request = await submit(clerk.page, 'Storage', fields, 'L-113', 'Contracts of 2023');
  const detail = await openRequest(head.page, request);
  await sendBack(detail, 'wrong-dates', 'Ten years');
  await stateOf(clerk.page, request, 'sent-back');
  // Whoever goes on before the screen shows their own change is not told that somebody else has made it.
  await faults('PUT', { 'stream.delayed': { rate: 1, ms: 500 } });
  await putRight(clerk.page, request, 'Wrong dates: Ten years', { 'Keep until the end of': '2033' });
  await detail.getByText('2033').waitFor();
  await faults('DELETE');
  await detail.getByRole('button', { name: 'Approve' }).click();
  const job = store.page.locator(`[data-job="1.${request}"]`);
  await job.getByRole('combobox').selectOption('a-2');
  await job.getByRole('button', { name: 'Allocate' }).click();
  await job.waitFor({ state: 'detached' });
  const own = clerk.page.locator(`[data-detail="${request}"]`);
  await own.locator('.crate-chip').getByText('In the store · A-2').waitFor();
  await own.locator('.timeline').getByText('Stored').waitFor();
  expect([...clerk.complaints, ...head.complaints, ...store.complaints]).toEqual([]);
});

test('papers are destroyed when they may be: sent back, put right, approved, confirmed by the store', async () => {
  const [clerk, head, store] = await Promise.all([
    open(unit1, 'unit1-clerk'),
    open(unit1, 'unit1-head'),
    open('/#/records/store/central?tab=racks', 'store-head'),
  ]);
  // What is still to be kept cannot be destroyed because its time is over.
  await clerk.page.getByRole('button', { name: 'New request' }).click();
  const form = clerk.page.getByRole('dialog');
  await form.getByLabel('Destruction', { exact: true }).check();
  await form.getByLabel('Witness').fill('Anna');
  await form.getByLabel(/L-110/).check();
  await form.getByRole('button', { name: 'Submit' }).click();
  await form.getByRole('alert').getByText('is kept until the end of 2034').waitFor();
  await clerk.page.keyboard.press('Escape');

  const about = 'Retention is over';
  const request = await submit(clerk.page, 'Destruction', { Witness: 'Anna' }, 'L-101', about);
  const detail = await openRequest(head.page, request);
  await sendBack(detail, 'incomplete', 'Anna who?');
  const own = await putRight(clerk.page, request, 'Incomplete: Anna who?', { Witness: 'Anna Weiss' });
  await detail.getByText('Anna Weiss').waitFor();
  await detail.getByRole('button', { name: 'Approve' }).click();
  await own.locator('.crate-chip').getByText('In the store').waitFor();

  const rack = store.page.locator('[data-place="a-1"]');
  const boxes = rack.getByText('L-101');
  await boxes.waitFor();
  await store.page.getByRole('tab', { name: 'Desk' }).click();
  const job = store.page.locator(`[data-job="1.${request}"]`);
  await job.getByText('witness Anna Weiss').waitFor();
  await job.getByRole('button', { name: /^Confirm destruction/ }).click();
  await job.waitFor({ state: 'detached' });
  await own.locator('.crate-chip').getByText('Destroyed').waitFor();
  await own.locator('.timeline').getByText('Destroyed').waitFor();
  // It is the end: nothing is offered any more, and the place is free.
  expect(await own.locator('.moves').count()).toBe(0);
  await store.page.getByRole('tab', { name: 'Racks' }).click();
  await rack.waitFor();
  expect(await boxes.count()).toBe(0);
  expect([...head.complaints, ...store.complaints]).toEqual([]);
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
  [
    "the store's desk on a Russian phone",
    'store-head',
    '/#/records/store/central',
    { width: 360, height: 780, locale: 'ru-RU' },
  ],
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
