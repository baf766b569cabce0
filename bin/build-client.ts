/** Builds the socket client as a package: bundles, and the types that are its interface. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const source = join(root, 'web/client');

/** What a page can import of the package. */
const entries = ['index', 'shared', 'preact', 'react'];

const imported = /(?:^(?:import|export)\b.* from |\bimport\()['"](.+?)['"]/gm;

/** Builds into `dist` of a folder, which becomes the package. @default the client's own folder */
export async function buildClient(folder: string = source): Promise<void> {
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  await build({
    entryPoints: entries.map((name) => join(source, `${name}.ts`)),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir: dist,
    external: ['preact/hooks'],
  });
  await writeTypes(dist);
  cpSync(join(root, 'LICENSE'), join(dist, 'LICENSE'));
  if (folder !== source) cpSync(join(source, 'package.json'), join(folder, 'package.json'));
}

/** Of all declarations only those are shipped that an entry leads to: none may come from outside the client. */
async function writeTypes(dist: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'pulsecast-types-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const project = join(source, 'tsconfig.build.json');
    await promisify(execFile)(process.execPath, [tsc, '-p', project, '--outDir', work]);
    const names = new Set(entries);
    for (const name of names) {
      const text = readFileSync(join(work, 'web/client', `${name}.d.ts`), 'utf8');
      for (const [, path = ''] of text.matchAll(imported)) {
        const own = /^\.\/([\w-]+)\.ts$/.exec(path)?.[1];
        if (own === undefined) throw new Error(`The type of ${name} is not of the client alone: ${path}`);
        names.add(own);
      }
      writeFileSync(join(dist, `${name}.d.ts`), text.replaceAll(/(['"]\.\/[\w-]+)\.ts(?=['"])/g, '$1.js'));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) await buildClient();
