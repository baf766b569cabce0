/**
 * Bundles the functions with the AWS SDK and the domains, one file each. CDK's `NodejsFunction` would start a package
 * manager and esbuild's command for every function, which takes most of a synth; this calls esbuild once.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { ConfigurationError } from './props.ts';

/**
 * How code for a function is built. CommonJS, because an ES module that imports `node:http` also loads the whole of
 * Node's `fetch`: a fifth of a cold start, for nothing (docs/decisions/0014).
 */
export const functionCode = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  outExtension: { '.js': '.cjs' },
} as const satisfies BuildOptions;

export interface BundleProps {
  /** Folder with `NAME.ts` for each name. */
  functionsDirectory: string;
  names: readonly string[];
  /** The module behind `#domains`. */
  domainsEntry: string;
  /** Gets `NAME/index.cjs` for each name. */
  outdir: string;
}

/** Throws `ConfigurationError` when an entry file is missing, and esbuild's own error when one does not build. */
export function bundle({ functionsDirectory, names, domainsEntry, outdir }: BundleProps): void {
  const entries = names.map((name) => ({ name, file: join(functionsDirectory, `${name}.ts`) }));
  const missing = [...entries.map(({ file }) => file), domainsEntry].filter((file) => !existsSync(file));
  if (missing.length > 0) throw new ConfigurationError(`There is no file ${missing.join(', ')}.`);
  buildSync({
    ...functionCode,
    entryPoints: Object.fromEntries(entries.map(({ name, file }) => [`${name}/index`, file])),
    outdir,
    alias: { '#domains': domainsEntry },
    logLevel: 'error',
  });
}
