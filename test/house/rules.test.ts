import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, sources } from './source.ts';

const spec = readFileSync(join(root, 'docs/SPEC.md'), 'utf8');
const rules = [...spec.matchAll(/^- \*\*([A-Z]+-\d+)\*\*( \(wire\))?/gm)].map(([, id = '', wire]) => ({
  id,
  wire: wire !== undefined,
}));

/** The ids in the test names of a tree, `[LOG-1]`. */
function proven(folder: string): Set<string> {
  const names = sources([folder], '.test.ts', '.test.tsx').flatMap(({ text }) => [
    ...text.matchAll(/\[([A-Z]+-\d+)\]/g),
  ]);
  return new Set(names.map((match) => match[1] ?? ''));
}

test('every rule of the specification has a test that carries its id', () => {
  expect(rules.length).toBeGreaterThan(30);
  const ids = proven('test');
  expect(rules.filter(({ id }) => !ids.has(id)).map(({ id }) => id)).toEqual([]);
});

test('every rule of the wire is proven by the conformance suite', () => {
  const ids = proven('test/conformance');
  expect(rules.filter(({ id, wire }) => wire && !ids.has(id)).map(({ id }) => id)).toEqual([]);
});

test('no test names a rule that is not in the specification, and no rule stands twice', () => {
  const known = rules.map(({ id }) => id);
  expect(known).toHaveLength(new Set(known).size);
  expect([...proven('test')].filter((id) => !known.includes(id))).toEqual([]);
});
