/** Frames of one connection that are handled at the same time: whatever the order of their calls, no half of a membership is left. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxGroups } from '../../core/limits.ts';
import { disconnect } from '../../lambdas/disconnect.ts';
import { groups } from '../../lambdas/groups.ts';
import { refresh } from '../../lambdas/refresh.ts';
import { codeOf, effectsOn, type House, socket, startHouse, tokenOf, user, waiting } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

type Step = 'subscribe' | 'unsubscribe' | 'sync' | 'refresh' | 'disconnect';

/** A connection of somebody, and where it stands in a group that shows who is there. */
async function visitor() {
  const connectionId = `${randomUUID()}=`;
  const group = `house/hall/${connectionId.slice(0, 8)}`;
  const principal = user('ann');
  await house.connections.open({
    connectionId,
    principal,
    connectedAt: clock.now,
    tokenExpiresAt: clock.now + 60_000,
    session: 's',
  });
  const frames: Record<Exclude<Step, 'disconnect'>, object> = {
    subscribe: { action: 'subscribe', groups: [{ group }] },
    unsubscribe: { action: 'unsubscribe', groups: [group] },
    sync: { action: 'sync', groups: [{ group, after: 1 }] },
    refresh: { action: 'refresh', token: tokenOf(principal) },
  };
  const run = async (step: Step, effects: ReturnType<typeof effectsOn>) => {
    if (step === 'disconnect') return disconnect(socket(connectionId, ''), effects);
    const route = step === 'refresh' ? refresh : groups;
    return route(socket(connectionId, frames[step]), effects);
  };
  /** Whether it is subscribed, a member and shown: all, or none of it. */
  const standing = async () => {
    const key = { partition: group, item: 'presence#ann' };
    const row = (await house.db.get('presence', key)) as { connections?: Set<string> } | undefined;
    return {
      subscribed: (await house.connections.find(connectionId))?.groups.includes(group) ?? false,
      member: await house.members.has(group, connectionId),
      shown: row?.connections?.has(connectionId) ?? false,
    };
  };
  const rows = () =>
    house.db.all({
      table: 'connections',
      key: { expression: 'connectionId = :id', values: { ':id': connectionId } },
    });
  return { connectionId, group, run, standing, rows };
}

const all = { subscribed: true, member: true, shown: true };
const none = { subscribed: false, member: false, shown: false };

describe('frames of one connection at the same time', () => {
  test('[SUB-6] leave it a member whole or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom<Step>('subscribe', 'unsubscribe', 'sync', 'refresh'), {
          minLength: 2,
          maxLength: 4,
        }),
        fc.boolean(),
        async (scheduler, steps, before) => {
          const { run, standing } = await visitor();
          if (before) await run('subscribe', house);
          const turn = () => scheduler.schedule(Promise.resolve()).then(() => undefined);
          const effects = effectsOn(waiting(house.db, turn), clock);
          await scheduler.waitFor(Promise.all(steps.map((step) => run(step, effects))));
          const now = await standing();
          expect([all, none]).toContainEqual(now);
          if (!steps.includes('unsubscribe'))
            expect(now).toEqual(before || steps.includes('subscribe') ? all : none);
          await run('subscribe', house);
          expect(await standing()).toEqual(all);
          await run('unsubscribe', house);
          expect(await standing()).toEqual(none);
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  }, 120_000);

  test('[SUB-6] leave nothing of a connection that closes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom<Step>('subscribe', 'unsubscribe', 'sync', 'refresh'), {
          minLength: 1,
          maxLength: 3,
        }),
        async (scheduler, steps) => {
          const { run, standing, rows } = await visitor();
          const turn = () => scheduler.schedule(Promise.resolve()).then(() => undefined);
          const effects = effectsOn(waiting(house.db, turn), clock);
          const frames = steps.map((step) => codeOf(run(step, effects)));
          await scheduler.waitFor(Promise.all([...frames, run('disconnect', effects)]));
          expect(await standing()).toEqual(none);
          expect(await rows()).toEqual([]);
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  }, 120_000);

  test('[TOKEN-4] a new token that may see less decides, also for what is being subscribed to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, before) => {
        const room = randomUUID();
        const [connectionId, group] = [`${room}=`, `house/room/${room}`];
        const principal = user('ann', { units: [`room:${room}`] });
        await house.connections.open({ connectionId, principal, connectedAt: clock.now, session: 's' });
        const subscribe = socket(connectionId, { action: 'subscribe', groups: [{ group }] });
        if (before) await groups(subscribe, house);
        const token = tokenOf(user('ann'));
        const turn = () => scheduler.schedule(Promise.resolve()).then(() => undefined);
        const effects = effectsOn(waiting(house.db, turn), clock);
        await scheduler.waitFor(
          Promise.all([
            groups(subscribe, effects),
            refresh(socket(connectionId, { action: 'refresh', token }), effects),
          ]),
        );
        expect(await house.members.has(group, connectionId)).toBe(false);
        expect((await house.connections.find(connectionId))?.groups).toEqual([]);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  }, 120_000);

  test('[RATE-3] never join more groups than a connection may have', async () => {
    const { connectionId } = await visitor();
    const asks = Array.from({ length: 6 }, (_, frame) => ({
      action: 'subscribe',
      groups: Array.from({ length: 50 }, (_, index) => ({ group: `house/room/open-${frame}-${index}` })),
    }));
    await Promise.all(asks.map((ask) => codeOf(groups(socket(connectionId, ask), house))));
    const { groups: held = [] } = (await house.connections.find(connectionId)) ?? {};
    expect(held.length).toBeLessThanOrEqual(maxGroups);
    const members = await Promise.all(
      asks.flatMap(({ groups: wanted }) => wanted).map(({ group }) => house.members.has(group, connectionId)),
    );
    expect(members.filter(Boolean)).toHaveLength(held.length);
  }, 60_000);
});
