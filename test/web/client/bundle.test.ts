import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bundle, internal } from '../../../bin/build-client.ts';
import { codes } from '../../../core/codes.ts';
import { isPassing } from '../../../web/client/guard.ts';
import { root } from '../../house/source.ts';

/** The promise made to whoever loads it, in bytes of gzip: alone, with the socket shared by all tabs, and 8 KB with hooks too. */
const budgets: [budget: number, ...names: string[]][] = [
  [6200, 'index'],
  [7800, 'shared'],
  [8192, 'shared', 'preact'],
];

test.each(budgets)(
  '%i bytes of gzip are enough for the client (%s), of own code and the pure core, without a dependency',
  async (budget, ...names) => {
    const { code, inputs } = await bundle(...names);
    const bytes = gzipSync(code).length;
    console.log(`${names.join(' + ')}: ${bytes} bytes of gzip`);
    const foreign = inputs.filter((path) => !/^web\/client\/[\w-]+\.ts$/.test(path));
    expect(foreign.sort()).toEqual(['core/group.ts', 'core/view.ts']);
    expect(bytes).toBeGreaterThan(2000);
    expect(bytes).toBeLessThanOrEqual(budget);
  },
);

test('what is shortened are members of no public type, no frame, no message between tabs, and not of the page', () => {
  const spoken = [
    'web/client/types.ts',
    'web/client/options.ts',
    'web/client/hooks.ts',
    'web/client/tabs.ts',
    'web/client/environment.ts',
    'core/protocol.ts',
  ]
    .map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, ''))
    .join();
  const words = new Set(spoken.match(/\w+/g));
  expect(internal.filter((name) => words.has(name))).toEqual([]);
});

test('[CODE-3] the codes that are tried again are those that core marks so', () => {
  for (const [code, { retry }] of Object.entries(codes))
    expect([code, isPassing(code)]).toEqual([code, retry]);
  expect(isPassing('a_code_of_tomorrow')).toBe(false);
});
