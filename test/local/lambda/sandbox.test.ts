import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lambda, role } from '../template/fixture.ts';
import { run } from './fixture.ts';

const Role = role('r');
const one = (source: string, more: object = {}) => ({ Role, F: lambda('f', source, more) });

describe('handlers', () => {
  test('an async handler gets event and context, and its value comes back', async () => {
    await using cloud = await run(
      one(`exports.handler = async (event, context) => ({ event, name: context.functionName,
        arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
        left: context.getRemainingTimeInMillis(), id: context.awsRequestId.length })`),
    );
    const { payload, error } = await cloud.lambdas.invoke('f', { a: [1, null, 'ü'] });
    expect(error).toBeUndefined();
    expect(payload).toMatchObject({
      event: { a: [1, null, 'ü'] },
      name: 'f',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
      memory: '128',
      id: 36,
    });
    const { left } = payload as { left: number };
    expect(left).toBeGreaterThan(2000);
    expect(left).toBeLessThanOrEqual(3000);
  });

  test('an ES module with top-level await is loaded from its asset, whatever the project around it says', async () => {
    await using cloud = await run(
      {
        Role,
        Esm: lambda('esm', '', { Code: { S3Key: 'e.zip' }, Handler: 'src/app.main' }),
        Cjs: lambda('cjs', '', { Code: { S3Key: 'c.zip' } }),
      },
      {
        assets: {
          e: { 'src/app.mjs': 'const x = await Promise.resolve(7); export const main = async () => x;' },
          c: { 'index.js': 'module.exports = { handler: async () => typeof require };' },
        },
      },
    );
    expect((await cloud.lambdas.invoke('esm', {})).payload).toBe(7);
    expect((await cloud.lambdas.invoke('cjs', {})).payload).toBe('function');
  });

  test('a callback handler works up to Node 22 and is refused from Node 24 on, as by AWS', async () => {
    const source = 'exports.handler = (event, context, callback) => setImmediate(() => callback(null, 5))';
    await using cloud = await run({
      Role,
      Old: lambda('old', source, { Runtime: 'nodejs22.x' }),
      New: lambda('new', source),
    });
    expect((await cloud.lambdas.invoke('old', {})).payload).toBe(5);
    expect((await cloud.lambdas.invoke('new', {})).error?.errorType).toBe(
      'Runtime.CallbackHandlerDeprecated',
    );
  });

  test('a thrown error is reported with its type, message and trace', async () => {
    await using cloud = await run(one('exports.handler = async () => { throw new RangeError("too far"); }'));
    const { error, payload } = await cloud.lambdas.invoke('f', {});
    expect(error).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
    expect(error?.trace?.[0]).toBe('RangeError: too far');
    expect(payload).toEqual(error);
  });

  test('what cannot start says why: no such file, no such export, broken code, another runtime', async () => {
    await using cloud = await run({
      Role,
      A: lambda('file', '', { Handler: 'other.handler' }),
      B: lambda('export', 'exports.main = 1'),
      C: lambda('syntax', 'exports.handler = async ( => 1'),
      D: lambda('import', 'require("left-pad"); exports.handler = async () => 1'),
      E: lambda('python', '', { Runtime: 'python3.13' }),
    });
    const typeOf = async (name: string) => (await cloud.lambdas.invoke(name, {})).error?.errorType;
    expect(await typeOf('file')).toBe('Runtime.ImportModuleError');
    expect(await typeOf('export')).toBe('Runtime.HandlerNotFound');
    expect(await typeOf('syntax')).toBe('Runtime.UserCodeSyntaxError');
    expect(await typeOf('import')).toBe('Runtime.ImportModuleError');
    const { error } = await cloud.lambdas.invoke('python', {});
    expect(error?.errorMessage).toBe(
      'the local cloud runs nodejs functions only; python has the runtime python3.13',
    );
  });
});

/** Made with a zip tool: the folder `a/`, `a/b.js` (deflated) that requires `a/c.js` (stored), which is "unpacked". */
const archive =
  'UEsDBBQAAAAIAEuLdF0AAAAAAgAAAAAAAAACAAAAYS8DAFBLAwQUAAAACABLi3RdHyx22C8AAAAtAAAABgAAAGEvYi5qc0utKMgvKinWy03MzFOwVUgsrsxLVtDQVLC1UyhKLSzNLErVUNLTT9bLKlbStAYAUEsDBBQAAAAAAEuLdF0R9N8NHAAAABwAAAAGAAAAYS9jLmpzbW9kdWxlLmV4cG9ydHMgPSAidW5wYWNrZWQiO1BLAQIUAxQAAAAIAEuLdF0AAAAAAgAAAAAAAAACAAAAAAAAAAAAEAD9QQAAAABhL1BLAQIUAxQAAAAIAEuLdF0fLHbYLwAAAC0AAAAGAAAAAAAAAAAAAACAASIAAABhL2IuanNQSwECFAMUAAAAAABLi3RdEfTfDRwAAAAcAAAABgAAAAAAAAAAAAAAgAF1AAAAYS9jLmpzUEsFBgAAAAADAAMAmAAAALUAAAAAAA==';

describe('code', () => {
  test('may be a zip archive', async () => {
    await using cloud = await run(
      { Role, F: lambda('f', '', { Code: { S3Key: 'z.zip' }, Handler: 'a/b.main' }) },
      { assets: { z: Buffer.from(archive, 'base64') } },
    );
    expect((await cloud.lambdas.invoke('f', {})).payload).toBe('unpacked');
  });

  test('that is no archive fails in one line', async () => {
    await using cloud = await run(
      { Role, F: lambda('f', '', { Code: { S3Key: 'z.zip' } }) },
      { assets: { z: Buffer.from('x'.repeat(100)) } },
    );
    expect((await cloud.lambdas.invoke('f', {})).error).toEqual({
      errorType: 'Runtime.CodeUnavailable',
      errorMessage: 'this is not a zip archive',
    });
  });

  test('runs with the NODE_OPTIONS of its template, and options that no thread can have fail in one line', async () => {
    const options = (NODE_OPTIONS: string) => ({ Environment: { Variables: { NODE_OPTIONS } } });
    await using cloud = await run({
      Role,
      Good: lambda('good', 'exports.handler = async () => 1', options('--enable-source-maps')),
      Bad: lambda('bad', 'exports.handler = async () => 1', options('--title=x')),
    });
    expect((await cloud.lambdas.invoke('good', {})).payload).toBe(1);
    expect((await cloud.lambdas.invoke('bad', {})).error?.errorMessage).toContain('--title');
  });
});

describe('environment', () => {
  test('it holds the template’s variables and AWS’s own, and nothing of the host’s', async () => {
    process.env.SECRET_OF_THE_HOST = 'x';
    await using cloud = await run(
      one(
        'exports.handler = async () => ({ env: process.env, cwd: process.cwd(), home: require("os").homedir() })',
        {
          Environment: { Variables: { TABLE: 't', AWS_REGION: 'eu-west-1' } },
          MemorySize: 512,
        },
      ),
    );
    delete process.env.SECRET_OF_THE_HOST;
    const { env, cwd, home } = (await cloud.lambdas.invoke('f', {})).payload as {
      env: Record<string, string>;
      cwd: string;
      home: string;
    };
    expect(env).toMatchObject({
      TABLE: 't',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ),
    });
    expect(env.SECRET_OF_THE_HOST).toBeUndefined();
    expect(env.HOME).toBeUndefined();
    expect(home).not.toBe(process.env.HOME);
    expect(cwd).toBe(env.LAMBDA_TASK_ROOT);
  });

  test('printed lines are logged with their request, between START and REPORT', async () => {
    await using cloud = await run(
      one(
        'console.log("init"); exports.handler = async () => { console.log("a\\nb"); process.stderr.write("c"); }',
      ),
    );
    await cloud.lambdas.invoke('f', {});
    const lines = cloud.lines.map(({ line }) => line);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['init', 'START', 'a', 'b', 'c', 'REPORT']);
    expect(new Set(cloud.lines.slice(1).map(({ requestId }) => requestId)).size).toBe(1);
    expect(lines.at(-1)).toMatch(
      /Duration: .*\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t.*Init Duration/,
    );
  });
});

describe('sandboxes', () => {
  test('one is reused while it is free, and each concurrent invocation has its own', async () => {
    const three = Promise.withResolvers<void>();
    let arrived = 0;
    await using cloud = await run(
      one(
        `let n = 0; const id = Math.random();
        exports.handler = async ({ meet }) => {
          n += 1;
          if (meet) await fetch('https://meet.amazonaws.com');
          return { id, n };
        }`,
        { Timeout: 30 },
      ),
      {
        answer: async () => {
          arrived += 1;
          if (arrived === 3) three.resolve();
          await three.promise;
          return { status: 200, headers: {}, body: '' };
        },
      },
    );
    const call = async (meet: boolean) =>
      (await cloud.lambdas.invoke('f', { meet })).payload as { id: number; n: number };
    const first = await call(false);
    expect(await call(false)).toEqual({ id: first.id, n: 2 });
    const together = await Promise.all([call(true), call(true), call(true)]);
    expect(new Set(together.map(({ id }) => id)).size).toBe(3);
  });

  test('beyond the eager ones, invocations wait for a free sandbox or a further one, and all are answered', async () => {
    await using cloud = await run(
      one('exports.handler = async ({ n }) => { await new Promise((r) => setTimeout(r, 20)); return n; }'),
      { eagerSandboxes: 1 },
    );
    const all = Array.from({ length: 12 }, (_, n) => n);
    const results = await Promise.all(all.map((n) => cloud.lambdas.invoke('f', { n })));
    expect(results.map(({ payload }) => payload)).toEqual(all);
  });

  test('an idle sandbox is stopped', async () => {
    await using cloud = await run(one('const id = Math.random(); exports.handler = async () => id'), {
      idleMs: 20,
    });
    const { payload: first } = await cloud.lambdas.invoke('f', {});
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await cloud.lambdas.invoke('f', {})).payload).not.toBe(first);
  });

  test('a function that runs too long, even without yielding, is stopped and the next call starts afresh', async () => {
    await using cloud = await run(
      one('exports.handler = async ({ hang }) => { while (hang); return "fine"; }', { Timeout: 1 }),
    );
    const { error } = await cloud.lambdas.invoke('f', { hang: true });
    expect(error?.errorType).toBe('Sandbox.Timedout');
    expect(error?.errorMessage).toMatch(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/,
    );
    expect((await cloud.lambdas.invoke('f', {})).payload).toBe('fine');
  });

  test('process.exit, an unhandled rejection and an exhausted heap each end the sandbox, not the host', async () => {
    await using cloud = await run({
      Role,
      A: lambda('exit', 'exports.handler = async () => { process.exit(3); }'),
      B: lambda(
        'reject',
        'exports.handler = () => { Promise.reject(new Error("lost")); return new Promise(() => {}); }',
      ),
      C: lambda(
        'heap',
        'exports.handler = async () => { const a = []; for (;;) a.push({ a: [a.length] }); }',
        {
          Timeout: 30,
        },
      ),
      D: lambda(
        'throw',
        'exports.handler = () => new Promise(() => setImmediate(() => { throw new TypeError("late"); }))',
      ),
    });
    expect((await cloud.lambdas.invoke('exit', {})).error).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: .* Error: Runtime exited with error: exit status 3$/),
    });
    expect((await cloud.lambdas.invoke('reject', {})).error).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: lost',
    });
    expect((await cloud.lambdas.invoke('heap', {})).error?.errorType).toBe('Runtime.OutOfMemory');
    expect((await cloud.lambdas.invoke('throw', {})).error?.errorType).toBe('TypeError');
  });

  test('a stop during cold starts and running invocations answers them all', async () => {
    const cloud = await run(one('exports.handler = () => new Promise(() => {});'));
    const calls = [1, 2, 3, 4].map(() => cloud.lambdas.invoke('f', {}));
    await cloud[Symbol.asyncDispose]();
    for (const { error } of await Promise.all(calls)) expect(error).toBeDefined();
  });

  test('a stop removes the copies of the code', async () => {
    const cloud = await run(one('exports.handler = async () => process.cwd();'));
    const folder = String((await cloud.lambdas.invoke('f', {})).payload);
    expect(existsSync(folder)).toBe(true);
    await cloud[Symbol.asyncDispose]();
    expect(existsSync(folder)).toBe(false);
  });

  test('a response above 6 MB is an error', async () => {
    await using cloud = await run(one('exports.handler = async ({ n }) => "x".repeat(n)'));
    expect((await cloud.lambdas.invoke('f', { n: 6_000_000 })).error).toBeUndefined();
    expect((await cloud.lambdas.invoke('f', { n: 6_300_000 })).error?.errorType).toBe(
      'Function.ResponseSizeTooLarge',
    );
  });

  test('reserved concurrency throttles, and zero of it always', async () => {
    await using cloud = await run({
      Role,
      A: lambda('two', 'exports.handler = () => new Promise((r) => setTimeout(r, 50))', {
        ReservedConcurrentExecutions: 2,
      }),
      B: lambda('none', 'exports.handler = async () => 1', { ReservedConcurrentExecutions: 0 }),
    });
    const calls = [1, 2, 3].map(() => cloud.lambdas.invoke('two', {}));
    await expect(calls[2]).rejects.toMatchObject({ name: 'TooManyRequestsException', status: 429 });
    await Promise.all(calls.slice(0, 2));
    await expect(cloud.lambdas.invoke('two', {})).resolves.toBeDefined();
    await expect(cloud.lambdas.invoke('none', {})).rejects.toMatchObject({ status: 429 });
  });

  test('requests and GB-milliseconds are metered, the initialisation included', async () => {
    await using cloud = await run(one('exports.handler = async () => 1', { MemorySize: 2048 }));
    await cloud.lambdas.invoke('f', {});
    await cloud.lambdas.invoke('f', {});
    expect(cloud.metered.filter(([kind]) => kind === 'lambda.requests')).toEqual([
      ['lambda.requests', 'f', 1],
      ['lambda.requests', 'f', 1],
    ]);
    const [cold = 0, warm = 0] = cloud.metered.filter(([kind]) => kind === 'lambda.gbMs').map(([, , n]) => n);
    expect(cold).toBeGreaterThan(warm);
    expect(warm % 2).toBe(0);
  });
});
