import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { codes } from '../../../core/codes.ts';
import { isPassing } from '../../../web/client/guard.ts';
import { stateOf } from '../../../web/client/state.ts';

/** The promise made to whoever loads it, in bytes of gzip; with what tabs share a socket by it is more. */
const budgets = { index: 8 * 1024, shared: 10.5 * 1024 };

test.each(['index', 'shared'] as const)(
  'the client (%s) keeps its budget, of its own code and the pure core, without a dependency',
  async (entry) => {
    const result = await build({
      entryPoints: [new URL(`../../../web/client/${entry}.ts`, import.meta.url).pathname],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      metafile: true,
    });
    const [file] = result.outputFiles;
    const bytes = gzipSync(file?.contents ?? '').length;
    const inputs = Object.keys(result.metafile.inputs).filter((path) => !path.includes('web/client/'));
    expect(inputs.map((path) => path.split('/').at(-1)).sort()).toEqual(['group.ts', 'log.ts', 'view.ts']);
    expect(bytes).toBeGreaterThan(2000);
    expect(bytes).toBeLessThanOrEqual(budgets[entry]);
  },
);

test('the codes that are tried again are those that core marks so', () => {
  for (const [code, { retry }] of Object.entries(codes))
    expect([code, isPassing(code)]).toEqual([code, retry]);
  expect(isPassing('a_code_of_tomorrow')).toBe(false);
});

test('the state follows from the facts, the user before the server before the network', () => {
  const facts = {
    closed: false,
    refused: false,
    offline: false,
    open: false,
    proven: false,
    before: false,
    failures: 0,
  };
  expect(stateOf(facts)).toBe('connecting');
  expect(stateOf({ ...facts, before: true })).toBe('reconnecting');
  expect(stateOf({ ...facts, open: true })).toBe('connected');
  expect(stateOf({ ...facts, failures: 5 })).toBe('failed');
  expect(stateOf({ ...facts, failures: 5, open: true })).toBe('failed');
  expect(stateOf({ ...facts, failures: 5, open: true, proven: true })).toBe('connected');
  expect(stateOf({ ...facts, failures: 5, offline: true })).toBe('disconnected');
  expect(stateOf({ ...facts, offline: true, refused: true })).toBe('error');
  expect(stateOf({ ...facts, refused: true, closed: true })).toBe('disconnected');
});
