import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { api, inlineFunction, writeAssembly } from '../cloud/app.ts';

const main = fileURLToPath(new URL('../../../local/main.ts', import.meta.url));
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'faults-'));
  writeAssembly(join(directory, 'cdk.out'), {
    Resources: {
      ...inlineFunction('Hello', 'exports.handler = async () => ({ statusCode: 200 });'),
      ...api('Web', 'HTTP', '$default', { $default: 'Hello' }),
    },
  });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Starts with the given faults; resolves with the address, or with the error line when it ends. */
async function start(faults: string): Promise<{ line: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [main, '--port', '0', '--faults', faults], { cwd: directory });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let text = '';
  const line = await new Promise<string>((resolve) => {
    const look = (chunk: Buffer) => {
      text += String(chunk);
      const found = /Ready at (\S+)|Error: .*/.exec(text);
      if (found) resolve(found[1] ?? found[0]);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('close', () => resolve(text));
  });
  return {
    line,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

test('--faults takes JSON or a file, and the faults strike from the start', async () => {
  const plan = { 'function.failed': { times: 1 } };
  const file = join(directory, 'faults.json');
  writeFileSync(file, JSON.stringify(plan));
  for (const given of [JSON.stringify(plan), file]) {
    const { line, stop } = await start(given);
    const statuses = [(await fetch(line)).status, (await fetch(line)).status];
    await stop();
    expect(statuses).toEqual([500, 200]);
  }
});

test.each([
  ['{"post.lots":{}}', /^Error: --faults: There is no fault "post.lots"/],
  ['nowhere.json', /^Error: --faults nowhere.json is neither JSON nor a file/],
])('--faults %s is refused in one line', async (given, why) => {
  const { line, stop } = await start(given);
  await stop();
  expect(line).toMatch(why);
});
