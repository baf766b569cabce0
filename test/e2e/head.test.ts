/** The head of a phone, in a real browser: one row and whole words, whatever the connection is. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { System } from '../../bin/system.ts';
import { launch, startSite, type Visit, visit, visitAs } from './browser.ts';
import { wire } from './wire.ts';

let system: System;
let browser: Browser;
const visits: Visit[] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([startSite('kitchen'), launch()]);
});
afterEach(async () => {
  for (const one of visits.splice(0)) await one.close();
});
afterAll(async () => {
  await browser?.close();
  await system?.close();
});

/** The head as it stands: its rows of tools, by the heights at which they lie, and how much of the word is cut off. */
const headOf = (page: Page) =>
  page.evaluate(() => {
    const tools = [...document.querySelectorAll('.header-tools > *')];
    const word = document.querySelector<HTMLElement>('.indicator-word');
    return {
      height: document.querySelector('.header')?.getBoundingClientRect().height,
      rows: new Set(tools.map((tool) => tool.getBoundingClientRect().top)).size,
      cut: (word?.scrollWidth ?? 0) - (word?.offsetWidth ?? 0),
      tooWide: document.documentElement.scrollWidth - innerWidth,
    };
  });

const words = {
  'en-GB': ['Live', 'Offline', 'Reconnecting', 'Polling', 'Refused'],
  'ru-RU': ['На связи', 'Нет сети', 'Соединение…', 'Опрос', 'Отказ'],
} as const;

test.each([
  ['en-GB', 'cook'],
  ['en-GB', undefined],
  ['ru-RU', 'cook'],
  ['ru-RU', undefined],
] as const)(
  'keeps its height in each state of the connection: %s, %s',
  async (locale, user) => {
    const [live, offline, reconnecting, polling, refused] = words[locale];
    const { state, prepare, cut, end } = wire();
    const options = {
      locale,
      width: 360,
      height: 780,
      async prepare(page: Page) {
        await page.clock.install();
        await prepare?.(page);
      },
    };
    const address = `${system.origin}/#/kitchen/pickup/centre`;
    const opened = await (user === undefined
      ? visit(browser, address, options)
      : visitAs(browser, address, user, options));
    visits.push(opened);
    const { page } = opened;
    const indicator = (word: string) => page.getByRole('button', { name: word, exact: true });
    /** Lets the page's clock run ahead, a retry at a time, until it says what its connection is. */
    const later = (word: string) =>
      expect
        .poll(
          async () => {
            await page.clock.fastForward(30_000);
            return indicator(word).count();
          },
          { interval: 300, timeout: 20_000 },
        )
        .toBe(1);

    await indicator(live).waitFor();
    await page.locator(user === undefined ? '.header-tools > .button' : '.tray').waitFor();
    const whole = { ...(await headOf(page)), rows: 1, cut: 0, tooWide: 0 };
    const heads: Record<string, unknown> = {};
    const look = async (word: string) => {
      await indicator(word).waitFor();
      heads[word] = await headOf(page);
    };
    await look(live);
    state.refuse = true;
    await cut();
    await look(reconnecting);
    await later(polling);
    await look(polling);
    await page.context().setOffline(true);
    await look(offline);
    await page.context().setOffline(false);
    state.refuse = false;
    await later(live);
    end();
    await look(refused);
    expect(heads).toEqual(Object.fromEntries(words[locale].map((word) => [word, whole])));
  },
  60_000,
);
