/** What happens on the floor, in real browsers: calls, downtimes and their reasons, scrap, OEE, the end of a shift. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Api, ApiProblem, apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { addDevice, barriers, launch, startSite, type Visit, type VisitOptions, visitAs } from './browser.ts';

const line = 'factory/line/north';
const south = 'factory/line/south';
let system: System;
let browser: Browser;
let post: Awaited<ReturnType<typeof addDevice>>;
const nextSeq = new Map<string, number>();
const visits: Visit[] = [];
const apis: Record<string, Api> = {};

beforeAll(async () => {
  [system, browser] = await Promise.all([startSite(), launch()]);
  post = await addDevice(system.origin);
  for (const user of ['admin', 'operator', 'shift-lead', 'cook']) {
    apis[user] = apiOf(system.origin, await signIn(system.origin, user));
  }
}, 120_000);
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

async function open(path: string, user: string, options?: VisitOptions, query = ''): Promise<Visit> {
  const opened = await visitAs(browser, `${system.origin}/${query}#/${path}`, user, options);
  visits.push(opened);
  return opened;
}

async function pulse(machine: string, count: number): Promise<void> {
  nextSeq.set(machine, (await post(machine, nextSeq.get(machine) ?? 1, count)).nextSeq);
}

const act = (user: string, command: string, input: object) =>
  apis[user]?.call<{ result?: unknown }>('POST', `commands/factory/${command}`, input);

/** The status of a refusal; undefined when there was none. */
const refusal = async (call: Promise<unknown> | undefined) => {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof ApiProblem) return error.status;
    throw error;
  }
};

/** The minute's sweep, now. */
async function sweep(): Promise<void> {
  const name = system.cloud.assembly
    .ofType('AWS::Lambda::Function')
    .find(({ logicalId }) => logicalId.includes('Sweep'))?.physicalId;
  const { error } = await system.cloud.lambdas.invoke(name ?? '', {});
  expect(error).toBeUndefined();
}

/** Lets an item be older than it is: what the tests cannot wait for. */
async function makeOlder(partition: string, item: string, field: string, ms: number): Promise<void> {
  const table = system.cloud.assembly
    .ofType('AWS::DynamoDB::GlobalTable')
    .find(({ logicalId }) => /factory/i.test(logicalId))?.physicalId;
  const input = {
    TableName: table,
    Key: { partition: { S: partition }, item: { S: item } },
    UpdateExpression: 'SET #data.#field = #data.#field - :ms, #rev = #rev + :one',
    ExpressionAttributeNames: { '#data': 'data', '#field': field, '#rev': 'rev' },
    ExpressionAttributeValues: { ':ms': { N: String(ms) }, ':one': { N: '1' } },
  };
  await system.cloud.dynamodb.call('UpdateItem', input, {});
}

const openMachine = (page: Page, machine: string) =>
  page.locator(`[data-machine="${machine}"] .tile-open`).click();
const card = (page: Page, call: string) => page.locator(`[data-call="${call}"]`);

describe('a call from a machine', () => {
  test('shows big in every browser, is answered once and resolved, and the lead has a notice', async () => {
    const [one, two, site] = await Promise.all([
      open(line, 'operator'),
      open(line, 'shift-lead'),
      open('factory/site/mill', 'shift-lead'),
    ]);
    await openMachine(one.page, 'loom-2');
    await one.page.getByRole('dialog').getByRole('button', { name: 'Mechanic' }).click();
    await one.page.keyboard.press('Escape');
    const call = 'loom-2.mechanic';
    for (const { page } of [one, two, site]) await card(page, call).getByText('Mechanic · Lohia 2').waitFor();
    await one.page.locator('[data-machine="loom-2"]').getByText('Mechanic').waitFor();

    // Of two who tap at once one comes: the other is told who, beside the button.
    await two.page.route('**/api/commands/factory/acknowledge-andon', async (route) => {
      await act('operator', 'acknowledge-andon', { line: 'north', call });
      await route.continue();
    });
    await card(two.page, call).getByRole('button', { name: 'I’m coming' }).click();
    await card(one.page, call).getByText('Иван Петров is on the way').waitFor();
    await card(two.page, call).getByText('Иван Петров is on the way').first().waitFor();
    await card(one.page, call).getByRole('button', { name: 'Done' }).click();
    for (const { page } of [one, two, site]) await card(page, call).waitFor({ state: 'detached' });

    const notices = await apis['shift-lead']?.call<object>('GET', 'groups/notifications/shift-lead');
    expect(JSON.stringify(notices)).toContain('Lohia 2 calls for a mechanic');
    expect([...one.complaints, ...site.complaints]).toEqual([]);
  });

  test('that nobody answers in time goes up a level with the sweep, and the site is told', async () => {
    const { page } = await open(line, 'shift-lead');
    const call = 'loom-6.help';
    await act('operator', 'call-andon', { line: 'north', machine: 'loom-6', kind: 'help' });
    await card(page, call).getByText('Nobody has answered yet').waitFor();
    await sweep();
    expect(await card(page, call).getByText('the leads of the site were told').count()).toBe(0);
    await makeOlder('line/north', `andon#${call}`, 'calledAt', 200_000);
    await sweep();
    await card(page, call).getByText('the leads of the site were told').waitFor();
    const notices = JSON.stringify(await apis.admin?.call('GET', 'groups/notifications/admin'));
    expect(notices).toContain('Lohia 6: nobody has answered a call for 3 min');
    await card(page, call).getByRole('button', { name: 'Cancel call' }).click();
    await card(page, call).waitFor({ state: 'detached' });
  });
});

describe('a downtime', () => {
  test('opens by silence, ends with the next pulse, gets its reason by a tap, and counts in OEE', async () => {
    const quick = { idleAfterMs: 10_000, downAfterMs: 11_000, offlineAfterMs: 600_000 };
    await act('admin', 'add-machine', { line: 'south', machine: 'quick', title: 'Quick', ...quick });
    const [one, two] = await Promise.all([open(south, 'shift-lead'), open(south, 'admin')]);
    const tile = one.page.locator('[data-machine="quick"]');
    await pulse('quick', 5);
    await tile.getByText('Running').waitFor();
    // Twelve seconds of silence.
    await makeOlder('line/south', 'machine#quick', 'lastPulseAt', 12_000);
    await sweep();
    await tile.getByText('No pulses').waitFor();
    const list = two.page.locator('.shift-detail .downtime').filter({ hasText: 'Quick' });
    await list.getByText('now').waitFor();
    await pulse('quick', 20);
    await tile.getByText('Running').waitFor();
    await two.page.getByText('1 without a reason').waitFor();
    const before = await act('shift-lead', 'report-scrap', {
      line: 'south',
      machine: 'quick',
      quantity: 5,
      reason: 'stain',
    });
    expect(before?.result).toEqual({ scrap: 5 });

    // Two at once: the panel of one is open while the other says why.
    await list.getByRole('button').click();
    const panel = two.page.getByRole('dialog');
    await panel.getByText('Why did it stand?').waitFor();
    await one.page
      .locator('.shift-detail .downtime')
      .filter({ hasText: 'Quick' })
      .getByRole('button')
      .click();
    await one.page.getByLabel('Note (optional)').fill('<b>warp</b>');
    await one.page.getByRole('dialog').getByRole('button', { name: 'Thread break' }).click();
    await one.page.getByRole('dialog').waitFor({ state: 'detached' });
    await panel.getByRole('button', { name: 'Electrical fault' }).click();
    await panel.getByRole('alert').getByText('Now: Thread break. Reason by Мария Соколова').waitFor();
    await two.page.keyboard.press('Escape');
    await list.getByText('<b>warp</b>').waitFor();
    await two.page.getByText('1 without a reason').waitFor({ state: 'detached' });
    await two.page.locator('.pareto-chart').getByText('Thread break').first().waitFor();
    await two.page.getByLabel('Table', { exact: true }).check();
    await two.page
      .getByRole('row', { name: /Thread break/ })
      .getByText('100%')
      .waitFor();

    // 20 of 25 are good.
    const row = two.page.getByRole('row', { name: /^Quick/ });
    await row.getByText('80%').waitFor();
    await openMachine(one.page, 'quick');
    await one.page.getByRole('dialog').locator('.oee').getByText('80%').waitFor();

    const [download] = await Promise.all([
      two.page.waitForEvent('download'),
      two.page.getByRole('button', { name: 'Save as CSV: Downtimes' }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv).toContain('Machine,From,Until,min,Reason,Kind,Note,Reason by');
    expect(csv).toMatch(/Quick,.*,Thread break,unplanned,<b>warp<\/b>,Мария Соколова/);
    expect([...one.complaints, ...two.complaints]).toEqual([
      // The refusal of the second.
      expect.stringContaining('409'),
    ]);
  });
});

test('of many who do the same at once one wins, each time', async () => {
  const at = { line: 'north', call: 'loom-1.quality' };
  const race = async (command: string, input: object) => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        refusal(act(index % 2 === 0 ? 'operator' : 'shift-lead', command, input)),
      ),
    );
    return answers.sort();
  };
  const once = [...Array<number>(5).fill(409), undefined];
  expect(await race('call-andon', { line: 'north', machine: 'loom-1', kind: 'quality' })).toEqual(once);
  expect(await race('acknowledge-andon', at)).toEqual(once);
  expect(await race('resolve-andon', at)).toEqual(once);
  // Scrap adds up: none of those who report at once is lost.
  await pulse('loom-1', 20);
  const scrap = { line: 'north', machine: 'loom-1', quantity: 2, reason: 'stain' };
  expect(await race('report-scrap', scrap)).toEqual(Array(6).fill(undefined));
  const after = await act('operator', 'report-scrap', { ...scrap, quantity: 1 });
  expect(after?.result).toEqual({ scrap: 13 });
});

test('scrap is reported by a tap and put right by a lead; the ideal rate is set', async () => {
  await pulse('loom-4', 10);
  const { page } = await open(line, 'shift-lead');
  await openMachine(page, 'loom-4');
  const panel = page.getByRole('dialog');
  await panel.getByText('Report scrap').click();
  await panel.getByLabel('Pieces', { exact: true }).fill('4');
  await panel.getByRole('button', { name: 'Weave fault' }).click();
  await panel.getByText('Weave fault: 4').waitFor();
  await panel.getByLabel('Pieces', { exact: true }).fill('99');
  await panel.getByRole('button', { name: 'Stain' }).click();
  await panel.getByText('more than the machine has made').waitFor();
  await panel.getByLabel('Correct to this number').check();
  await panel.getByLabel('Pieces', { exact: true }).fill('1');
  await panel.getByRole('button', { name: 'Weave fault' }).click();
  await panel.getByText('Weave fault: 1').waitFor();

  await panel.getByText('Ideal rate ·').click();
  await panel.getByLabel('Pieces per minute').fill('57.5');
  await panel.getByRole('button', { name: 'Save ideal rate' }).click();
  await panel.getByText('Now: 57.5 / min').waitFor();
});

test('who looks at the line is shown to the others', async () => {
  const [one] = await Promise.all([open(line, 'operator'), open(line, 'shift-lead')]);
  await one.page.getByText('2 here').click();
  await one.page.getByText('Мария Соколова', { exact: true }).waitFor();
  await one.page.getByText('Иван Петров (you)').waitFor();
});

test('the borders of a line hold for everything that happens on it', async () => {
  const calls: [string, string, object][] = [
    ['operator', 'call-andon', { line: 'south', machine: 'loom-11', kind: 'help' }],
    ['operator', 'report-scrap', { line: 'south', machine: 'loom-11', quantity: 1, reason: 'other' }],
    ['operator', 'qualify-downtime', { line: 'south', downtime: 'loom-11.1', reason: 'other' }],
    ['operator', 'set-ideal-rate', { line: 'north', machine: 'loom-1', perMinute: 1 }],
    ['operator', 'set-leads', { of: 'line', line: 'north', leads: ['operator'] }],
    ['cook', 'acknowledge-andon', { line: 'north', call: 'loom-5.material' }],
    ['cook', 'resolve-andon', { line: 'north', call: 'none' }],
  ];
  for (const [user, command, input] of calls) {
    expect([command, await refusal(act(user, command, input))]).toEqual([command, 403]);
  }
  for (const group of [line, 'factory/history/north', 'notifications/shift-lead']) {
    const status = await refusal(apis.cook?.call('GET', `groups/${group}`));
    expect([group, status === 403 || status === 404]).toEqual([group, true]);
  }
});

describe('every screen', () => {
  const screens: [string, VisitOptions][] = [
    ['light, desktop', {}],
    ['dark, phone', { width: 360, height: 780, dark: true }],
  ];
  test.each(screens)('has no barrier that axe knows: %s', async (_name, options) => {
    const { page, complaints } = await open(line, 'shift-lead', options);
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await openMachine(page, 'loom-5');
    await page.getByRole('dialog').getByText('Call to this machine').waitFor();
    await page.getByRole('dialog').getByText('Report scrap').click();
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('does not grow wider than a phone when an hour lies at the end of the shift', async () => {
    await act('admin', 'end-shift', { line: 'south' });
    const hour = 3_600_000;
    // A mark stands at each second hour: the last one 22 minutes before the end.
    const end = Math.ceil((Date.now() + 6 * hour) / (2 * hour)) * 2 * hour + 22 * 60_000;
    const named = { title: 'Short', lead: 'Daniel Hughes', target: 100 };
    await act('admin', 'start-shift', { line: 'south', ...named, hours: (end - Date.now()) / hour });
    const { page } = await open(south, 'admin', { width: 360, height: 780 });
    await page.getByText('Short').first().waitFor();
    expect(await page.locator('.axis').first().locator('span').count()).toBeGreaterThan(2);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  test('fits the wall while somebody calls', async () => {
    const { page } = await open(line, 'operator', { width: 1920, height: 1080 }, '?kiosk=1');
    await card(page, 'loom-5.material').waitFor();
    expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true);
    expect(await page.getByRole('button', { name: 'I’m coming' }).count()).toBe(0);
  });
});

test('a shift that ends leaves its report to everyone', async () => {
  const [one, two] = await Promise.all([open(line, 'operator'), open(line, 'shift-lead')]);
  await two.page.getByRole('button', { name: 'End shift' }).click();
  await two.page.getByRole('dialog').getByRole('button', { name: 'End shift' }).click();
  for (const { page } of [one, two]) {
    await page
      .getByRole('row', { name: /Дневная смена/ })
      .getByText('of 85,000')
      .waitFor();
    await page.getByText('No shift is running.').waitFor();
  }
  await one.page.getByRole('button', { name: 'Дневная смена' }).click();
  const report = one.page.getByRole('dialog');
  await report.getByText('Produced').waitFor();
  await report.getByRole('row', { name: /Lohia 4/ }).waitFor();
  expect(await barriers(one.page)).toEqual([]);
  const notices = JSON.stringify(await apis.admin?.call('GET', 'groups/notifications/admin'));
  expect(notices).toContain('Дневная смена has ended');
});
