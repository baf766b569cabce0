/** Builds the socket client as a package: bundles, and the types that are its interface. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { build, minify, type Rolldown } from 'vite';

const root = join(import.meta.dirname, '..');
const source = join(root, 'web/client');

/** What a page can import of the package. */
const entries = ['index', 'shared', 'preact', 'react'];

/**
 * Members of objects that never leave the client, which are shortened: of no public type, no frame of the protocol, no message
 * between tabs, and of nothing that the page has. A test keeps it so, and the client's tests run on the result.
 */
export const internal =
  `answer answered applyEvent applyRecovered applySnapshot ask behind changes doubted due end fault flush hold holders holds
  leader left lose mirror models onDoubt onEnd onFrame onInfo onOnline onPublish onRefreshed onUnauthorized open pages probe proven
  published refuse refreshing settled signals start stop syncing take takeToken tell timers traffic tries until wake`.split(
    /\s+/,
  );

/** The module that is built: it gives what those named give. */
const entry = 'pulsecast-client';

/** What a module of the client, or some of them together, become: the code, and the files that it was made of. */
export async function bundle(...names: string[]): Promise<{ code: string; inputs: string[] }> {
  const contents = names.map((name) => `export * from '${join(source, name)}.ts';`).join('');
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: entry,
        enforce: 'pre',
        resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
        load: (id) => (id === `\0${entry}` ? contents : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: false,
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        external: ['preact/hooks'],
        preserveEntrySignatures: 'strict',
        // Constants that stay such are put where they are used.
        output: { topLevelVar: false },
      },
    },
  })) as Rolldown.RolldownOutput;
  const [chunk] = built.output;
  const { code, errors } = await minify(`${names[0]}.js`, chunk.code, {
    module: true,
    compress: { target: 'es2022' },
    mangle: { toplevel: true },
    mangleProps: { include: new RegExp(`^(?:${internal.join('|')})$`) },
  });
  if (errors[0] !== undefined) throw new Error(errors[0].message);
  const inputs = chunk.moduleIds.filter((id) => !id.startsWith('\0')).map((id) => relative(root, id));
  return { code, inputs };
}

const imported = /(?:^(?:import|export)\b.* from |\bimport\()['"](.+?)['"]/gm;

/** Builds into `dist` of a folder, which becomes the package. @default the client's own folder */
export async function buildClient(folder: string = source): Promise<void> {
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  for (const name of entries) writeFileSync(join(dist, `${name}.js`), (await bundle(name)).code);
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
