/** Subscribing while items change and broadcasters run: whatever the order of their calls, nothing is lost. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupsOf } from '../../core/changes.ts';
import type { GroupEvents, GroupState } from '../../core/protocol.ts';
import { applyEntry, GroupView } from '../../core/view.ts';
import type { Db } from '../../lambdas/adapters/dynamo.ts';
import type { PostAll } from '../../lambdas/adapters/post.ts';
import { broadcast } from '../../lambdas/broadcast.ts';
import { groups } from '../../lambdas/groups.ts';
import { streamArn } from '../local/dynamodb/server.ts';
import {
  bodyOf,
  house as domain,
  effectsOn,
  type House,
  socket,
  startHouse,
  user,
  waiting,
} from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

type Actor = 'writer' | 'caster' | 'screen';

/**
 * Lets each call to the database wait for its turn. Turns are in any order, but one actor is favoured for a while: the
 * others mostly stand back. That opens wide windows between two calls of one actor, where races hide.
 */
function turns(scheduler: fc.Scheduler, favours: readonly Actor[]) {
  let taken = 0;
  const turn = async (actor: Actor) => {
    for (let standing = 0; standing < 6; standing += 1) {
      await scheduler.schedule(Promise.resolve());
      if (favours[Math.floor(taken / 6) % favours.length] === actor) break;
    }
    taken += 1;
  };
  return (actor: Actor, db: Db): Db => waiting(db, () => turn(actor));
}

/** What a client does: holds pushes until its reply, applies what follows, asks for gaps. */
function client(group: string, connectionId: string, effects: ReturnType<typeof effectsOn>) {
  const view = new GroupView();
  const held: GroupEvents[] = [];
  const pushed = new Set<number>();
  let position = 0;
  let busy = true;
  const take = (state: GroupState | undefined) => {
    if (state === undefined) return;
    if ('error' in state) throw new Error(state.error.code);
    if (state.recovered) view.applyRecovered(state.offset, state.events);
    else view.applySnapshot(state.offset, state.snapshot);
  };
  const settle = async () => {
    for (let entry = held.shift(); entry !== undefined; entry = held.shift()) {
      if (applyEntry(view, entry) !== 'gap') continue;
      const frame = { action: 'sync', groups: [{ group, after: view.offset }] };
      take(bodyOf(await groups(socket(connectionId, frame), effects)).groups[0]);
    }
    busy = false;
  };
  return {
    view,
    push: async (entries: readonly GroupEvents[]) => {
      held.push(...entries);
      for (const { offset } of entries) pushed.add(offset);
      if (busy) return;
      busy = true;
      await settle();
    },
    /** Subscribes; with `after` as a client that comes back and knows its position. */
    subscribe: async (after?: number) => {
      busy = true;
      const wanted = after === undefined ? { group } : { group, after };
      const frame = { action: 'subscribe', groups: [wanted] };
      take(bodyOf(await groups(socket(connectionId, frame), effects)).groups[0]);
      position = view.offset ?? 0;
      await settle();
    },
    /** The offsets up to `last` that came neither with the last reply nor after it. */
    missing: (last: number) =>
      Array.from({ length: Math.max(0, last - position) }, (_, index) => position + 1 + index).filter(
        (offset) => !pushed.has(offset),
      ),
    leave: async () => {
      await groups(socket(connectionId, { action: 'unsubscribe', groups: [group] }), effects);
    },
  };
}

const step = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  what: fc.constantFrom('put', 'put', 'move', 'remove'),
});

test('[SUB-2] every change is in the snapshot, in the reply, or pushed, in any order of calls', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(step, { minLength: 4, maxLength: 12 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 2 }),
      fc.array(fc.constantFrom<Actor>('writer', 'caster', 'screen'), { minLength: 3, maxLength: 12 }),
      async (scheduler, steps, batch, comebacks, favours) => {
        const room = randomUUID();
        const group = `house/room/${room}`;
        const partition = `room:${room}`;
        const connectionId = `${room}=`;
        const inTurn = turns(scheduler, favours);
        const writer = inTurn('writer', house.db);
        const caster = effectsOn(inTurn('caster', house.db), clock);
        const principal = user('ann', { units: [`room:${room}`] });
        await house.connections.open({ connectionId, principal, connectedAt: clock.now });
        let position = await house.server.dynamo.stream(streamArn('house'))?.latest();
        const screen = client(group, connectionId, effectsOn(inTurn('screen', house.db), clock));
        const post: PostAll = async (messages) => {
          for (const { frames } of messages) {
            for (const text of frames) await screen.push(JSON.parse(text).groups);
          }
          return { posts: messages.length, gone: [], throttled: 0, unsent: 0 };
        };
        let writing = true;
        let wake: () => void = () => undefined;
        const stop = house.server.dynamo.stream(streamArn('house'))?.onAppend(() => wake());
        const write = async () => {
          for (const [index, { key, what }] of steps.entries()) {
            const id = { partition, item: `lamp#${key}` };
            const rev = index + 1;
            const data = { on: index % 2 === 0, room: what === 'move' ? `${room}-else` : room };
            if (what === 'remove') await writer.write({ table: 'house', remove: id });
            else await writer.write({ table: 'house', put: { ...id, rev: clock.now + rev * 10, data } });
          }
          writing = false;
          wake();
        };
        const cast = async () => {
          for (;;) {
            const woken = new Promise<void>((resolve) => {
              wake = resolve;
            });
            const last = !writing;
            const records = (await house.records(position)).slice(0, batch);
            if (records.length === 0) {
              if (last) return;
              await woken;
              continue;
            }
            position = records.at(-1)?.dynamodb.SequenceNumber;
            const domainOf = () => domain;
            // Two shards of the stream, each with its own items, at the same time.
            const isA = (record: (typeof records)[number]) => record.dynamodb.Keys.item.S === 'lamp#a';
            const shards = [
              records.filter(isA),
              records.filter((one: (typeof records)[number]) => !isA(one)),
            ];
            await Promise.all(
              shards.map((shard) =>
                broadcast(shard, () => 60_000, {
                  ...caster,
                  domainOf,
                  post,
                  fanOut: () => Promise.reject(new Error('one screen needs no fan-out')),
                  tree: { senders: 1, page: 500, pace: 1, ready: () => 500 },
                }),
              ),
            );
          }
        };
        const look = async () => {
          await screen.subscribe();
          for (let times = 0; times < comebacks; times += 1) {
            await screen.leave();
            await screen.subscribe(screen.view.offset);
          }
        };
        await scheduler.waitFor(Promise.all([write(), cast(), look()]));
        stop?.();

        // Stricter than the state below, which a later change of the same item would have put right.
        expect(screen.missing((await house.log.last(group)) ?? 0)).toEqual([]);
        const items = await house.items.read('house', [{ partition }]);
        const truth = items.filter((item) => groupsOf(domain, item).includes(group));
        const shown = screen.view.list('lamp').map(({ key, rev, data }) => ({ key, rev, data }));
        const sorted = (list: { key: string }[]) => list.toSorted((a, b) => a.key.localeCompare(b.key));
        expect(sorted(shown)).toEqual(sorted(truth.map(({ key, rev, data }) => ({ key, rev, data }))));
      },
    ),
    { numRuns: 80, endOnFailure: true },
  );
});
