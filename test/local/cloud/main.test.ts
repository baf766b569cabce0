import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { api, inlineFunction, writeAssembly } from './app.ts';

const main = fileURLToPath(new URL('../../../local/main.ts', import.meta.url));
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'main-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  out: string;
  err: string;
}
interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves with what was printed so far once it matches. */
  printed(pattern: RegExp): Promise<string>;
}

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

function begin(...args: string[]): Started {
  const child = spawn(process.execPath, [main, ...args], { cwd: directory });
  children.add(child);
  child.once('close', () => children.delete(child));
  let out = '';
  let err = '';
  const watchers: (() => void)[] = [];
  child.stdout.on('data', (chunk) => {
    out += chunk;
    for (const watch of watchers) watch();
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return {
    child,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = () => pattern.test(out) && resolve(out);
        watchers.push(watch);
        watch();
        void ended.then(() => reject(new Error(`ended: ${out}${err}`)));
      }),
  };
}

test('prints outputs and the address, prints what functions log, and stops cleanly on SIGTERM and SIGINT', async () => {
  const code = `exports.handler = async (event) => {
    console.log('called by', event.rawPath, process.env.GREETING);
    if (event.rawPath === '/fail') throw new Error('no luck');
    return 'ok';
  };`;
  const functions = inlineFunction('Hello', code);
  Object.assign(functions.Hello?.Properties ?? {}, {
    Environment: { Variables: { GREETING: { Ref: 'Greeting' } } },
  });
  const assembly = writeAssembly(join(directory, 'cdk.out'), {
    Parameters: { Greeting: { Type: 'String' } },
    Resources: { ...functions, ...api('Web', 'HTTP', '$default', { $default: 'Hello' }) },
    Outputs: { Greeting: { Value: { Ref: 'Greeting' } } },
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const run = begin('--assembly', assembly, '--port', '0', '--parameter', 'Greeting=at {origin}');
    const out = await run.printed(/Ready at (http:\S+)/);
    const origin = /Ready at (http:\S+)/.exec(out)?.[1] ?? '';
    expect(out).toContain(`Greeting = at ${origin}`);
    expect(await (await fetch(`${origin}/x`)).text()).toBe('ok');
    expect((await fetch(`${origin}/fail`)).status).toBe(500);
    const logged = await run.printed(/no luck/);
    expect(logged).toMatch(/called by \/x at http/);
    expect(logged).not.toMatch(/START RequestId/);
    run.child.kill(signal);
    expect(await run.ended).toMatchObject({ code: 0, err: '' });
  }
});

test.each<[string, string[], RegExp]>([
  ['an unknown option', ['--nonsense'], /^Error: Unknown option '--nonsense'[^\n]*\n$/],
  ['a bad port', ['--port', 'x'], /^Error: --port x is not a valid number\n$/],
  ['a bad parameter', ['--parameter', 'x'], /^Error: --parameter x is not of the form K=V\n$/],
  [
    'a folder that is no assembly',
    ['--assembly', 'nowhere', '--port', '0'],
    /^Error: [^\n]*nowhere[^\n]*\n$/,
  ],
  ['a missing parameter', ['--assembly', 'needs', '--port', '0'], /^Error: [^\n]*Issuer[^\n]*\n$/],
])('%s is one clear line and exit code 1', async (_, args, line) => {
  writeAssembly(join(directory, 'needs'), {
    Parameters: { Issuer: { Type: 'String' } },
    Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { Ref: 'Issuer' } } } },
  });
  const { code, err } = await begin(...args).ended;
  expect(code).toBe(1);
  expect(err).toMatch(line);
});

test('--data keeps tables until --reset, and only one local cloud may have it', async () => {
  const assembly = writeAssembly(join(directory, 'kept'), {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'things',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
    },
  });
  const args = ['--assembly', assembly, '--port', '0', '--data', 'data'];
  const call = async (run: Started, action: string, input: object) => {
    const origin = /Ready at (http:\S+)/.exec(await run.printed(/Ready at (http:\S+)/))?.[1] ?? '';
    const headers = {
      'x-amz-target': `DynamoDB_20120810.${action}`,
      'content-type': 'application/x-amz-json-1.0',
    };
    const body = JSON.stringify({ TableName: 'things', ...input });
    return (await fetch(origin, { method: 'POST', headers, body })).json();
  };
  const key = { id: { S: 'a' } };
  const stop = async (run: Started) => {
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(0);
  };

  const first = begin(...args);
  expect(await call(first, 'PutItem', { Item: key })).toEqual({});
  const second = await begin(...args).ended;
  expect(second).toMatchObject({ code: 1, err: expect.stringMatching(/^Error: .*in use by another.*\n$/) });
  await stop(first);
  const again = begin(...args);
  expect(await call(again, 'GetItem', { Key: key })).toEqual({ Item: key });
  await stop(again);
  const reset = begin(...args, '--reset');
  expect(await call(reset, 'GetItem', { Key: key })).toEqual({});
  await stop(reset);
});

test('--help lists every option', async () => {
  const { code, out } = await begin('--help').ended;
  expect(code).toBe(0);
  for (const option of ['assembly', 'port', 'data', 'memory', 'reset', 'parameter', 'time-scale']) {
    expect(out).toContain(`--${option}`);
  }
});
