/** A real browser, and the whole system with the built page in it. */
import { existsSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { cache, keyOf } from '../support/assembly.ts';
import { startTestSystem, systemAssembly } from '../support/system.ts';

const root = join(import.meta.dirname, '../..');

/** Flags of the packaged Chromium that suit Lambda and not a test: one process for all pages, no same-origin policy. */
const unwanted = /^--(single-process|no-zygote|disable-web-security|headless)/;

const packaged = async () => (await import('@sparticuz/chromium')).default;

/** Chromium: the one that `CHROMIUM` names, else the one from the npm package, which needs nothing of the host. */
export async function executable(): Promise<string> {
  return process.env.CHROMIUM ?? (await packaged()).executablePath();
}

export async function launch(): Promise<Browser> {
  const executablePath = await executable();
  if (process.env.CHROMIUM !== undefined) return chromium.launch({ executablePath });
  return chromium.launch({
    executablePath,
    args: (await packaged()).args.filter((flag) => !unwanted.test(flag)),
  });
}

/** What the page is built from. */
const sources = ['core', 'domains', 'web', 'package-lock.json'];

/** The assembly that serves the page, which is built when its sources have changed since the last time. */
export async function siteAssembly(): Promise<string> {
  const site = join(cache, `site-${keyOf(sources)}`);
  if (!existsSync(join(site, 'index.html'))) {
    const web = join(root, 'web');
    const making = mkdtempSync(`${site}-`);
    await build({
      root: web,
      configFile: join(web, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: making, emptyOutDir: true },
    });
    renameSync(making, site);
  }
  return systemAssembly(site);
}

/** Starts the system with the built page, seeded, nothing simulated. @param seeds the domains that are seeded */
export async function startSite(...seeds: string[]): Promise<System> {
  const assembly = await siteAssembly();
  return startTestSystem({ assembly, ...(seeds.length === 0 ? {} : { seeds }) });
}

/** A device that may post for every machine; gives the function that posts a batch and the server's answer to it. */
export async function addDevice(origin: string) {
  const admin = apiOf(origin, await signIn(origin, 'admin'));
  const { key } = await admin.call<{ key: string }>('POST', 'devices', { device: `test-${Date.now()}` });
  const api = apiOf(origin, key);
  return (machineId: string, firstSeq: number, count: number) =>
    api.call<{ accepted: number; duplicates: number; nextSeq: number }>('POST', 'pulses', {
      machineId,
      firstSeq,
      pulses: Array.from({ length: count }, () => ({ at: Date.now(), count: 1 })),
    });
}

export interface Visit {
  page: Page;
  /** What the browser complained of: errors in the console, refusals of the content security policy, broken scripts. */
  complaints: string[];
  /** Text frames that came over WebSockets. */
  frames: string[];
  close(): Promise<void>;
}

export interface VisitOptions {
  locale?: string;
  width?: number;
  height?: number;
  dark?: boolean;
  /** Prepares the page before its first visit. */
  prepare?(page: Page): Promise<void>;
}

/** Opens an address in a fresh browser profile. */
export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const { locale = 'en-GB', width = 1280, height = 900, dark = false } = options;
  const context = await browser.newContext({
    locale,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const frames: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
  });
  await options.prepare?.(page);
  await page.goto(url);
  return { page, complaints, frames, close: () => context.close() };
}

/** Signs in through the issuer's page, as a person does; returns when the app is back and shows something. */
export async function signInAs(page: Page, name: string): Promise<void> {
  const { origin } = new URL(page.url());
  await page
    .getByRole('button', { name: /^(Sign in|Войти)$/ })
    .first()
    .click();
  await page.waitForURL(/\/auth\//);
  await page.locator('input[autocomplete="username"]').fill(name);
  await page.locator('input[autocomplete="current-password"]').fill(name);
  await page.locator('button.main').click();
  await page.waitForURL(
    (url) => url.origin === origin && url.pathname === '/' && !url.searchParams.has('code'),
  );
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Where the page keeps its tokens (`web/src/session.ts`). */
const tokensKey = 'pulsecast.tokens';
/** Tokens of those who signed in before, by origin and name. */
const held = new Map<string, Promise<string>>();

/**
 * Opens an address as somebody. Who was here before comes with their tokens, as a reloaded tab does; else they sign in
 * through the issuer's page. Not for tests of signing in and out.
 */
export async function visitAs(
  browser: Browser,
  url: string,
  name: string,
  options: VisitOptions = {},
): Promise<Visit> {
  const who = `${new URL(url).origin} ${name}`;
  const known = held.get(who);
  if (known === undefined) {
    const first = visit(browser, url, options).then(async (opened) => {
      await signInAs(opened.page, name);
      return opened;
    });
    held.set(
      who,
      first.then(({ page }) => page.evaluate((key) => sessionStorage.getItem(key) ?? '', tokensKey)),
    );
    return first;
  }
  const tokens = await known;
  const opened = await visit(browser, url, {
    ...options,
    async prepare(page) {
      await options.prepare?.(page);
      await page.addInitScript(
        ([key, value]) => {
          if (sessionStorage.length === 0) sessionStorage.setItem(key, value);
        },
        [tokensKey, tokens] as const,
      );
    },
  });
  await opened.page.getByRole('heading', { level: 1 }).waitFor();
  return opened;
}

/** A machine's counter while it shows a number. */
export const counter = (page: Page, machine: string, value: number) =>
  page.locator(`[data-machine="${machine}"] .counter`).filter({ hasText: new RegExp(`^${value}$`) });

/** Waits until a machine's counter shows a number. */
export const untilCounter = (page: Page, machine: string, value: number): Promise<void> =>
  counter(page, machine, value).waitFor();

/** The shown counter of a machine, as a number. */
export async function counterOf(page: Page, machine: string): Promise<number> {
  const text = await page.locator(`[data-machine="${machine}"] .counter`).textContent();
  return Number((text ?? '').replace(/\D/g, ''));
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with the page as it is: rule and place. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const { violations } = await checker.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
  });
}
