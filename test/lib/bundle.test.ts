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
    const { handler } = await import(pathToFileURL(join(folder, 'out/hello/index.mjs')).href);
    expect(await handler()).toEqual(['bakery', '/']);
  });

  test('a missing entry file is named', () => {
    write('own-domains.ts', 'export const domains = [];');
    expect(build).toThrow('hello.ts');
  });
});
