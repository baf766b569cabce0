/** The cloud assembly of the app that would be deployed, for tests that read its template or run it. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContextName } from '../../lib/context.ts';

export type Context = Partial<Record<ContextName, string>>;

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['bin/pulsecast.ts', 'cdk.json', 'core', 'domains', 'lambdas', 'lib', 'package-lock.json'];
const defaults: Context = {
  issuer: 'https://id.example.com/auth',
  site: join(root, 'test/support/site'),
};

/** Older assemblies are removed when a new one is made: each holds 22 MB of CDK's uploader. */
const keepMs = 60 * 60 * 1000;

/** Where what tests build is kept. */
export const cache = join(tmpdir(), `pulsecast-assemblies-${userInfo().uid}`);
mkdirSync(cache, { recursive: true });

/**
 * The folder of the assembly for a context. Synthesized when the sources or the context changed, otherwise the one of
 * the last time. Do not write into it: tests share it. The site is a stand-in unless `site` says otherwise.
 */
export function assembly(context: Context = {}): string {
  const wanted = { ...defaults, ...context };
  const site = relative(root, wanted.site ?? '');
  const folder = join(cache, keyOf([...sources, site], wanted));
  if (exists(join(folder, 'manifest.json'))) return folder;
  for (const name of readdirSync(cache)) {
    const age = Date.now() - (modifiedAt(join(cache, name)) ?? 0);
    if (age > keepMs) rmSync(join(cache, name), { recursive: true, force: true });
  }
  const fresh = mkdtempSync(join(cache, 'making-'));
  try {
    synthesize(fresh, wanted);
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Another test file may have been first: its assembly is as good.
    if (!exists(join(folder, 'manifest.json'))) throw error;
  }
  return folder;
}

/** Synthesizes the app into a folder, as `cdk synth -c name=value` does. Throws what the app wrote when it fails. */
export function synthesize(outdir: string, context: Context = {}): void {
  const { context: flags } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const run = spawnSync(process.execPath, ['bin/pulsecast.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...defaults, ...context }),
    },
  });
  if (run.status !== 0) throw new Error(`The app could not be synthesized:\n${run.stderr}`);
}

/** The template of the app's one stack. */
export function templateOf(folder: string): Template {
  return JSON.parse(readFileSync(join(folder, 'Pulsecast.template.json'), 'utf8'));
}

export interface Template {
  Resources: Record<
    string,
    { Type: string; Properties: Record<string, unknown>; DependsOn?: string[]; DeletionPolicy?: string }
  >;
  Outputs: Record<string, { Value: unknown }>;
  Parameters: Record<string, { Default?: string }>;
}

/** Changes with any file below these paths of the repository, and with what is `wanted`. */
export function keyOf(paths: readonly string[], wanted: Context = {}): string {
  const hash = createHash('sha256').update(JSON.stringify(wanted));
  for (const path of paths.map((name) => join(root, name))) {
    for (const file of filesIn(path)) hash.update(`${file} ${modifiedAt(file)}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function filesIn(path: string): string[] {
  if (!exists(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'dist')
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}

function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function exists(path: string): boolean {
  return modifiedAt(path) !== undefined;
}
