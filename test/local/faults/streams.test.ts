import { expect, test } from 'vitest';
import { createFaults, type FaultPlan } from '../../../local/faults/index.ts';
import { streamFaults } from '../../../local/faults/parts.ts';
import { fakeStream, map } from '../events/fixture.ts';

async function batchesWith(plan: FaultPlan, answer: (keys: string[]) => unknown = () => null) {
  const stream = fakeStream();
  stream.append('a', 'b', 'a', 'c');
  const faults = createFaults(plan);
  const began = performance.now();
  await using mapping = await map(stream, { BatchSize: 10 }, answer, { faults: streamFaults(faults) });
  await mapping.idle();
  return { batches: mapping.batches, lines: mapping.lines, ms: performance.now() - began };
}

test('without faults a batch comes once and whole', async () => {
  expect((await batchesWith({})).batches).toEqual([['a', 'b', 'a', 'c']]);
});

test('stream.repeated: a batch that was done comes again', async () => {
  const whole = ['a', 'b', 'a', 'c'];
  expect((await batchesWith({ 'stream.repeated': { table: 't', times: 1 } })).batches).toEqual([
    whole,
    whole,
  ]);
});

test('stream.split: a batch comes in two parts, in order', async () => {
  expect((await batchesWith({ 'stream.split': { function: 'f' } })).batches).toEqual([
    ['a', 'b'],
    ['a', 'c'],
  ]);
});

test('stream.reordered: keys overtake each other, never the records of one', async () => {
  expect((await batchesWith({ 'stream.reordered': {} })).batches).toEqual([['c'], ['b'], ['a', 'a']]);
});

test('stream.delayed: a batch comes late', async () => {
  const { batches, ms } = await batchesWith({ 'stream.delayed': { ms: 60 } });
  expect(batches).toHaveLength(1);
  expect(ms).toBeGreaterThanOrEqual(59);
});

test('a part that fails is retried by itself, and nothing is given up', async () => {
  let failures = 2;
  const { batches, lines } = await batchesWith({ 'stream.reordered': {} }, (keys) => {
    if (keys[0] === 'b' && failures-- > 0) throw new Error('not now');
    return null;
  });
  expect(batches.filter(([key]) => key === 'b')).toHaveLength(3);
  expect(batches.filter(([key]) => key === 'a')).toEqual([['a', 'a']]);
  expect(lines).toEqual([]);
});
