import { describe, expect, test } from 'vitest';
import {
  createFaults,
  FaultError,
  type FaultKind,
  faultKinds,
  readPlan,
} from '../../../local/faults/index.ts';

describe('a plan', () => {
  test('is taken with every kind, one rule or a list', () => {
    const plan = {
      seed: 7,
      ...Object.fromEntries(Object.keys(faultKinds).map((kind) => [kind, { rate: 0.5 }])),
    };
    expect(readPlan(plan)).toBe(plan);
    expect(readPlan({ 'post.lost': [{ body: 'a' }, { times: 2 }] })).toBeDefined();
    expect(readPlan({ 'clock.skewed': { ms: -3000, function: 'Groups' } })).toBeDefined();
  });

  test.each([
    [[], /object/],
    [{ 'post.lots': {} }, /no fault "post.lots".*post.lost/],
    [{ 'post.lost': 0.5 }, /post.lost must be a rule/],
    [{ 'post.lost': { rate: 2 } }, /post.lost.rate must be from 0 to 1/],
    [{ 'post.lost': { often: 1 } }, /post.lost has no "often"/],
    [{ 'post.lost': [{ times: -1 }] }, /times must be a whole number/],
    [{ 'post.delayed': { ms: 'long' } }, /ms must be a number/],
    [{ 'post.lost': { body: '' } }, /body must be a text/],
    [{ 'post.lost': { ms: 5 } }, /post.lost has no "ms". It takes rate, times, function, body/],
    [{ 'post.lost': { table: 'Log' } }, /post.lost has no "table"/],
    [{ 'stream.split': { body: 'x' } }, /stream.split has no "body"/],
    [{ 'table.lagging': { table: 'Log' } }, /table.lagging has no "table"/],
    [{ 'connection.disconnectLost': { function: 'x' } }, /has no "function"/],
    [{ 'post.delayed': { ms: -1 } }, /post.delayed.ms must not be negative/],
    [{ seed: 'x' }, /seed/],
  ])('is refused with the place of what is wrong: %j', (plan, why) => {
    expect(() => readPlan(plan)).toThrow(FaultError);
    expect(() => readPlan(plan)).toThrow(why);
  });
});

describe('faults', () => {
  const count = (faults: ReturnType<typeof createFaults>, kind: FaultKind, subject = {}) =>
    Array.from({ length: 1000 }, () => faults.strikes(kind, subject)).filter(Boolean).length;

  test('are off without a plan, and after an empty one', () => {
    const faults = createFaults();
    expect([faults.off, count(faults, 'post.lost')]).toEqual([true, 0]);
    faults.set({ 'post.lost': {} });
    expect([faults.off, count(faults, 'post.lost'), count(faults, 'post.gone')]).toEqual([false, 1000, 0]);
    faults.set({});
    expect([faults.off, count(faults, 'post.lost')]).toEqual([true, 0]);
  });

  test('strike at their rate, the same ones for the same seed', () => {
    const faults = createFaults({ seed: 3, 'post.lost': { rate: 0.3 } });
    const throws = () => Array.from({ length: 1000 }, () => faults.strikes('post.lost'));
    const first = throws();
    const hits = first.filter(Boolean).length;
    expect(hits).toBeGreaterThan(240);
    expect(hits).toBeLessThan(360);
    expect(faults.struck).toEqual({ 'post.lost': hits });
    faults.set(faults.plan);
    expect(throws()).toEqual(first);
    faults.set({ ...faults.plan, seed: 4 });
    expect(throws()).not.toEqual(first);
  });

  test('strike only what fits all filters, and so often as they may', () => {
    const faults = createFaults({
      'post.lost': [
        { body: 'line/north', function: 'Broadcast', times: 3 },
        { body: 'site', times: 1 },
      ],
    });
    const body = Buffer.from('{"group":"factory/line/north"}');
    expect(count(faults, 'post.lost', { body, function: 'App-Signal-1' })).toBe(0);
    expect(count(faults, 'post.lost', { body: Buffer.from('line/south'), function: 'App-Broadcast-1' })).toBe(
      0,
    );
    expect(count(faults, 'post.lost', { body, function: 'App-Broadcast-1' })).toBe(3);
    expect(count(faults, 'post.lost', { body: 'a site' })).toBe(1);
  });

  test('that take time take the time of the rule, or else their usual one', () => {
    const faults = createFaults({ 'post.delayed': {}, 'post.hung': { ms: 5 } });
    expect(faults.strikesFor('post.delayed')).toBe(faultKinds['post.delayed'].ms);
    expect(faults.strikesFor('post.hung')).toBe(5);
    expect(faults.strikesFor('stream.delayed')).toBeUndefined();
  });
});
