/** What the browser tests of the kitchen share: a system with its demo, a cook's tablet that stays open, orders and steps. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Api, apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { barriers, launch, startSite, type Visit, type VisitOptions, visit, visitAs } from './browser.ts';

export const centre = '/#/kitchen/location/centre';
export const guests = '/#/kitchen/pickup/centre';

export const desk = { width: 1280, height: 900 };
export const phone = { width: 360, height: 780 };
export const wall = { width: 1920, height: 1080 };

export const grill = { dish: 'Smash burger', quantity: 1, station: 'grill', modifiers: ['no onions'] };
export const bar = { dish: 'Lemonade', quantity: 2, station: 'bar', modifiers: [] };

export const card = (page: Page, number: number) => page.locator(`[data-order="o${number}"]`);
export const press = (page: Page, act: string, number: number) =>
  page.getByRole('button', { name: `${act}: order ${number}`, exact: true }).click();

/** What was rendered is painted, and what slides has arrived. */
export const settled = (page: Page) =>
  page.evaluate(async () => {
    await new Promise((resolve) => requestIdleCallback(resolve));
    const ends = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });

/** Starts a system for the tests of the file that calls it, once; pages that a test opened close after it. */
export function useKitchen() {
  let system: System;
  let browser: Browser;
  let admin: Api;
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

  /** Opens an address in a fresh browser. @param user without: a stranger */
  async function enter(path: string, user?: string, options?: VisitOptions): Promise<Visit> {
    const url = system.origin + path;
    const opened = await (user === undefined
      ? visit(browser, url, options)
      : visitAs(browser, url, user, options));
    visits.push(opened);
    return opened;
  }
  const open = async (...call: Parameters<typeof enter>): Promise<Page> => (await enter(...call)).page;

  /** Shows an address on the tablet: for what needs no fresh browser. */
  async function turnTo(path: string, size = desk): Promise<Page> {
    await tablet.page.setViewportSize(size);
    await tablet.page.goto(system.origin + path);
    return tablet.page;
  }

  const run = (command: string, input: object) => admin.call('POST', `commands/kitchen/${command}`, input);

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

  /** Places an order and hands it out. */
  async function serve(number: number): Promise<void> {
    await place(number);
    for (const step of ['start-order', 'bump-order', 'serve-order'])
      await run(step, { location: 'centre', order: `o${number}` });
  }

  /** A screen has no barrier that axe knows, does not scroll sideways and complains of nothing. */
  async function expectSound(
    path: string,
    shown: string,
    size: typeof desk,
    colorScheme: 'light' | 'dark',
  ): Promise<void> {
    const before = tablet.complaints.length;
    const page = await turnTo(path, size);
    await page.emulateMedia({ colorScheme });
    await page.locator(shown).waitFor();
    await settled(page);
    expect(await barriers(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(tablet.complaints.slice(before)).toEqual([]);
  }

  return { system: () => system, admin: () => admin, enter, open, turnTo, run, place, serve, expectSound };
}
