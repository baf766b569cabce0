import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Item, type State, stateOf, type Write } from '../../../core/domain.ts';
import { maxItemBytes } from '../../../lambdas/adapters/items.ts';
import { runRule, stableIds } from '../../../lambdas/rule.ts';
import { codeOf, house as domain, type House, startHouse } from '../support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

const freshPartition = () => `room:${randomUUID()}`;
const lamp = (partition: string, key: string) => ({ entity: 'lamp', partition, key });
const create = (partition: string, key: string): Write => ({
  op: 'create',
  ref: lamp(partition, key),
  data: { on: false, room: 'a' },
});
const read = async (partition: string, key: string) =>
  (await house.items.read('house', [{ partition, entity: 'lamp', key }]))[0];
const mustRead = async (partition: string, key: string): Promise<Item> => {
  const item = await read(partition, key);
  if (item === undefined) throw new Error('the item is missing');
  return item;
};

describe('writes of items', () => {
  test('create begins rev at the current time, does not overwrite, and comes back as it was', async () => {
    const partition = freshPartition();
    expect(await house.items.write(domain, [create(partition, 'x#y')], clock.now)).toBe('done');
    expect(await read(partition, 'x#y')).toEqual({
      entity: 'lamp',
      partition,
      key: 'x#y',
      rev: clock.now,
      data: { on: false, room: 'a' },
      hidden: {},
    });
    expect(await house.items.write(domain, [create(partition, 'x#y')], clock.now)).toBe('lost');
  });

  test('update and remove hold only while rev is what was read, and keep what is hidden', async () => {
    const partition = freshPartition();
    await house.put({ ...lamp(partition, 'x'), data: { on: false, room: 'a' }, hidden: { seq: 4 } });
    const was = await mustRead(partition, 'x');
    const update: Write = { op: 'update', was, data: { on: true, room: 'a' } };
    expect(await house.items.write(domain, [update], clock.now)).toBe('done');
    expect(await read(partition, 'x')).toMatchObject({ rev: 2, data: { on: true }, hidden: { seq: 4 } });
    expect(await house.items.write(domain, [update], clock.now)).toBe('lost');
    expect(await house.items.write(domain, [{ op: 'remove', was }], clock.now)).toBe('lost');
    const current = await mustRead(partition, 'x');
    expect(await house.items.write(domain, [{ op: 'remove', was: current }], clock.now)).toBe('done');
    expect(await read(partition, 'x')).toBeUndefined();
  });

  test('add counts whatever others write in between, and raises rev', async () => {
    const partition = freshPartition();
    await house.put({ entity: 'meter', partition, key: 'm', data: { total: 1 } });
    const [was] = await house.items.read('house', [{ partition, entity: 'meter' }]);
    if (was === undefined) throw new Error('the meter is missing');
    const add: Write = { op: 'add', was, amounts: { total: 2 } } as Write;
    await Promise.all([1, 2, 3].map(() => house.items.write(domain, [add], clock.now)));
    const [meter] = await house.items.read('house', [{ partition, entity: 'meter', key: 'm' }]);
    expect(meter).toMatchObject({ rev: 4, data: { total: 7 } });
  });

  test('several writes are done all or none', async () => {
    const partition = freshPartition();
    await house.items.write(domain, [create(partition, 'a')], clock.now);
    expect(await house.items.write(domain, [create(partition, 'b'), create(partition, 'a')], clock.now)).toBe(
      'lost',
    );
    expect(await read(partition, 'b')).toBeUndefined();
    expect(await house.items.write(domain, [create(partition, 'b'), create(partition, 'c')], clock.now)).toBe(
      'done',
    );
    expect(await read(partition, 'c')).toBeDefined();
  });

  test('data that does not fit the schema, or is too large for a frame, never reaches the table', async () => {
    const partition = freshPartition();
    const ref = lamp(partition, 'a');
    const wrong: Write = { op: 'create', ref, data: { on: 'yes', room: 'a' } };
    await expect(house.items.write(domain, [wrong], clock.now)).rejects.toThrow('on');
    const large: Write = { op: 'create', ref, data: { on: true, room: 'a', note: 'x'.repeat(maxItemBytes) } };
    expect(await codeOf(house.items.write(domain, [large], clock.now))).toBe('too_large');
    expect(await read(partition, 'a')).toBeUndefined();
  });

  test('a partition is read whole over its pages, of one entity when asked, without doubles', async () => {
    const partition = freshPartition();
    for (let index = 0; index < 130; index += 1) {
      const data = { on: true, room: 'a', note: 'x'.repeat(10_000) };
      await house.put({ ...lamp(partition, `l${index}`), data });
    }
    await house.put({ entity: 'meter', partition, key: 'm', data: { total: 1 } });
    const all = await house.items.read('house', [{ partition }, { partition, entity: 'meter', key: 'm' }]);
    expect(all).toHaveLength(131);
    expect(stateOf(all).list('meter')).toHaveLength(1);
    expect(await house.items.read('house', [{ partition, entity: 'lamp' }])).toHaveLength(130);
  });
});

describe('a rule', () => {
  const reads = (partition: string) => [{ partition, entity: 'meter', key: 'm' }];
  const increment = (partition: string, seen: string[] = [], ids = stableIds()) =>
    runRule(
      domain,
      reads(partition),
      (state) => {
        ids.restart();
        seen.push(ids.id());
        const was = state.get('meter', 'm') as Item<{ total: number }>;
        return {
          writes: [{ op: 'update', was, data: { total: was.data.total + 1 } }],
          value: was.data.total + 1,
        };
      },
      house,
    );

  test('that loses races reads again and is run again, with the same ids, until each counted once', async () => {
    const partition = freshPartition();
    await house.put({ entity: 'meter', partition, key: 'm', data: { total: 0 } });
    const seen: string[][] = [[], [], [], []];
    await Promise.all(seen.map((ids) => increment(partition, ids)));
    expect((await house.items.read('house', reads(partition)))[0]).toMatchObject({
      rev: 5,
      data: { total: 4 },
    });
    expect(seen.some((ids) => ids.length > 1)).toBe(true);
    for (const ids of seen) expect(new Set(ids).size).toBe(1);
    expect(seen[0]?.[0]).toMatch(/^[0-9a-z]{10}$/);
  });

  test('that needs what only the state names gets it too, and nothing twice', async () => {
    const partition = freshPartition();
    const elsewhere = freshPartition();
    await house.put({ entity: 'meter', partition, key: 'm', data: { total: 7 } });
    await house.put({ entity: 'meter', partition: elsewhere, key: 'far', data: { total: 8 } });
    const decide = (state: State) => ({
      writes: [],
      value: state.list('meter').map(({ data }) => (data as { total: number }).total),
    });
    const further = (state: State) => {
      expect(state.list('meter')).toHaveLength(1);
      return [...reads(partition), { partition: elsewhere, entity: 'meter', key: 'far' }];
    };
    expect(await runRule(domain, reads(partition), decide, house, further)).toEqual({ value: [7, 8] });
  });

  test('that loses every race may be tried again later', async () => {
    const partition = freshPartition();
    const items = { ...house.items, write: async () => 'lost' as const };
    const pauses: number[] = [];
    const pause = async (ms: number) => void pauses.push(ms);
    const options = { ...house, items, pause };
    const lost = runRule(domain, reads(partition), () => ({ writes: [], value: 1 }), options);
    expect(await codeOf(lost)).toBe('rate_limited');
    // More rounds than the ten winners of the busiest race that is promised (test/integration/stations.test.ts).
    expect(pauses.length).toBeGreaterThan(10);
  });
});
