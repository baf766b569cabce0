import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonBytes } from '../../core/log.ts';
import type { Event, GroupEvents } from '../../core/protocol.ts';
import type { Message } from '../../lambdas/adapters/post.ts';
import { type BroadcastEffects, broadcast } from '../../lambdas/broadcast.ts';
import { messagesOf } from '../../lambdas/merging.ts';
import { house as domain, type House, startHouse, user } from './support.ts';

const clock = { now: 1_763_638_000_000 };
let house: House;
let after: string | undefined;
beforeAll(async () => {
  house = await startHouse(clock);
});
afterAll(() => house[Symbol.asyncDispose]());

/** The records since the last call. */
async function newRecords() {
  const records = await house.records(after);
  after = records.at(-1)?.dynamodb.SequenceNumber ?? after;
  return records;
}

/** Broadcasts what is new; what each connection got. */
async function run(more: Partial<BroadcastEffects> = {}, records?: Awaited<ReturnType<typeof newRecords>>) {
  const frames = new Map<string, { type: string; groups: GroupEvents[] }[]>();
  const effects: BroadcastEffects = {
    ...house,
    domainOf: (table) => (table === 'house' ? domain : undefined),
    post: async (messages: readonly Message[]) => {
      for (const { connectionId, frames: texts } of messages) {
        frames.set(
          connectionId,
          texts.map((text) => JSON.parse(text)),
        );
      }
      return { posts: messages.length, gone: [], throttled: 0, unsent: 0 };
    },
    fanOut: async () => expect.unreachable('nothing was to be handed over'),
    tree: { senders: 2, page: 500, pace: 1, ready: () => 500 },
    ...more,
  };
  const result = await broadcast(records ?? (await newRecords()), () => 60_000, effects);
  return { frames, failures: result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

function rooms(count: number) {
  const names = Array.from({ length: count }, () => randomUUID());
  const put = (room: string, key: string, rev: number, data: object = {}) =>
    house.put({ partition: `room:${names[0]}`, entity: 'lamp', key, rev, data: { on: true, room, ...data } });
  const groups = names.map((name) => `house/room/${name}`);
  const join = (connectionId: string, ...wanted: string[]) =>
    Promise.all(wanted.map((group) => house.members.join(group, connectionId, clock.now + 1000)));
  return { names, put, groups, join };
}
const eventsIn = (frames: { groups: GroupEvents[] }[] | undefined): Event[] =>
  (frames ?? []).flatMap(({ groups }) => groups.flatMap(({ events }) => events));

describe('a batch of changes', () => {
  test('[FAN-2] becomes one entry a group and one frame a connection, with the newest state only', async () => {
    const { names, put, groups, join } = rooms(2);
    const [a = '', b = ''] = names;
    const [groupA = '', groupB = ''] = groups;
    await join('both=', groupA, groupB);
    await join('one=', groupA);
    await join('other=', 'house/room/elsewhere');
    await put(a, 'x', 1);
    await put(a, 'x', 2);
    await put(b, 'y', 1);
    const { frames, failures } = await run();
    expect(failures).toEqual([]);
    expect([...frames.keys()].toSorted()).toEqual(['both=', 'one=']);
    expect(frames.get('both=')).toHaveLength(1);
    expect(
      frames
        .get('both=')?.[0]
        ?.groups.map(({ group }) => group)
        .toSorted(),
    ).toEqual([groupA, groupB].toSorted());
    expect(frames.get('one=')).toEqual([
      {
        type: 'events',
        groups: [
          {
            group: groupA,
            offset: clock.now,
            events: [{ entity: 'lamp', key: 'x', rev: 2, op: 'put', data: { on: true, room: a } }],
          },
        ],
      },
    ]);
  });

  test('[ROUTE-1] shows a group that an item left its removal, and nothing of its new state', async () => {
    const { names, put, groups, join } = rooms(2);
    const [a = '', b = ''] = names;
    await join('a=', groups[0] ?? '');
    await join('b=', groups[1] ?? '');
    await put(a, 'x', 1);
    await run();
    await put(b, 'x', 2, { note: 'secret' });
    const { frames } = await run();
    expect(eventsIn(frames.get('a='))).toEqual([{ entity: 'lamp', key: 'x', rev: 2, op: 'remove' }]);
    expect(eventsIn(frames.get('b='))).toMatchObject([{ op: 'put', data: { note: 'secret' } }]);
    await house.db.write({ table: 'house', remove: { partition: `room:${a}`, item: 'lamp#x' } });
    expect(eventsIn((await run()).frames.get('b='))).toEqual([
      { entity: 'lamp', key: 'x', rev: 3, op: 'remove' },
    ]);
  });

  test('[LOG-4] larger than a frame is cut into entries and frames that fit, in order', async () => {
    const { names, put, groups, join } = rooms(1);
    await join('a=', groups[0] ?? '');
    for (let index = 0; index < 12; index += 1)
      await put(names[0] ?? '', `l${index}`, 1, { note: 'x'.repeat(9000) });
    const { frames } = await run();
    const got = frames.get('a=') ?? [];
    expect(got.length).toBeGreaterThanOrEqual(4);
    for (const frame of got) expect(jsonBytes(frame)).toBeLessThanOrEqual(32 * 1024);
    const offsets = got.flatMap((frame) => frame.groups.map(({ offset }) => offset));
    expect(offsets).toEqual(offsets.map((_, index) => clock.now + index));
    expect(eventsIn(got)).toHaveLength(12);
  });

  test('[FAN-3] is not sent to members past their time', async () => {
    const { names, put, groups } = rooms(1);
    await house.members.join(groups[0] ?? '', 'past=', clock.now);
    await put(names[0] ?? '', 'x', 1);
    expect((await run()).frames.size).toBe(0);
  });
});

test('[SUB-2] a group is appended to before its members are read', async () => {
  const { names, put } = rooms(1);
  await put(names[0] ?? '', 'x', 1);
  const calls: string[] = [];
  const log: BroadcastEffects['log'] = {
    append: async (group, events) => {
      const done = await house.log.append(group, events);
      calls.push('appended');
      return done;
    },
  };
  const members: BroadcastEffects['members'] = {
    ...house.members,
    of: (...request) => {
      calls.push('members');
      return house.members.of(...request);
    },
  };
  await run({ log, members });
  expect(calls).toEqual(['appended', 'members']);
});

describe('failures', () => {
  test('[FAN-4] a group that cannot be appended to reports its first record; the others are delivered', async () => {
    const { names, put, groups, join } = rooms(2);
    const [a = '', b = ''] = names;
    await join('a=', groups[0] ?? '');
    await join('b=', groups[1] ?? '');
    await put(a, 'x', 1);
    await put(b, 'y', 1);
    await put(b, 'z', 1);
    const records = await newRecords();
    const log: BroadcastEffects['log'] = {
      append: (group, events) =>
        group === groups[1] ? Promise.reject(new Error('no')) : house.log.append(group, events),
    };
    const { frames, failures } = await run({ log }, records);
    expect(failures).toEqual([records[1]?.dynamodb.SequenceNumber]);
    expect([...frames.keys()]).toEqual(['a=']);
  });

  test('[FAN-5] a record that cannot be read is reported, and holds up no other', async () => {
    const { names, put, groups, join } = rooms(1);
    await join('a=', groups[0] ?? '');
    await house.db.write({ table: 'house', put: { partition: 'p', item: 'no-separator' } });
    await put(names[0] ?? '', 'x', 1);
    const records = await newRecords();
    const foreign = { ...records[1], eventSourceARN: 'arn:aws:dynamodb:us-east-1:1:table/other/stream/1' };
    const { frames, failures } = await run({}, [...records, foreign]);
    expect(new Set(failures)).toEqual(
      new Set([records[0], foreign].map((record) => record.dynamodb.SequenceNumber)),
    );
    expect(eventsIn(frames.get('a='))).toHaveLength(1);
  });

  test('[FAN-6] a connection that is gone is forgotten everywhere; posting never fails the batch', async () => {
    const { names, put, groups } = rooms(1);
    const [group = ''] = groups;
    const connection = { connectionId: 'gone=', principal: user('ann'), connectedAt: clock.now };
    await house.connections.open(connection);
    for (const one of [group, 'house/room/other']) {
      await house.connections.addGroup(connection, one);
      await house.members.join(one, 'gone=', clock.now + 1000);
    }
    await house.members.join(group, 'rowless=', clock.now + 1000);
    await put(names[0] ?? '', 'x', 1);
    const post = async () => ({ posts: 0, gone: ['gone=', 'rowless='], throttled: 3, unsent: 4 });
    const { failures } = await run({ post });
    expect(failures).toEqual([]);
    expect(await house.members.of(group, clock.now)).toEqual([]);
    expect(await house.members.has('house/room/other', 'gone=')).toBe(false);
    expect(await house.connections.find('gone=')).toBeUndefined();
  });
});

test('[FAN-7] connections of the same groups share their frames: each is serialised once', () => {
  const entry = (group: string): GroupEvents => ({ group, offset: 1, events: [] });
  const reached = [
    { members: ['a', 'b', 'c'], entries: [entry('g/1')] },
    { members: ['b', 'c'], entries: [entry('g/2')] },
  ];
  const messages = new Map(messagesOf(reached).map((message) => [message.connectionId, message]));
  expect(messages.get('b')?.frames).toBe(messages.get('c')?.frames);
  expect(messages.get('a')?.groups).toEqual(['g/1']);
  expect(messages.get('b')?.groups).toEqual(['g/1', 'g/2']);
});
