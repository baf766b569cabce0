import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/ports.ts';
import { failures, fakeStream, map, memory, queueArn, sequence, streamArn } from './fixture.ts';

const fail = () => {
  throw new Error('no');
};
const OnFailure = { DestinationConfig: { OnFailure: { Destination: queueArn } } };
const positionOf = (durable: ReturnType<typeof memory>) => [...durable.values.values()].at(-1);

describe('reading', () => {
  test('records are delivered in order, in batches of at most BatchSize, at once after each append', async () => {
    const stream = fakeStream();
    stream.append('a', 'b', 'c', 'd', 'e');
    await using mapping = await map(stream, { BatchSize: 2 }, () => null);
    await mapping.idle();
    expect(mapping.batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    stream.append('f');
    await mapping.idle();
    expect(mapping.batches.at(-1)).toEqual(['f']);
  });

  test('LATEST leaves out what was there before, once and for all', async () => {
    const stream = fakeStream();
    const durable = memory();
    stream.append('old');
    {
      await using mapping = await map(stream, { StartingPosition: 'LATEST' }, () => null, { durable });
      await mapping.idle();
      expect(mapping.batches).toEqual([]);
    }
    stream.append('while stopped');
    await using mapping = await map(stream, { StartingPosition: 'LATEST' }, () => null, { durable });
    await mapping.idle();
    expect(mapping.batches).toEqual([['while stopped']]);
  });

  test('a restart goes on after the last finished record', async () => {
    const stream = fakeStream();
    const durable = memory();
    stream.append('a', 'b');
    {
      await using mapping = await map(stream, {}, () => null, { durable });
      await mapping.idle();
    }
    stream.append('c');
    await using mapping = await map(stream, {}, () => null, { durable });
    await mapping.idle();
    expect(mapping.batches).toEqual([['c']]);
  });

  test('a stop in the middle of failing retries loses nothing', async () => {
    const stream = fakeStream();
    const durable = memory();
    stream.append('a', 'b');
    {
      const called = Promise.withResolvers<void>();
      await using mapping = await map(
        stream,
        { BatchSize: 1 },
        ([key]) => {
          if (key !== 'b') return null;
          called.resolve();
          throw new Error('not yet');
        },
        { durable, timeScale: 1 },
      );
      await called.promise;
      await mapping.close();
    }
    expect(positionOf(durable)).toBe(sequence(1));
    await using mapping = await map(stream, {}, () => null, { durable });
    await mapping.idle();
    expect(mapping.batches).toEqual([['b']]);
  });

  test('without the grant nothing is delivered and one line says so; each new record asks again', async () => {
    const stream = fakeStream();
    let granted = false;
    const actions: string[] = [];
    await using mapping = await map(stream, {}, () => null, {
      authorize: (_caller, action, resource) => {
        actions.push(`${action} ${resource}`);
        if (!granted) throw new AwsError('AccessDeniedException', 'not authorized');
      },
    });
    stream.append('a');
    stream.append('b');
    await mapping.idle();
    expect(mapping.batches).toEqual([]);
    expect(mapping.lines).toEqual(['nothing is read: not authorized']);
    granted = true;
    stream.append('c');
    await mapping.idle();
    expect(mapping.batches).toEqual([['a', 'b', 'c']]);
    expect(actions).toContain(`dynamodb:DescribeStream ${streamArn}`);
  });

  test('with pollMs records wait for the next poll', async () => {
    const stream = fakeStream();
    const delivered = Promise.withResolvers<string[]>();
    await using mapping = await map(stream, {}, (keys) => delivered.resolve(keys), { pollMs: 20 });
    await mapping.idle();
    stream.append('a');
    stream.append('b');
    expect(await delivered.promise).toEqual(['a', 'b']);
  });

  test('filtered records are passed over and move the position', async () => {
    const stream = fakeStream();
    const durable = memory();
    stream.append('skip', 'take', 'skip');
    const Pattern = JSON.stringify({ dynamodb: { Keys: { pk: { S: ['take'] } } } });
    await using mapping = await map(stream, { FilterCriteria: { Filters: [{ Pattern }] } }, () => null, {
      durable,
    });
    await mapping.idle();
    expect(mapping.batches).toEqual([['take']]);
    expect(positionOf(durable)).toBe(sequence(3));
  });

  test('a disabled mapping delivers nothing; another source is refused by name', async () => {
    const stream = fakeStream();
    stream.append('a');
    await using mapping = await map(stream, { Enabled: false }, () => null);
    await mapping.idle();
    expect(mapping.batches).toEqual([]);
    await expect(map(stream, { EventSourceArn: queueArn }, () => null)).rejects.toThrow(
      `event source mapping M: the local cloud reads DynamoDB streams only, and ${queueArn} is none of this app`,
    );
  });
});

describe('batching', () => {
  test('a window gathers records until it ends or the batch is full', async () => {
    const stream = fakeStream();
    const properties = { MaximumBatchingWindowInSeconds: 30, BatchSize: 3 };
    await using mapping = await map(stream, properties, () => null);
    stream.append('a');
    stream.append('b');
    await mapping.idle();
    stream.append('c', 'd', 'e', 'f');
    await mapping.idle();
    expect(mapping.batches).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f']]);
  });

  test('a batch is cut below Lambda’s 6 MB', async () => {
    const stream = fakeStream();
    stream.append('a', 'b', 'c');
    for (const { dynamodb } of stream.records) {
      dynamodb.NewImage = { text: { S: 'x'.repeat(2_500_000) } };
      dynamodb.SizeBytes = 2_500_000;
    }
    await using mapping = await map(stream, {}, () => null);
    await mapping.idle();
    expect(mapping.batches).toEqual([['a', 'b'], ['c']]);
  });

  test('parallel lanes run together, yet each key stays in order, and the position is the lowest unfinished', async () => {
    const stream = fakeStream();
    const durable = memory();
    const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
    const seen = new Map<string, string[]>();
    let together = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    await using mapping = await map(
      stream,
      { ParallelizationFactor: 4, BatchSize: 1 },
      async ([key = ''], [record]) => {
        together += 1;
        most = Math.max(most, together);
        if (record?.dynamodb.SequenceNumber === sequence(1)) await gate.promise;
        else await new Promise((resolve) => setImmediate(resolve));
        seen.set(key, [...(seen.get(key) ?? []), record?.dynamodb.SequenceNumber ?? '']);
        together -= 1;
        if (mapping.batches.length > 40) gate.resolve();
        return null;
      },
      { durable },
    );
    stream.append(...keys, ...keys, ...keys);
    for (let turns = 0; mapping.batches.length < 35 && turns < 1000; turns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(positionOf(durable)).toBeUndefined();
    gate.resolve();
    await mapping.idle();
    expect(most).toBe(4);
    expect(positionOf(durable)).toBe(sequence(60));
    expect(seen.size).toBe(20);
    for (const order of seen.values()) expect(order).toEqual([...order].sort());
  });
});

describe('failures', () => {
  test('a failed batch is tried again until it succeeds, and later ones wait', async () => {
    const stream = fakeStream();
    stream.append('a', 'b');
    let attempts = 0;
    await using mapping = await map(stream, { BatchSize: 1 }, ([key]) => {
      attempts += 1;
      if (key === 'a' && attempts < 4) throw new Error('no');
      return null;
    });
    await mapping.idle();
    expect(mapping.batches).toEqual([['a'], ['a'], ['a'], ['a'], ['b']]);
  });

  test('after the last retry the batch is described at the destination and passed over', async () => {
    const stream = fakeStream();
    stream.append('a', 'b', 'c');
    const properties = { MaximumRetryAttempts: 1, BatchSize: 2, ...OnFailure };
    await using mapping = await map(stream, properties, (keys) => (keys.includes('a') ? fail() : null));
    await mapping.idle();
    expect(mapping.batches).toEqual([['a', 'b'], ['a', 'b'], ['c']]);
    expect(mapping.sent).toHaveLength(1);
    expect(mapping.sent[0]?.queueArn).toBe(queueArn);
    expect(JSON.parse(mapping.sent[0]?.body ?? '')).toEqual({
      requestContext: {
        requestId: expect.any(String),
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '1970-01-01T00:16:40.000Z',
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
        startSequenceNumber: sequence(1),
        endSequenceNumber: sequence(2),
        approximateArrivalOfFirstRecord: '1970-01-01T00:16:40.000Z',
        approximateArrivalOfLastRecord: '1970-01-01T00:16:40.000Z',
        batchSize: 2,
        streamArn,
      },
    });
  });

  test('bisect isolates the one bad record; every other one is processed', async () => {
    const stream = fakeStream();
    const good: string[] = [];
    stream.append('a', 'b', 'bad', 'c', 'd');
    const properties = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0, ...OnFailure };
    await using mapping = await map(stream, properties, (keys) => {
      if (keys.includes('bad')) fail();
      good.push(...keys);
    });
    await mapping.idle();
    expect(good).toEqual(['a', 'b', 'c', 'd']);
    const { DDBStreamBatchInfo } = JSON.parse(mapping.sent[0]?.body ?? '');
    expect(mapping.sent).toHaveLength(1);
    expect(DDBStreamBatchInfo).toMatchObject({ startSequenceNumber: sequence(3), batchSize: 1 });
  });

  test('ReportBatchItemFailures goes on from the lowest failed record', async () => {
    const stream = fakeStream();
    stream.append('a', 'b', 'c', 'd');
    const properties = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
    let first = true;
    await using mapping = await map(stream, properties, () => {
      if (!first) return { batchItemFailures: [] };
      first = false;
      return failures(4, 3);
    });
    await mapping.idle();
    expect(mapping.batches).toEqual([
      ['a', 'b', 'c', 'd'],
      ['c', 'd'],
    ]);
  });

  test('progress does not use up retries; the remaining batch is given up when its first record keeps failing', async () => {
    const stream = fakeStream();
    stream.append('a', 'b', 'c');
    const properties = {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 1,
      ...OnFailure,
    };
    let n = 0;
    await using mapping = await map(stream, properties, () => {
      n += 1;
      return failures(n < 3 ? n + 1 : 3);
    });
    await mapping.idle();
    expect(mapping.batches).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
    const [{ body } = { body: '{}' }] = mapping.sent;
    expect(JSON.parse(body)).toMatchObject({
      responseContext: { functionError: null },
      DDBStreamBatchInfo: { startSequenceNumber: sequence(3), batchSize: 1 },
    });
  });

  test.each<[string, unknown]>([
    ['an unknown identifier', { batchItemFailures: [{ itemIdentifier: 'x' }] }],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a wrong key', { batchItemFailures: [{ id: sequence(2) }] }],
  ])('%s fails the whole batch', async (_name, answer) => {
    const stream = fakeStream();
    stream.append('a', 'b');
    const properties = { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 1 };
    await using mapping = await map(stream, properties, () => answer);
    await mapping.idle();
    expect(mapping.batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('records that are too old are discarded as such', async () => {
    let now = 1_000_000;
    const stream = fakeStream(() => now);
    stream.append('old');
    now += 61_000;
    stream.append('new');
    const properties = { MaximumRecordAgeInSeconds: 60, ...OnFailure };
    await using mapping = await map(stream, properties, () => null, { clock: () => now });
    await mapping.idle();
    expect(mapping.batches).toEqual([['new']]);
    const body = JSON.parse(mapping.sent[0]?.body ?? '');
    expect(body.requestContext).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 0 });
    expect(body.responseContext).toBeUndefined();
  });

  test('throttling is waited out and is no failure', async () => {
    const stream = fakeStream();
    stream.append('a');
    let n = 0;
    await using mapping = await map(stream, { MaximumRetryAttempts: 0, ...OnFailure }, () => {
      n += 1;
      if (n < 3) throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    });
    await mapping.idle();
    expect(n).toBe(3);
    expect(mapping.sent).toEqual([]);
  });

  test('a destination without the grant loses the description, says so, and goes on', async () => {
    const stream = fakeStream();
    stream.append('bad', 'good');
    const properties = { MaximumRetryAttempts: 0, BatchSize: 1, ...OnFailure };
    await using mapping = await map(stream, properties, ([key]) => (key === 'bad' ? fail() : null), {
      authorize: (_caller, action) => {
        if (action === 'sqs:SendMessage') throw new AwsError('AccessDeniedException', 'not authorized');
      },
    });
    await mapping.idle();
    expect(mapping.batches).toEqual([['bad'], ['good']]);
    expect(mapping.sent).toEqual([]);
    expect(mapping.lines).toContain(`no delivery to ${queueArn}: not authorized`);
  });
});
