/** Reads the tree as text, for tests that keep rules of the house. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const root = join(import.meta.dirname, '../..');
const skipped = new Set(['node_modules', 'dist', 'cdk.out', '.git', '.pulsecast']);

export interface SourceFile {
  /** Path from the root, with `/`. */
  path: string;
  text: string;
}

/** All files below the folders whose names end as asked. */
export function sources(folders: readonly string[], ...endings: string[]): SourceFile[] {
  const found: SourceFile[] = [];
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name) && !entry.name.startsWith('cdk.out')) visit(path);
      } else if (endings.some((ending) => entry.name.endsWith(ending))) {
        found.push({ path: relative(root, path), text: readFileSync(path, 'utf8') });
      }
    }
  };
  for (const folder of folders) visit(join(root, folder));
  return found;
}
