/** The whole way of a pulse under each kind of fault: it strikes, and in the end every view is as the table. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FaultKind, type FaultRule, faultKinds } from '../../../local/faults/index.ts';
import { difference, rest } from '../../model/compare.ts';
import { ClientMember, type Member } from '../../model/member.ts';
import { PlainMember } from '../../model/plain-member.ts';
import { buildPlant, type Plant } from '../../model/plant.ts';
import { leaksOn } from '../../model/tape.ts';
import { Truth } from '../../model/truth.ts';
import { startWorld, type World } from '../../model/world.ts';

let world: World;
let plant: Plant;
let truth: Truth;
let members: Member[] = [];
const pulses = new Map<string, number>();

beforeAll(async () => {
  world = await startWorld();
  truth = await Truth.from(world.cloud);
  plant = await buildPlant(world, 'survived');
  const { token, api: _api, ...user } = plant.users['shift-lead'];
  members = [
    new ClientMember('a', world.origin, user, () => world.token(user), Math.random),
    new PlainMember('b', world.origin, user, token),
  ];
  for (const member of members) for (const group of plant.groups) member.look(group);
  expect(await rest(members, truth, 10_000)).toBe(true);
}, 120_000);
afterAll(async () => {
  for (const member of members) member.close();
  await world?.close();
});

/** Pulses of every machine, each sent until it is taken. */
async function pulse(): Promise<void> {
  await Promise.all(
    plant.devices.map(async (device) => {
      device.push({ at: Date.now(), count: 2 });
      pulses.set(device.machineId, (pulses.get(device.machineId) ?? 0) + 2);
      while (device.waiting > 0) await device.flush().catch(() => pause(10));
    }),
  );
}

/** `table.lagging` strikes reads of global indexes, and this app has none: effects.test.ts shows it. */
const rules: Record<Exclude<FaultKind, 'table.lagging'>, FaultRule> = {
  'post.lost': { rate: 0.5 },
  'post.delayed': { rate: 0.5, ms: 50 },
  'post.gone': { rate: 0.3 },
  'post.tooLarge': { rate: 0.5 },
  'post.throttled': { rate: 0.5 },
  'post.failed': { rate: 0.5 },
  'post.hung': { times: 2, ms: 4000 },
  'stream.repeated': {},
  'stream.split': {},
  'stream.reordered': {},
  'stream.delayed': { ms: 30 },
  'table.conflict': { rate: 0.3, table: 'Factory' },
  'table.throttled': { rate: 0.2 },
  'table.delayed': { rate: 0.5, ms: 40 },
  'table.unanswered': { rate: 0.2 },
  'function.throttled': { rate: 0.3 },
  'function.failed': { rate: 0.3 },
  'function.timedOut': { ms: 3, times: 3 },
  'function.killedBefore': { times: 3 },
  'function.killedDuring': { ms: 3, times: 3 },
  'function.killedAfter': { times: 3 },
  'connection.cut': { rate: 0.3 },
  'connection.disconnectLost': {},
  'clock.skewed': { ms: 3000, function: 'Groups' },
};

test('every kind is tried', () => {
  expect(Object.keys({ ...rules, 'table.lagging': {} }).sort()).toEqual(Object.keys(faultKinds).sort());
});

test.each(Object.entries(rules))(
  '%s strikes, and is survived',
  async (kind, rule) => {
    const { faults } = world.cloud;
    // Batches of more than one record come about when they wait.
    faults.set({ seed: 1, 'stream.delayed': { ms: kind.startsWith('stream') ? 30 : 0 }, [kind]: rule });
    const struck = () => faults.struck[kind as FaultKind] ?? 0;
    for (let round = 0; round < 40 && (round < 2 || struck() === 0); round += 1) {
      await pulse();
      for (const member of members) {
        if (kind === 'connection.disconnectLost') member.cut();
        else if (round % 3 === 2) member.refresh();
      }
      await pause(20);
    }
    expect(struck()).toBeGreaterThan(0);
    faults.set({});
    await pulse();
    await world.cloud.idle();
    for (const member of members) member.refresh();
    await rest(members, truth, 10_000);
    const behind = members.flatMap((member) =>
      member.groups().map((group) => [member.name, group, difference(member, group, truth)]),
    );
    expect(behind.filter(([, , why]) => why !== undefined)).toEqual([]);
    for (const { machineId } of plant.devices) {
      const counter = truth.versions.get(`machine ${machineId}`)?.at(-1)?.data.counter;
      expect(counter).toBe(pulses.get(machineId));
    }
    expect(members.flatMap(({ oddities }) => oddities)).toEqual([]);
    expect(members.flatMap(({ tape, user }) => leaksOn(tape, user, truth))).toEqual([]);
    expect(world.givenUp()).toEqual([]);
  },
  40_000,
);
