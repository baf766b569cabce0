import { describe, expect, test } from 'vitest';
import { domains } from '../../domains/index.ts';
import { asyncApi } from '../../lib/documents/asyncapi.ts';
import { openApi } from '../../lib/documents/openapi.ts';
import { assembly, templateOf } from '../support/assembly.ts';

type Json = Record<string, unknown>;

const { Resources } = templateOf(assembly());

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = (value as Json).$ref;
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(references)];
}

function target(document: Json, reference: string): unknown {
  const path = reference.slice(2).split('/');
  return path.reduce<unknown>(
    (value, part) => (value as Json | undefined)?.[part.replaceAll('~1', '/')],
    document,
  );
}

describe('the documents of the interfaces', () => {
  for (const [name, document] of [
    ['OpenAPI', openApi(domains, '1.2.3')],
    ['AsyncAPI', asyncApi(domains, '1.2.3')],
  ] as const) {
    test(`${name} refers to nothing that it does not hold`, () => {
      const missing = references(document).filter((reference) => target(document, reference) === undefined);
      expect(references(document).length).toBeGreaterThan(20);
      expect(missing).toEqual([]);
    });
  }

  test('every command of every domain is a path with the schema of its input', () => {
    const { paths } = openApi(domains, '1') as { paths: Record<string, { post?: { requestBody: Json } }> };
    for (const { name, commands } of domains) {
      for (const command of Object.keys(commands)) {
        expect(paths[`/api/commands/${name}/${command}`]?.post?.requestBody).toBeDefined();
      }
    }
    const addLine = JSON.stringify(paths['/api/commands/factory/add-line']?.post?.requestBody);
    expect(addLine).toContain('"required":["site","line","title"]');
  });

  test('a domain that is switched off is not spoken of', () => {
    expect(JSON.stringify(openApi([], '1'))).not.toContain('factory');
  });

  test('the site carries them below /docs/', () => {
    const pages = Object.values(Resources).filter(({ Type }) => Type === 'Custom::CDKBucketDeployment');
    expect(pages.map(({ Properties }) => (Properties.SourceObjectKeys as string[]).length).sort()).toEqual([
      1, 4,
    ]);
  });
});
