/** Where functions' code lies while they run. */
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Assembly } from '../ports.ts';
import type { FunctionSpec } from './functions.ts';
import { unzip } from './unzip.ts';

export interface CodeStore {
  /** The folder that is the function's `/var/task`. Throws when the code cannot be had. */
  taskRoot(spec: FunctionSpec): Promise<string>;
  /** File URLs from which the modules of the function's layers resolve. */
  layerParents(spec: FunctionSpec): Promise<string[]>;
  close(): Promise<void>;
}

const isDirectory = (path: string) => stat(path).then((found) => found.isDirectory());

/**
 * Copies (or unpacks) each bundle to a temporary folder once. Left in `cdk.out`, inside a project, a bundle would see
 * the project's `node_modules` and its package type, neither of which exists on Lambda.
 */
export function createCodeStore(assembly: Assembly): CodeStore {
  let base: Promise<string> | undefined;
  const copies = new Map<string, Promise<string>>();
  const folder = async (name: string) => {
    base ??= mkdtemp(join(tmpdir(), 'local-cloud-'));
    const path = join(await base, name);
    await mkdir(path, { recursive: true });
    return path;
  };

  const copyAsset = async (key: string) => {
    const source = assembly.assetPath(key);
    const target = await folder(key.replace(/\.zip$/, ''));
    if (await isDirectory(source)) {
      await cp(source, target, { recursive: true });
      return target;
    }
    for (const [name, content] of unzip(await readFile(source))) {
      await mkdir(dirname(join(target, name)), { recursive: true });
      await writeFile(join(target, name), content);
    }
    return target;
  };
  const writeInline = async (name: string, source: string) => {
    const target = await folder(`inline-${name}`);
    await writeFile(join(target, 'index.js'), source);
    return target;
  };
  const once = (key: string, make: () => Promise<string>) => {
    const copy = copies.get(key) ?? make();
    copies.set(key, copy);
    return copy;
  };

  return {
    async taskRoot({ name, code: { S3Key, ZipFile } }) {
      if (ZipFile !== undefined) return once(`inline-${name}`, () => writeInline(name, ZipFile));
      if (S3Key !== undefined) return once(S3Key, () => copyAsset(S3Key));
      throw new Error('the template gives no code that the local cloud can run');
    },
    async layerParents({ layers }) {
      const parents: string[] = [];
      for (const layer of layers) {
        const key = (assembly.find(layer)?.properties.Content as { S3Key?: string } | undefined)?.S3Key;
        if (key === undefined) continue;
        const path = await once(key, () => copyAsset(key));
        parents.push(pathToFileURL(join(path, 'nodejs', 'index.js')).href);
      }
      return parents;
    },
    async close() {
      if (base) await rm(await base, { recursive: true, force: true });
    },
  };
}
