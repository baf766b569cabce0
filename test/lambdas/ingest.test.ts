import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ingest } from '../../lambdas/ingest.ts';
import { furnish, type House, http, replyTo, startHouse } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
  await furnish(house);
});
afterAll(() => house[Symbol.asyncDispose]());

describe('pulses', () => {
  const key = 'pcd_attic';
  beforeAll(async () => {
    await house.access.addDeviceKey(key, {
      device: 'd1',
      machines: ['m-attic', 'm-nowhere'],
      createdAt: 1,
      createdBy: 'root',
    });
    await house.access.addDeviceKey('pcd_old', {
      device: 'd0',
      createdAt: 1,
      createdBy: 'root',
      revokedAt: 2,
    });
  });
  const pulses = (count: number, each = 1) =>
    Array.from({ length: count }, () => ({ at: clock.now, count: each }));
  const post = (json: unknown, token: string | undefined = key) =>
    replyTo(
      ingest(
        http('POST', '/api/pulses', {
          json,
          headers: token === '' ? {} : { authorization: `Bearer ${token}` },
        }),
        house,
      ),
    );
  const total = async () =>
    (await house.items.read('house', [{ partition: 'room:attic', entity: 'meter' }]))[0]?.data;

  test('[SEQ-1] count exactly once: repeats, overlaps and races are duplicates, holes are refused', async () => {
    const machineId = 'm-attic';
    expect(await post({ machineId, firstSeq: 1, pulses: pulses(3) })).toMatchObject({
      status: 202,
      body: { accepted: 3, duplicates: 0, nextSeq: 4 },
    });
    expect((await post({ machineId, firstSeq: 1, pulses: pulses(3) })).body).toEqual({
      accepted: 0,
      duplicates: 3,
      nextSeq: 4,
    });
    expect((await post({ machineId, firstSeq: 3, pulses: pulses(3) })).body).toEqual({
      accepted: 2,
      duplicates: 1,
      nextSeq: 6,
    });
    expect(await post({ machineId, firstSeq: 9, pulses: pulses(1) })).toMatchObject({
      status: 409,
      body: { code: 'sequence_gap', nextSeq: 6 },
    });
    const race = await Promise.all(
      [1, 2, 3].map(() => post({ machineId, firstSeq: 6, pulses: pulses(2, 10) })),
    );
    expect(race.map(({ body }) => body.accepted).toSorted()).toEqual([0, 0, 2]);
    expect(await total()).toEqual({ total: 25 });
  });

  test('[SEQ-3] need a key in use, of a device that may post for the machine', async () => {
    const batch = { machineId: 'm-attic', firstSeq: 1, pulses: pulses(1) };
    for (const token of ['', 'pcd_unknown', 'pcd_old', 'jwt'])
      expect(await post(batch, token)).toMatchObject({ status: 401 });
    for (const machineId of ['m-cellar', 'm-nowhere', 'm-never']) {
      expect(await post({ ...batch, machineId })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
  });

  test('[HTTP-3] are checked, with the path of each fault', async () => {
    const machineId = 'm-attic';
    const bad: [unknown, string][] = [
      [
        {
          machineId,
          firstSeq: 1,
          pulses: [
            { at: clock.now, count: 1 },
            { at: clock.now, count: 0 },
          ],
        },
        'pulses.1.count',
      ],
      [{ machineId, firstSeq: 1, pulses: [{ at: clock.now, count: 10_001 }] }, 'pulses.0.count'],
      [{ machineId, firstSeq: 1, pulses: [{ at: clock.now, count: 1.5 }] }, 'pulses.0.count'],
      [{ machineId, firstSeq: 1, pulses: [{ at: clock.now + 300_001, count: 1 }] }, 'pulses.0.at'],
      [{ machineId, firstSeq: 1, pulses: [{ at: clock.now - 31 * 86_400_000, count: 1 }] }, 'pulses.0.at'],
      [{ machineId, firstSeq: 1, pulses: [{ at: '1', count: 1 }] }, 'pulses.0.at'],
      [{ machineId, firstSeq: 1, pulses: [] }, 'pulses'],
      [{ machineId, firstSeq: 1, pulses: pulses(501) }, 'pulses'],
      [{ machineId, firstSeq: -1, pulses: pulses(1) }, 'firstSeq'],
      [{ machineId: 'a/b', firstSeq: 1, pulses: pulses(1) }, 'machineId'],
      [[], 'machineId'],
    ];
    for (const [batch, path] of bad) {
      const { status, body } = await post(batch);
      expect([status, body.code, body.errors[0].path]).toEqual([422, 'invalid_input', path]);
    }
  });
});
