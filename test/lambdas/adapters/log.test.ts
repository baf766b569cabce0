import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '../../../core/protocol.ts';
import { createLog } from '../../../lambdas/adapters/log.ts';
import { type House, retentionSeconds, startHouse } from '../support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

const event = (rev: number): Event => ({ entity: 'lamp', key: 'a', rev, op: 'put', data: { on: true } });
const freshGroup = () => `house/room/${randomUUID()}`;

describe('the log of a group', () => {
  test('[LOG-1] begins at the current epoch milliseconds and rises by one', async () => {
    const group = freshGroup();
    expect(await house.log.append(group, [event(1)])).toEqual({ offset: clock.now, conflicts: 0 });
    expect(await house.log.append(group, [event(2)])).toEqual({ offset: clock.now + 1, conflicts: 0 });
    expect(await house.log.between(group, clock.now - 1, clock.now + 1)).toMatchObject([
      { offset: clock.now, events: [event(1)] },
      { offset: clock.now + 1, events: [event(2)] },
    ]);
  });

  test('[LOG-1] gets each offset once however many append at the same time', async () => {
    const group = freshGroup();
    const done = await Promise.all(
      Array.from({ length: 12 }, (_, rev) => house.log.append(group, [event(rev)])),
    );
    const offsets = done.map(({ offset }) => offset).sort((a, b) => a - b);
    expect(offsets).toEqual(Array.from({ length: 12 }, (_, index) => clock.now + index));
    expect(done.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBeGreaterThan(0);
    const entries = (await house.log.between(group, clock.now - 1, clock.now + 11)) ?? [];
    expect(entries.flatMap(({ events }) => events.map(({ rev }) => rev)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, rev) => rev),
    );
  });

  test('[LOG-1] is not read again by who appends alone, and is when another came between or half of its time is over', async () => {
    const group = freshGroup();
    const later = { now: clock.now };
    let reads = 0;
    const counting = {
      ...house.db,
      query: (...call: Parameters<typeof house.db.query>) => {
        reads += 1;
        return house.db.query(...call);
      },
    };
    const open = (db: typeof house.db) =>
      createLog({ db, table: 'log', retentionSeconds, now: () => later.now, pause: async () => undefined });
    const [one, other] = [open(counting), open(house.db)];
    const append = async () => {
      reads = 0;
      const { offset, conflicts } = await one.append(group, [event(1)]);
      return [offset - clock.now, conflicts, reads];
    };
    expect(await append()).toEqual([0, 0, 1]);
    expect(await append()).toEqual([1, 0, 1]);
    expect(await append()).toEqual([2, 0, 0]);
    await other.append(group, [event(1)]);
    expect(await append()).toEqual([4, 1, 1]);
    await other.append(group, [event(1)]);
    // Two that take turns read first, and do not collide.
    expect(await append()).toEqual([6, 0, 1]);
    expect(await append()).toEqual([7, 0, 1]);
    expect(await append()).toEqual([8, 0, 0]);
    later.now += (retentionSeconds / 2) * 1000;
    expect(await append()).toEqual([9, 0, 1]);
    // After its whole retention the log is empty, and nobody goes on where it was.
    later.now += retentionSeconds * 1000;
    const { offset } = await other.append(group, [event(1)]);
    expect(offset).toBe(later.now);
    expect((await one.append(group, [event(1)])).offset).toBe(offset + 1);
  });

  test('[LOG-5] is opened with one base entry, whoever opens it first', async () => {
    const group = freshGroup();
    const offsets = await Promise.all(Array.from({ length: 6 }, () => house.log.open(group)));
    expect(new Set(offsets)).toEqual(new Set([clock.now]));
    expect(await house.log.append(group, [event(1)])).toMatchObject({ offset: clock.now + 1 });
  });

  test('[LOG-6] lives on while it is listened to, and is empty after its retention though not swept', async () => {
    const group = freshGroup();
    const later = { now: clock.now };
    const log = createLog({ db: house.db, table: 'log', retentionSeconds, now: () => later.now });
    const first = await log.open(group);
    later.now += (retentionSeconds / 2 - 1) * 1000;
    await log.open(group);
    later.now += 2_000;
    await log.open(group);
    later.now += (retentionSeconds - 1) * 1000;
    expect(await log.last(group)).toBe(first);
    later.now += 2_000;
    expect(await log.last(group)).toBeUndefined();
    expect(await log.between(group, first - 1, first)).toEqual([]);
    expect(await log.open(group)).toBe(later.now);
  });

  test('[LOG-7] is not read over a gap that a snapshot repairs more cheaply', async () => {
    expect(await house.log.between(freshGroup(), 0, 100_000)).toBeUndefined();
  });
});
