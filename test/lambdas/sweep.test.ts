import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sweep } from '../../lambdas/sweep.ts';
import { house as domain, furnish, type House, startHouse } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
  await furnish(house);
});
afterAll(() => house[Symbol.asyncDispose]());

describe('the sweep', () => {
  test('[SWEEP-1] writes what is due, and leaves a lost race to the next minute', async () => {
    const lampOn = (key: string, offAt: number) =>
      house.put({ partition: 'room:cellar', entity: 'lamp', key, data: { on: true, room: 'cellar', offAt } });
    await lampOn('due', clock.now);
    await lampOn('later', clock.now + 1);
    await lampOn('raced', clock.now);
    const items: House['items'] = {
      ...house.items,
      write: (of, writes, now, guard) => {
        const [write] = writes;
        const raced = write !== undefined && write.op === 'update' && write.was.key === 'raced';
        return raced ? Promise.resolve('lost') : house.items.write(of, writes, now, guard);
      },
    };
    await sweep({ ...house, items });
    const lamps = await house.items.read('house', [{ partition: 'room:cellar', entity: 'lamp' }]);
    expect(lamps.map(({ key, data }) => [key, (data as { on: boolean }).on])).toEqual([
      ['due', false],
      ['later', true],
      ['raced', true],
    ]);
  });

  test('[SWEEP-1] a rule sees the directory beside its partition', async () => {
    const seen: string[][] = [];
    const curious: typeof domain = {
      ...domain,
      sweep: {
        partitions: () => ['room:cellar'],
        run: (_state, _now, directory) => {
          seen.push(directory.list('room').map(({ key }) => key));
          return [];
        },
      },
    };
    await sweep({ ...house, domains: [curious] });
    const rooms = await house.items.read('house', [{ partition: domain.directory, entity: 'room' }]);
    expect(rooms.length).toBeGreaterThan(0);
    expect(seen).toEqual([rooms.map(({ key }) => key)]);
  });

  test('[SWEEP-2] a partition that fails does not stop the others, and fails the run', async () => {
    await house.put({
      partition: 'room:open-hall',
      entity: 'lamp',
      key: 'x',
      data: { on: true, room: 'open-hall', offAt: 1 },
    });
    const items: House['items'] = {
      ...house.items,
      read: (name, reads) =>
        reads[0]?.partition === 'room:attic'
          ? Promise.reject(new Error('no'))
          : house.items.read(name, reads),
    };
    await expect(sweep({ ...house, domains: [domain], items })).rejects.toThrow('1 partitions');
    expect(
      (await house.items.read('house', [{ partition: 'room:open-hall', entity: 'lamp' }]))[0]?.data,
    ).toMatchObject({ on: false });
  });
});
