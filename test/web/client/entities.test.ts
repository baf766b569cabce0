import { expect, expectTypeOf, test } from 'vitest';
import type { Machine } from '../../../domains/factory/entities.ts';
import type { factory } from '../../../domains/factory/index.ts';
import type { kitchen } from '../../../domains/kitchen/index.ts';
import type { ClientEntities } from '../../../web/client/index.ts';
import { north, setup } from './setup.ts';

test('the definition of a domain types all that a client reads of it, without a cast', async () => {
  const { clock, server, client } = setup<ClientEntities<typeof factory>>();
  server.group(north).write({ 'loom-1': { counter: 41 } });
  const line = client.group(north);
  const heard: number[] = [];
  line.onItem((change) => {
    if (change.entity !== 'machine') return;
    expectTypeOf(change.item?.data).toEqualTypeOf<Machine | undefined>();
    heard.push(change.item?.data.counter ?? 0);
  });
  await clock.advance(0);
  const machine = line.get('machine', 'loom-1');
  expectTypeOf(machine?.data).toEqualTypeOf<Machine | undefined>();
  expect([heard, machine?.data.counter]).toEqual([[41], 41]);
  // @ts-expect-error: a factory has no such entity.
  expect(line.list('robot')).toEqual([]);
  // @ts-expect-error: a machine has no such member.
  expect(machine?.data.colour).toBeUndefined();
});

test('a client of two domains has the entities of both', () => {
  type Both = ClientEntities<typeof factory> & ClientEntities<typeof kitchen>;
  expectTypeOf<Both['machine']>().toEqualTypeOf<Machine>();
  expectTypeOf<keyof ClientEntities<typeof factory>>().toExtend<keyof Both>();
  expectTypeOf<keyof ClientEntities<typeof kitchen>>().toExtend<keyof Both>();
  expectTypeOf<keyof ClientEntities<typeof kitchen>>().not.toEqualTypeOf<string>();
});
