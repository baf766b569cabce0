import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type SourceFile, sources } from './source.ts';

/** What a room may import: other rooms (path beginnings) and packages. `core` is the ground on which all stand. */
interface Room {
  name: string;
  holds(path: string): boolean;
  rooms: readonly string[];
  packages: readonly RegExp[];
}

const builtin = /^node:/;
const sdk = /^(@aws-sdk|@smithy)\//;

const rooms: readonly Room[] = [
  { name: 'core', holds: (path) => path.startsWith('core/'), rooms: ['core/'], packages: [/^valibot$/] },
  {
    name: 'a view',
    holds: (path) => /^domains\/[^/]+\/view\//.test(path),
    rooms: ['core/', 'domains/', 'web/kit/', 'web/client/'],
    packages: [/^preact(\/|$)/, /^@preact\/signals$/, /^uplot$/],
  },
  {
    name: 'a domain',
    holds: (path) => path.startsWith('domains/'),
    rooms: ['core/', 'domains/'],
    packages: [/^valibot$/],
  },
  {
    name: 'the adapters',
    holds: (path) => path.startsWith('lambdas/adapters/'),
    rooms: ['core/', 'lambdas/'],
    packages: [
      builtin,
      sdk,
      /^(jose|valibot)$/,
      /^undici(\/lib\/dispatcher\/.+)?$/,
      /^@aws-lambda-powertools\//,
    ],
  },
  {
    name: 'the lambdas',
    holds: (path) => path.startsWith('lambdas/'),
    rooms: ['core/', 'lambdas/'],
    packages: [
      builtin,
      /^#domains$/,
      /^(valibot|jose|aws-lambda)$/,
      /^@middy\//,
      /^@aws-lambda-powertools\//,
    ],
  },
  {
    name: "the socket client's hooks for Preact",
    holds: (path) => path === 'web/client/preact.ts',
    rooms: ['web/client/'],
    packages: [/^preact\/hooks$/],
  },
  {
    name: 'the socket client',
    holds: (path) => path.startsWith('web/client/'),
    rooms: ['core/', 'web/client/'],
    packages: [],
  },
  {
    name: 'the web',
    holds: (path) => path.startsWith('web/'),
    rooms: ['core/', 'web/', 'domains/'],
    packages: [builtin, /^preact(\/|$)/, /^@preact\//, /^(oauth4webapi|uplot|vite)$/, /^vite\//],
  },
  {
    name: 'lib',
    holds: (path) => path.startsWith('lib/'),
    rooms: ['core/', 'lib/'],
    packages: [
      builtin,
      /^aws-cdk-lib(\/|$)/,
      /^(constructs|cdk-nag|esbuild|valibot|@valibot\/to-json-schema)$/,
    ],
  },
  {
    name: 'the local cloud',
    holds: (path) => path.startsWith('local/'),
    rooms: ['local/'],
    packages: [builtin, /^dynalite(\/|$)/, /^(ws|jose|oidc-provider|aws-lambda|esbuild)$/],
  },
];

const imported = /(?:from\s+|import\s+|import\()\s*(['"])([^'"]+)\1/g;

function importsOf(file: SourceFile): string[] {
  return [...file.text.matchAll(imported)].map((match) => match[2] ?? '');
}

/** The imports of a file that its room does not allow. */
function forbiddenImports(file: SourceFile): string[] {
  const room = rooms.find((candidate) => candidate.holds(file.path));
  if (room === undefined) return [];
  return importsOf(file).filter((name) => {
    if (!name.startsWith('.')) return !room.packages.some((allowed) => allowed.test(name));
    const target = normalize(join(dirname(file.path), name));
    return !room.rooms.some((allowed) => target.startsWith(allowed));
  });
}

const files = sources(['core', 'domains', 'lambdas', 'web', 'lib', 'local'], '.ts', '.tsx');

describe('a line of code knows its room', () => {
  for (const room of rooms) {
    test(`${room.name} imports only what it may`, () => {
      const own = files.filter((file) => rooms.find((candidate) => candidate.holds(file.path)) === room);
      expect(own.length).toBeGreaterThan(0);
      const wrong = own.flatMap((file) =>
        forbiddenImports(file).map((name) => `${file.path} imports ${name}`),
      );
      expect(wrong).toEqual([]);
    });
  }

  test('a forbidden import is noticed', () => {
    const from = (path: string, name: string) => forbiddenImports({ path, text: `import x from '${name}';` });
    expect(from('core/log.ts', '@aws-sdk/client-dynamodb')).toHaveLength(1);
    expect(from('core/log.ts', '../lambdas/connect.ts')).toHaveLength(1);
    expect(from('domains/factory/index.ts', '../../web/kit/index.ts')).toHaveLength(1);
    expect(from('lambdas/connect.ts', '@aws-sdk/client-dynamodb')).toHaveLength(1);
    expect(from('local/cloud.ts', '../core/log.ts')).toHaveLength(1);
    expect(from('web/client/socket.ts', 'valibot')).toHaveLength(1);
    expect(from('core/log.ts', './rev.ts')).toHaveLength(0);
  });

  test('a view is reached only by a dynamic import from the web', () => {
    const inner = /(?:from\s+|import\s+)['"][^'"]*\/view\/[^'"]*['"]/;
    const outside = files.filter((file) => !/^domains\/[^/]+\/view\//.test(file.path));
    expect(outside.filter((file) => inner.test(file.text)).map((file) => file.path)).toEqual([]);
  });
});
