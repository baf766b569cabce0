/**
 * Prints what the pages weigh, gzipped, and fails above the budgets: what is loaded at the start, and each chunk that is
 * loaded later. Builds `web/dist` first.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSite } from './build.ts';

/** Budgets in bytes of gzip: JavaScript of the shell in sum, what tabs share a socket by, what views share, each view. */
export const budgets = { shell: 25 * 1024, tabs: 2.25 * 1024, kit: 5 * 1024, view: 10 * 1024 };

export interface Size {
  file: string;
  /** `shell`: named by index.html. `tabs`: beside the configuration. `sign-in`: loaded to sign in. `kit`: with the first view. `view`: when looked at. `words`: a language. */
  part: 'shell' | 'tabs' | 'sign-in' | 'kit' | 'view' | 'words';
  bytes: number;
}

function partOf(file: string, page: string): Size['part'] {
  if (page.includes(file)) return 'shell';
  if (file.startsWith('shared-')) return 'tabs';
  if (file.startsWith('oidc-')) return 'sign-in';
  if (file.startsWith('texts.')) return 'words';
  return file.startsWith('kit-') ? 'kit' : 'view';
}

/** Weighs the scripts and styles of a build. */
export function sizesOf(dist: string): Size[] {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  return readdirSync(join(dist, 'assets'))
    .filter((file) => /\.(js|css)$/.test(file))
    .sort()
    .map((file) => ({
      file,
      part: partOf(file, page),
      bytes: gzipSync(readFileSync(join(dist, 'assets', file))).length,
    }));
}

/** What is over its budget, in words; empty when all is well. */
export function excesses(sizes: readonly Size[]): string[] {
  const scripts = sizes.filter(({ file }) => file.endsWith('.js'));
  const shell = scripts.filter(({ part }) => part === 'shell').reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    ...(shell > budgets.shell
      ? [`The shell has ${shell} bytes of JavaScript, its budget is ${budgets.shell}.`]
      : []),
    ...scripts
      .filter(
        ({ part, bytes }) => (part === 'view' || part === 'kit' || part === 'tabs') && bytes > budgets[part],
      )
      .map(({ file, bytes, part }) => `${file} has ${bytes} bytes of the ${part}'s budget.`),
  ];
}

if (import.meta.main) {
  const dist = join(import.meta.dirname, '..', 'web', 'dist');
  await buildSite();
  const sizes = sizesOf(dist);
  for (const { file, part, bytes } of sizes) {
    console.log(`${part.padEnd(8)} ${(bytes / 1024).toFixed(1).padStart(6)} KB  ${file}`);
  }
  const faults = excesses(sizes);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
