import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { System } from '../../bin/system.ts';
import { addDevice, launch, signInAs, startSite, untilCounter, visit } from './browser.ts';

let system: System;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSite(), launch()]);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await system?.close();
});

/** Open WebSockets of a page. One that ends with its document is not heard to close. */
function socketsOf(page: Page): Set<unknown> {
  const open = new Set<unknown>();
  page.on('domcontentloaded', () => open.clear());
  page.on('websocket', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return open;
}

test('tabs of one person share one socket in a real browser; when its tab closes the other takes over, without a flicker', async () => {
  const pulse = await addDevice(system.origin);
  const opened: Set<unknown>[] = [];
  const { page, close } = await visit(browser, `${system.origin}/#/factory/line/north`, {
    prepare: async (first) => {
      opened.push(socketsOf(first));
      first.context().on('page', (other) => opened.push(socketsOf(other)));
    },
  });
  await signInAs(page, 'operator');
  await page.goto(`${system.origin}/#/factory/line/north`);
  await untilCounter(page, 'loom-1', 0);
  // A tab that is opened from another has a copy of its session.
  const [second] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate(() => void window.open(location.href)),
  ]);
  await untilCounter(second, 'loom-1', 0);
  await pulse('loom-1', 1, 2);
  await Promise.all([page, second].map((tab) => untilCounter(tab, 'loom-1', 2)));
  expect(opened.map(({ size }) => size)).toEqual([1, 0]);

  const words = new Set<string>();
  await second.exposeFunction('told', (word: string) => words.add(word));
  await second.evaluate(() => {
    const indicator = document.querySelector('.indicator-word');
    const tell = () =>
      void (globalThis as unknown as { told(word: string): void }).told(indicator?.textContent ?? 'none');
    tell();
    new MutationObserver(tell).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  const taken = second.waitForEvent('websocket');
  await page.close();
  await taken;
  await pulse('loom-1', 3, 3);
  await untilCounter(second, 'loom-1', 5);
  expect(opened[1]?.size).toBe(1);
  expect([...words]).toEqual(['Live']);
  await close();
});
