import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codes, PulsecastError, problemOf } from '../../core/codes.ts';
import {
  domainOf,
  fillPattern,
  isGroupName,
  matchPattern,
  maxGroupsPerFrame,
  memberShards,
  shardOf,
} from '../../core/group.ts';
import { jsonBytes } from '../../core/log.ts';
import { idOf, maxFrameBytes, parseClientFrame, parseJson, readClientFrame } from '../../core/protocol.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof PulsecastError) return error.code;
    throw error;
  }
  return 'none';
};

describe('client frames', () => {
  test('[FRAME-1] the frames of the contract are read', () => {
    for (const frame of [
      { action: 'subscribe', id: '1', groups: [{ group: 'factory/line/north', after: 1_763_638_000_123 }] },
      { action: 'subscribe', groups: [{ group: 'factory/line/north', more: 'abc' }] },
      { action: 'unsubscribe', id: '2', groups: ['factory/line/north'] },
      { action: 'sync', id: '3', groups: [{ group: 'factory/line/north', after: 1 }] },
      { action: 'sync', id: '3', groups: [] },
      { action: 'refresh', id: '4', token: 'a.b.c' },
      { action: 'signal', id: '5', group: 'erp/order/1042', data: { editing: 'lines' } },
    ]) {
      expect(parseClientFrame(frame)).toEqual(frame);
    }
  });

  test('[FRAME-2] bad frames are refused with the code that fits', () => {
    expect(codeOf(() => parseJson('{'))).toBe('bad_request');
    for (const frame of [null, 1, 'x', [], {}, { action: 7 }, { action: 'subscribe' }]) {
      expect(codeOf(() => parseClientFrame(frame))).toBe('bad_request');
    }
    for (const action of ['dance', 'constructor', '__proto__', 'toString']) {
      expect(codeOf(() => parseClientFrame({ action }))).toBe('unknown_action');
    }
    const groups = (count: number) => Array.from({ length: count }, () => ({ group: 'a/b' }));
    expect(codeOf(() => parseClientFrame({ action: 'subscribe', groups: groups(10_000) }))).toBe(
      'too_many_groups',
    );
    expect(codeOf(() => parseClientFrame({ action: 'subscribe', groups: groups(maxGroupsPerFrame) }))).toBe(
      'none',
    );
  });

  test('[LIM-1] what is larger than a frame is too large, by bytes', () => {
    const frame = (pad: string) => JSON.stringify({ action: 'refresh', token: pad });
    const room = maxFrameBytes - frame('').length;
    expect(codeOf(() => readClientFrame(frame('x'.repeat(room))))).toBe('bad_request');
    expect(codeOf(() => readClientFrame(frame('x'.repeat(room + 1))))).toBe('too_large');
    expect(codeOf(() => readClientFrame(frame('ы'.repeat(room / 2 + 1))))).toBe('too_large');
  });

  test('[LIM-1] faults quote little of what was sent', () => {
    const long = 'ы'.repeat(16_000);
    for (const frame of [
      { action: 'subscribe', groups: long },
      { action: 'subscribe', [long]: 1 },
      { action: 'sync', groups: Array.from({ length: 50 }, () => long.slice(0, 300)) },
    ]) {
      try {
        parseClientFrame(frame);
        expect.unreachable();
      } catch (error) {
        const { errors = [] } = (error as PulsecastError).details;
        expect(errors.length).toBeGreaterThan(0);
        expect(jsonBytes(errors)).toBeLessThan(8 * 1024);
      }
    }
  });

  test('[SUB-3] a name of no group is read, so that it can be refused by itself', () => {
    for (const name of ['nope', '', '/', 'a//b', 'a/b/', 'a/ы', 'a/b c', 'a/#', '__proto__']) {
      const frame = { action: 'subscribe', groups: [{ group: name }, { group: 'a/b' }] };
      expect(parseClientFrame(frame)).toEqual(frame);
    }
    for (const group of ['x'.repeat(201), 'ы'.repeat(101), 7, null, {}]) {
      expect(codeOf(() => parseClientFrame({ action: 'subscribe', groups: [{ group }] }))).toBe(
        'bad_request',
      );
    }
  });

  test('[FRAME-3] a fault names its place', () => {
    const frame = { action: 'subscribe', groups: [{ group: 'a/b' }, { group: 'a/b', after: -1 }] };
    try {
      parseClientFrame(frame);
      expect.unreachable();
    } catch (error) {
      expect((error as PulsecastError).details.errors).toMatchObject([{ path: 'groups.1.after' }]);
    }
  });

  test('[FRAME-4] nothing that can be sent is answered by anything but a code', () => {
    fc.assert(
      fc.property(fc.anything(), (frame) => {
        expect(Object.keys(codes)).toContain(
          codeOf(() => parseClientFrame(frame)).replace('none', 'internal'),
        );
      }),
    );
  });

  test('[FRAME-5] the id is given back when there is a usable one', () => {
    expect(idOf({ id: '7' })).toBe('7');
    expect([idOf(null), idOf({ id: 7 }), idOf({ id: 'x'.repeat(65) })]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('group names', () => {
  test('[GROUP-1] a name has 2 to 8 plain segments', () => {
    for (const name of ['factory/line/north', 'a/b', 'records/unit:1/x.y_z-0'])
      expect(isGroupName(name)).toBe(true);
    for (const name of [
      '',
      'a',
      '/a',
      'a/',
      'a//b',
      'a/b#1',
      'a/b c',
      'a/ü',
      `a/${'x'.repeat(65)}`,
      'a/b/c/d/e/f/g/h/i',
    ]) {
      expect(isGroupName(name)).toBe(false);
    }
  });

  test('[GROUP-2] patterns match and fill both ways', () => {
    expect(matchPattern('line/:line', 'line/north')).toEqual({ line: 'north' });
    expect(matchPattern('line/:line', 'site/mill')).toBeUndefined();
    expect(matchPattern('line/:line', 'line/north/x')).toBeUndefined();
    expect(fillPattern('line/:line', { line: 'north' })).toBe('line/north');
    expect(domainOf('factory/line/north')).toBe('factory');
  });

  test('[FAN-1] connections spread over the shards, each always to the same', () => {
    const counts = new Array<number>(memberShards).fill(0);
    for (let index = 0; index < 4000; index += 1) {
      const shard = shardOf(`L0SM9cOFvHc${index}=`);
      expect(shardOf(`L0SM9cOFvHc${index}=`)).toBe(shard);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(800);
  });
});

test('[CODE-1] a problem document names type, title, status and code, and keeps the members given', () => {
  const problem = problemOf(new PulsecastError('sequence_gap', 'Expected 7.', { nextSeq: 7 }), 'r-1');
  expect(problem).toEqual({
    type: 'urn:pulsecast:sequence_gap',
    title: codes.sequence_gap.title,
    status: 409,
    code: 'sequence_gap',
    detail: 'Expected 7.',
    nextSeq: 7,
    requestId: 'r-1',
  });
});
