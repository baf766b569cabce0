/**
 * Bundles the functions with the AWS SDK and the domains, one ES module each. CDK's `NodejsFunction` would start a
 * package manager and esbuild's command for every function, which takes most of a synth; this calls esbuild once.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { ConfigurationError } from './props.ts';

/** CommonJS packages inside an ES module ask for Node's own modules by `require`, which such a module does not have. */
const requireShim =
  "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);";

export interface BundleProps {
  /** Folder with `NAME.ts` for each name. */
  functionsDirectory: string;
  names: readonly string[];
  /** The module behind `#domains`. */
  domainsEntry: string;
  /** Gets `NAME/index.mjs` for each name. */
  outdir: string;
}

/** Throws `ConfigurationError` when an entry file is missing, and esbuild's own error when one does not build. */
export function bundle({ functionsDirectory, names, domainsEntry, outdir }: BundleProps): void {
  const entries = names.map((name) => ({ name, file: join(functionsDirectory, `${name}.ts`) }));
  const missing = [...entries.map(({ file }) => file), domainsEntry].filter((file) => !existsSync(file));
  if (missing.length > 0) throw new ConfigurationError(`There is no file ${missing.join(', ')}.`);
  buildSync({
    entryPoints: Object.fromEntries(entries.map(({ name, file }) => [`${name}/index`, file])),
    outdir,
    outExtension: { '.js': '.mjs' },
    alias: { '#domains': domainsEntry },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: requireShim },
    logLevel: 'error',
  });
}
