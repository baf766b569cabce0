import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingest } from '../../lambdas/ingest.ts';
import { createPlaces } from '../../lambdas/places.ts';
import { bodyOf, codeOf, house as domain, type House, http, startHouse } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
  await house.access.addDeviceKey('pcd_x', { device: 'x', createdAt: 1, createdBy: 'root' });
});
afterAll(() => house[Symbol.asyncDispose]());

/** Puts a meter into a room, by the directory and by its item. */
async function install(meter: string, room: string) {
  await house.put({ partition: 'rooms', entity: 'room', key: room, data: { title: room, meters: [meter] } });
  await house.put({ partition: `room:${room}`, entity: 'meter', key: meter, data: { total: 0 } });
}

test('[SEQ-2] the directory is read once for many pulses, and again for a machine that has moved', async () => {
  const [meter, attic, cellar] = [`m-${randomUUID()}`, randomUUID(), randomUUID()];
  await install(meter, attic);
  let reads = 0;
  const counting: typeof house.items.read = (name, wanted) => {
    if (wanted.some(({ partition }) => partition === 'rooms')) reads += 1;
    return house.items.read(name, wanted);
  };
  const places = createPlaces([domain], { read: counting }, () => clock.now);
  const post = (firstSeq: number, machineId = meter) =>
    ingest(
      http('POST', '/api/pulses', {
        json: { machineId, firstSeq, pulses: [{ at: clock.now, count: 1 }] },
        headers: { authorization: 'Bearer pcd_x' },
      }),
      { ...house, places },
    );
  for (const seq of [1, 2, 3]) expect(bodyOf(await post(seq))).toMatchObject({ accepted: 1 });
  expect(reads).toBe(1);

  await house.db.write({ table: 'house', remove: { partition: `room:${attic}`, item: `meter#${meter}` } });
  await house.db.write({ table: 'house', remove: { partition: 'rooms', item: `room#${attic}` } });
  await install(meter, cellar);
  expect(bodyOf(await post(1))).toMatchObject({ accepted: 1 });
  expect(bodyOf(await post(2))).toMatchObject({ accepted: 1 });
  expect(reads).toBe(2);

  expect(await codeOf(post(1, 'm-nowhere'))).toBe('forbidden');
  const before = reads;
  clock.now += 59_999;
  expect(bodyOf(await post(3))).toMatchObject({ accepted: 1 });
  expect(reads).toBe(before);
  clock.now += 1;
  expect(bodyOf(await post(4))).toMatchObject({ accepted: 1 });
  expect(reads).toBe(before + 1);
});
