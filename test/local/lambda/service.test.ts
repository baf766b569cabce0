import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/ports.ts';
import { allow, lambda, role } from '../template/fixture.ts';
import { type Running, run } from './fixture.ts';

const Role = role('r', [allow(['lambda:InvokeFunction', 'sqs:SendMessage'])]);
const Echo = lambda(
  'echo',
  'exports.handler = async (event) => { if (event.fail) throw new Error("no"); return event; }',
);

const clientOf = ({ port }: Running) =>
  new LambdaClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'AKIADEVELOPER', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('Invoke over the wire', () => {
  test('RequestResponse gives the payload, and a function error is marked', async () => {
    await using cloud = await run({ Role, Echo });
    const client = clientOf(cloud);
    const good = await client.send(new InvokeCommand({ FunctionName: 'echo', Payload: json({ a: 1 }) }));
    expect(good.StatusCode).toBe(200);
    expect(good.FunctionError).toBeUndefined();
    expect(good.ExecutedVersion).toBe('$LATEST');
    expect(good.Payload?.transformToString()).toBe('{"a":1}');
    const bad = await client.send(
      new InvokeCommand({
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:echo:live',
        Payload: json({ fail: true }),
      }),
    );
    expect(bad.FunctionError).toBe('Unhandled');
    expect(JSON.parse(bad.Payload?.transformToString() ?? '')).toMatchObject({ errorMessage: 'no' });
  });

  test('DryRun checks only, Event answers 202 and runs later', async () => {
    await using cloud = await run({ Role, Echo });
    const client = clientOf(cloud);
    const dry = await client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'DryRun' }));
    expect(dry.StatusCode).toBe(204);
    expect(cloud.metered).toEqual([]);
    const event = await client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event' }));
    expect(event.StatusCode).toBe(202);
    await cloud.lambdas.idle();
    expect(cloud.metered).toContainEqual(['lambda.requests', 'echo', 1]);
  });

  test('errors have the names of the SDK: unknown function, bad JSON, too large, throttled, not allowed', async () => {
    await using cloud = await run(
      { Role, Echo, Zero: lambda('zero', '', { ReservedConcurrentExecutions: 0 }), Shut: lambda('shut', '') },
      {
        authorize: (_caller, action, resource) => {
          if (resource.endsWith(':shut')) throw new AwsError('AccessDeniedException', `no ${action}`);
        },
      },
    );
    const client = clientOf(cloud);
    const failure = (input: ConstructorParameters<typeof InvokeCommand>[0]) =>
      client.send(new InvokeCommand(input)).then(
        () => 'none',
        (error) => `${error.name} ${error.$metadata.httpStatusCode}`,
      );
    expect(await failure({ FunctionName: 'nobody' })).toBe('ResourceNotFoundException 404');
    expect(await failure({ FunctionName: 'echo', Payload: Buffer.from('{') })).toBe(
      'InvalidRequestContentException 400',
    );
    expect(await failure({ FunctionName: 'echo', Payload: Buffer.alloc(6_291_457, 0x20) })).toBe(
      'RequestTooLargeException 413',
    );
    expect(
      await failure({
        FunctionName: 'echo',
        InvocationType: 'Event',
        Payload: Buffer.alloc(1_048_577, 0x20),
      }),
    ).toBe('RequestTooLargeException 413');
    expect(await failure({ FunctionName: 'zero' })).toBe('TooManyRequestsException 429');
    expect(await failure({ FunctionName: 'shut' })).toBe('AccessDeniedException 403');
  });

  test('a function invokes another one with the SDK, if its role allows that', async () => {
    const source = `const { LambdaClient, InvokeCommand } = require('@aws-sdk/client-lambda');
      const client = new LambdaClient({});
      exports.handler = () => client.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"a":1}' })).then(
        ({ Payload }) => JSON.parse(Payload.transformToString()),
        (error) => error.name + ': ' + error.message);`;
    await using cloud = await run({
      Role,
      Echo,
      Poor: role('poor'),
      Caller: lambda('caller', source),
      Refused: lambda('refused', source, { Role: { 'Fn::GetAtt': ['Poor', 'Arn'] } }),
    });
    expect((await cloud.lambdas.invoke('caller', {})).payload).toEqual({ a: 1 });
    expect((await cloud.lambdas.invoke('refused', {})).payload).toBe(
      'AccessDeniedException: User: arn:aws:sts::000000000000:assumed-role/poor/refused is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:echo because no identity-based policy allows the lambda:InvokeFunction action',
    );
  });
});

const queue = 'arn:aws:sqs:us-east-1:000000000000:dead';
/** Fails until it was called `event.until` times. */
const Flaky = lambda(
  'flaky',
  'let n = 0; exports.handler = async ({ until }) => { n += 1; if (n < until) throw new Error("try " + n); return n; }',
);
const config = (more: object) => ({
  Type: 'AWS::Lambda::EventInvokeConfig',
  Properties: { FunctionName: 'flaky', Qualifier: '$LATEST', ...more },
});
const OnFailure = { DestinationConfig: { OnFailure: { Destination: queue } } };
const attempts = (cloud: Running) => cloud.metered.filter(([kind]) => kind === 'lambda.requests').length;

describe('asynchronous invocations', () => {
  test('are tried three times, then described at the on-failure destination as AWS does', async () => {
    await using cloud = await run({ Role, Flaky, Config: config(OnFailure) }, { timeScale: 60_000 });
    cloud.lambdas.invokeAsync('flaky', { until: 9 });
    await cloud.lambdas.idle();
    expect(attempts(cloud)).toBe(3);
    expect(cloud.sent).toHaveLength(1);
    expect(cloud.sent[0]?.queueArn).toBe(queue);
    expect(JSON.parse(cloud.sent[0]?.body ?? '')).toMatchObject({
      version: '1.0',
      timestamp: expect.any(String),
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:flaky:$LATEST',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { until: 9 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'try 3' },
    });
  });

  test('stop at the first success', async () => {
    await using cloud = await run({ Role, Flaky, Config: config(OnFailure) }, { timeScale: 60_000 });
    cloud.lambdas.invokeAsync('flaky', { until: 2 });
    await cloud.lambdas.idle();
    expect(attempts(cloud)).toBe(2);
    expect(cloud.sent).toEqual([]);
  });

  test('keep to the configured retries, and a destination needs the function’s grant', async () => {
    await using cloud = await run(
      { Role, Flaky, Config: config({ ...OnFailure, MaximumRetryAttempts: 0 }) },
      {
        authorize: () => {
          throw new AwsError('AccessDeniedException', 'not granted');
        },
      },
    );
    cloud.lambdas.invokeAsync('flaky', { until: 9 });
    await cloud.lambdas.idle();
    expect(attempts(cloud)).toBe(1);
    expect(cloud.sent).toEqual([]);
    expect(cloud.lines.at(-1)?.line).toBe(`no delivery to ${queue}: not granted`);
  });

  test('are given up when they are too old', async () => {
    let now = 0;
    await using cloud = await run(
      { Role, Flaky, Config: config({ ...OnFailure, MaximumEventAgeInSeconds: 60 }) },
      { timeScale: 60_000, clock: () => now++ * 61_000 },
    );
    cloud.lambdas.invokeAsync('flaky', { until: 9 });
    await cloud.lambdas.idle();
    expect(JSON.parse(cloud.sent[0]?.body ?? '').requestContext.condition).toBe('EventAgeExceeded');
  });

  test('wait while the function is throttled', async () => {
    await using cloud = await run(
      {
        Role,
        Slow: lambda('slow', 'exports.handler = () => new Promise((r) => setTimeout(r, 20))', {
          ReservedConcurrentExecutions: 1,
        }),
      },
      { timeScale: 100 },
    );
    cloud.lambdas.invokeAsync('slow', {});
    cloud.lambdas.invokeAsync('slow', {});
    await cloud.lambdas.idle();
    expect(attempts(cloud)).toBe(2);
  });
});
