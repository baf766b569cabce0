import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundle } from '../../lib/bundle.ts';

describe('bundles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pulsecast-bundle-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const build = () =>
    bundle({
      functionsDirectory: folder,
      names: ['hello'],
      domainsEntry: join(folder, 'own-domains.ts'),
      outdir: join(folder, 'out'),
    });

  test("hold a team's own domains, and CommonJS packages with Node's modules", async () => {
    write('own-domains.ts', "export const domains = ['bakery'];");
    write('old.cjs', "exports.separator = require('path').sep;");
    write(
      'hello.ts',
      "import { domains } from '#domains'; import old from './old.cjs';\n" +
        'export const handler = async () => [...domains, old.separator];',
    );
    build();
    const { handler } = await import(pathToFileURL(join(folder, 'out/hello/index.cjs')).href);
    expect(await handler()).toEqual(['bakery', '/']);
  });

  test("do not load Node's fetch when they import node:http", () => {
    write('own-domains.ts', 'export const domains = [];');
    write(
      'hello.ts',
      "import { Agent } from 'node:http'; import { domains } from '#domains';\n" +
        'export const handler = async () => [new Agent(), domains];',
    );
    build();
    const file = pathToFileURL(join(folder, 'out/hello/index.cjs')).href;
    const script = `await import(${JSON.stringify(file)}); console.log(process.moduleLoadList.join())`;
    const loaded = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(loaded).toContain('NativeModule http');
    expect(loaded).not.toContain('undici');
  });

  test('a missing entry file is named', () => {
    write('own-domains.ts', 'export const domains = [];');
    expect(build).toThrow('hello.ts');
  });
});
