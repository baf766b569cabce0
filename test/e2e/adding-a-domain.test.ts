/** The example of docs/adding-a-domain.md, word for word: built in a temporary folder, started there, and used. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import { launch, signInAs, visit } from './browser.ts';

const root = join(import.meta.dirname, '../..');
const parts = ['bin', 'core', 'domains', 'lambdas', 'lib', 'local', 'web', 'test/domains', 'test/support'];
const files = ['package.json', 'cdk.json', 'tsconfig.json'];
const page = readFileSync(join(root, 'docs/adding-a-domain.md'), 'utf8');

let folder: string;
let started: ChildProcess;
let origin: string;
let browser: Browser;

/** The code block that follows a line of the page. */
function blockAfter(line: string): string {
  const from = page.indexOf(line);
  const code = /```\w+\n([\s\S]*?)```/.exec(page.slice(from))?.[1];
  if (from < 0 || code === undefined) throw new Error(`The page has no code after "${line}".`);
  return code;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Changes a file as the page says; the place must be there. */
function change(path: string, place: RegExp, insert: string): void {
  const text = readFileSync(join(folder, path), 'utf8');
  if (!place.test(text)) throw new Error(`${path} has no place like ${place}.`);
  writeFileSync(join(folder, path), text.replace(place, insert));
}

/** Follows the page in a copy of the sources. */
function follow(): void {
  for (const part of [...parts, ...files]) {
    cpSync(join(root, part), join(folder, part), {
      recursive: true,
      filter: (path) => !/[/\\](node_modules|dist|cdk\.out)$/.test(path),
    });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  write('domains/lamps/index.ts', blockAfter('## 1. The definition: `domains/lamps/index.ts`'));
  write('domains/lamps/view/index.tsx', blockAfter('## 2. A screen: `domains/lamps/view/index.tsx`'));
  const registration = blockAfter('In `domains/index.ts`:').split(' //')[0];
  change('domains/index.ts', /^(import )/m, `${registration}\n$1`);
  change('domains/index.ts', /\](;\s*)$/, ', lamps]$1');
  change('web/src/domains.ts', /^};\s*$/m, `${blockAfter('an entry of `views`:')}};\n`);
  change('web/src/later/faces.ts', /^};$/m, `${blockAfter('an entry of `faces`')}};`);
}

/** `npm start`, with nothing but what the page makes; the address that it prints. */
async function start(): Promise<string> {
  started = spawn(process.execPath, ['bin/start.ts', '--memory', '--empty', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: started.stdout ?? process.stdin });
  for await (const line of lines) {
    const address = /Pulsecast is at +(\S+)/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error('The system did not start.');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pulsecast-lamps-'));
  follow();
  [origin, browser] = await Promise.all([start(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  if (started !== undefined && started.exitCode === null) {
    const exited = once(started, 'exit');
    started.kill('SIGTERM');
    await exited;
  }
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test('the example compiles as it stands', async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  for (const project of ['core', 'web']) {
    await promisify(execFile)(process.execPath, [tsc, '-p', project], { cwd: folder }).catch(
      ({ stdout }: { stdout: string }) => {
        throw new Error(stdout);
      },
    );
  }
});

test('a lamp that one person switches is seen by another at once', async () => {
  const admin = apiOf(origin, await signIn(origin, 'admin'));
  await admin.call('POST', 'commands/lamps/add-room', { room: 'hall', title: 'The hall' });
  await admin.call('POST', 'commands/lamps/switch', { room: 'hall', lamp: 'left', on: true });
  const [one, two] = await Promise.all([1, 2].map(() => visit(browser, `${origin}/#/lamps/room/hall`)));
  if (one === undefined || two === undefined) throw new Error('There is no browser.');
  for (const { page: screen } of [one, two]) {
    await signInAs(screen, 'admin');
    await screen.locator('[data-lamp="left"]').getByText('On', { exact: true }).waitFor();
  }
  await one.page.getByRole('button', { name: 'Switch left' }).click();
  for (const { page: screen } of [one, two]) {
    await screen.locator('[data-lamp="left"]').getByText('Off', { exact: true }).waitFor();
  }
  expect([...one.complaints, ...two.complaints]).toEqual([]);
  const operator = apiOf(origin, await signIn(origin, 'operator'));
  await expect(operator.call('GET', 'groups/lamps/room/hall')).rejects.toThrow('403');
  const { entries } = await admin.call<{ entries: { data: { command: string } }[] }>(
    'GET',
    'audit/lamps/audit',
  );
  expect(entries.map(({ data }) => data.command)).toEqual(['switch', 'switch', 'add-room']);
  await Promise.all([one.close(), two.close()]);
});
