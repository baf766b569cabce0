import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { jsonBytes } from '../../core/log.ts';
import type { GroupState, ServerFrame, SnapshotItem } from '../../core/protocol.ts';
import { applyEntry, GroupView } from '../../core/view.ts';
import type { TestSocket } from '../support/socket.ts';
import { openTarget, patiently, refusal, short, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target?.close());

type Answer<R extends boolean> = Extract<GroupState, { recovered: R }>;
const snapshotOf = (answer: GroupState) => answer as Answer<false>;
const recoveredOf = (answer: GroupState) => answer as Answer<true>;
const pushes = (socket: TestSocket, group: string) =>
  socket.frames.flatMap((frame: ServerFrame) =>
    frame.type === 'events' ? frame.groups.filter((entry) => entry.group === group) : [],
  );
/** Events but those of who comes and goes: tests look on, and so are seen themselves. */
const stateOf = (answer: GroupState) =>
  recoveredOf(answer).events.filter((event) => event.entity !== 'presence');
const changes = (socket: TestSocket, group: string) =>
  pushes(socket, group).filter(({ events }) => events.some((event) => event.entity !== 'presence'));
const machineIn = (items: readonly { entity: string; key: string; data?: unknown }[], key: string) =>
  items.findLast((item) => item.entity === 'machine' && item.key === key)?.data as
    | { counter: number }
    | undefined;

describe('subscribe', () => {
  test('[SUB-1] a group is answered with its items and a position, and then its changes are pushed', async () => {
    const { group, machines, key } = await target.line(2);
    const [machine = ''] = machines;
    const socket = await target.socket('admin');
    const answer = snapshotOf(await socket.subscribe(group));
    expect(answer).toMatchObject({ group, recovered: false });
    expect(
      answer.snapshot
        .filter(({ entity }) => entity === 'machine')
        .map((item) => item.key)
        .sort(),
    ).toEqual(machines);
    expect(await target.pulses(key, machine, 1, 5)).toEqual({ accepted: 5, duplicates: 0, nextSeq: 6 });
    await socket.until(
      () =>
        machineIn(
          pushes(socket, group).flatMap(({ events }) => events),
          machine,
        )?.counter === 5,
    );
    expect(pushes(socket, group)[0]?.offset).toBe(answer.offset + 1);
  });

  test('[SUB-1] a client that comes back with its offset gets what it missed, once per item', async () => {
    const { group, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    const watcher = await target.socket('admin');
    const first = snapshotOf(await watcher.subscribe(group));
    for (const seq of [1, 2, 3]) {
      await target.pulses(key, machine, seq, 1);
      await watcher.until(
        () =>
          machineIn(
            pushes(watcher, group).flatMap(({ events }) => events),
            machine,
          )?.counter === seq,
      );
    }
    const back = await target.socket('admin');
    const answer = recoveredOf(await back.subscribe(group, first.offset));
    expect(answer.recovered).toBe(true);
    expect(answer.events.filter((event) => event.key === machine)).toMatchObject([
      { op: 'put', data: { counter: 3 } },
    ]);
    expect(answer.offset).toBeGreaterThanOrEqual(first.offset + 3);
    const again = await back.subscribe(group, answer.offset);
    expect(again).toMatchObject({ recovered: true });
    expect(stateOf(again)).toEqual([]);
  });

  test('[SUB-1] an offset that the log does not know gets a snapshot', async () => {
    const { group } = await target.line(1);
    const socket = await target.socket('admin');
    expect(await socket.subscribe(group, 5)).toMatchObject({ recovered: false });
    expect(await socket.subscribe(group, 8_000_000_000_000)).toMatchObject({ recovered: false });
  });

  test('[SUB-2] subscribing while pulses pour in misses none of them', async () => {
    const { group, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    const total = 30;
    const watchers: Promise<{ socket: TestSocket; answer: GroupState }>[] = [];
    for (let seq = 1; seq <= total; seq += 1) {
      await target.pulses(key, machine, seq, 1);
      if (seq % 5 === 0) {
        watchers.push(
          target.socket('admin').then(async (socket) => ({ socket, answer: await socket.subscribe(group) })),
        );
      }
    }
    for (const { socket, answer } of await Promise.all(watchers)) {
      const view = new GroupView();
      view.applySnapshot(snapshotOf(answer).offset, snapshotOf(answer).snapshot);
      const seen = () => {
        for (const entry of pushes(socket, group).sort((a, b) => a.offset - b.offset))
          applyEntry(view, entry);
        return machineIn(view.list(), machine)?.counter;
      };
      await socket.until(() => seen() === total);
    }
  });

  test('[SUB-3] [ACC-1] a refused group is answered by itself and the others are served', async () => {
    const socket = await target.socket('operator');
    const reply = await socket.ask({
      action: 'subscribe',
      groups: [
        { group: 'factory/line/south' },
        { group: 'factory/line/north' },
        { group: 'no/such' },
        { group: 'factory/site/mill' },
        { group: 'no name' },
      ],
    });
    expect(reply).toMatchObject({
      type: 'subscribed',
      groups: [
        { group: 'factory/line/south', error: { code: 'forbidden' } },
        { group: 'factory/line/north', recovered: false },
        { group: 'no/such', error: { code: 'unknown_group' } },
        { group: 'factory/site/mill', error: { code: 'forbidden' } },
        { group: 'no name', error: { code: 'unknown_group' } },
      ],
    });
  });

  test('[SUB-4] after unsubscribe nothing of the group comes', async () => {
    const { group, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    const [stays, leaves] = await Promise.all([target.socket('admin'), target.socket('admin')]);
    await Promise.all([stays.subscribe(group), leaves.subscribe(group)]);
    expect(await leaves.ask({ action: 'unsubscribe', groups: [group] })).toMatchObject({
      type: 'unsubscribed',
      groups: [group],
    });
    await target.pulses(key, machine, 1, 1);
    await stays.until(() => changes(stays, group).length > 0);
    expect(await leaves.ask({ action: 'sync', groups: [] })).toMatchObject({ type: 'synced' });
    expect(changes(leaves, group)).toEqual([]);
  });

  test('[SUB-6] frames sent without waiting leave a member that is pushed to, or none', async () => {
    const { group, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    const stays = await target.socket('admin');
    await stays.subscribe(group);
    const others = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const socket = await target.socket('admin');
        const subscribe = () => socket.ask({ action: 'subscribe', groups: [{ group }] });
        const unsubscribe = () => socket.ask({ action: 'unsubscribe', groups: [group] });
        await Promise.all([subscribe(), unsubscribe(), subscribe(), unsubscribe()]);
        const synced = await socket.ask({ action: 'sync', groups: [{ group, after: 1 }] });
        const [state] = synced.type === 'synced' ? synced.groups : [];
        return { socket, isMember: state !== undefined && !('error' in state) };
      }),
    );
    await target.pulses(key, machine, 1, 1);
    await stays.until(() => changes(stays, group).length > 0);
    for (const { socket, isMember } of others) {
      if (isMember) await socket.until(() => changes(socket, group).length > 0);
      await socket.ask({ action: 'sync', groups: [] });
      expect(changes(socket, group).length > 0).toBe(isMember);
    }
  });

  test('[SUB-5] [LIM-1] a large snapshot comes in pages under 32 KB that speak of one offset', async () => {
    const { group, line } = await target.line(1);
    const admin = apiOf(target.origin, await target.token('admin'));
    const name = 'Ж'.repeat(50);
    const people = Array.from({ length: 220 }, (_, index) => `e-${line}-${index}`);
    for (let at = 0; at < people.length; at += 20) {
      await Promise.all(
        people.slice(at, at + 20).map((employee) =>
          patiently(() =>
            admin.call('POST', 'commands/factory/add-employee', {
              line,
              employee,
              name,
              role: 'operator',
              badge: 'B-1',
            }),
          ),
        ),
      );
    }
    const socket = await target.socket('admin');
    let answer = snapshotOf(await socket.subscribe(group));
    const { offset } = answer;
    const items: SnapshotItem[] = [...answer.snapshot];
    let pages = 1;
    while (answer.more !== undefined) {
      const reply = await socket.ask({ action: 'subscribe', groups: [{ group, more: answer.more }] });
      answer = snapshotOf((reply.type === 'subscribed' ? reply.groups : [])[0] as GroupState);
      expect(answer.offset).toBe(offset);
      items.push(...answer.snapshot);
      pages += 1;
    }
    expect(pages).toBeGreaterThan(1);
    expect(
      items
        .filter(({ entity }) => entity === 'employee')
        .map(({ key }) => key)
        .sort(),
    ).toEqual([...people].sort());
    for (const frame of socket.frames) expect(jsonBytes(frame)).toBeLessThanOrEqual(32 * 1024);
  });

  test('[SYNC-1] sync answers only the groups that were behind', async () => {
    const [one, two] = [await target.line(1), await target.line(1)];
    const socket = await target.socket('admin');
    const a = snapshotOf(await socket.subscribe(one.group));
    const b = snapshotOf(await socket.subscribe(two.group));
    await target.pulses(one.key, one.machines[0] ?? '', 1, 1);
    await socket.until(() => changes(socket, one.group).length > 0);
    const reply = await socket.ask({
      action: 'sync',
      groups: [
        { group: one.group, after: a.offset },
        { group: two.group, after: b.offset },
      ],
    });
    const behind = (reply.type === 'synced' ? reply.groups : []).filter(
      (answer) => stateOf(answer).length > 0,
    );
    expect(behind).toMatchObject([{ group: one.group, recovered: true }]);
  });

  test('[FAN-2] a connection gets one frame for all its groups of a batch', async () => {
    // A new line is seen in its own group and in the site's: one change, two groups.
    const line = `t-${short()}`;
    const socket = await target.socket('admin');
    await socket.subscribe('factory/site/mill');
    await socket.subscribe(`factory/line/${line}`);
    const admin = apiOf(target.origin, await target.token('admin'));
    await admin.call('POST', 'commands/factory/add-line', { site: 'mill', line, title: 'Two groups' });
    const frame = await socket.until(
      (each) =>
        each.type === 'events' &&
        each.groups.some(
          (entry) =>
            entry.group === `factory/line/${line}` &&
            entry.events.some((event) => event.entity !== 'presence'),
        ),
    );
    expect(frame.type === 'events' && frame.groups.map((entry) => entry.group).sort()).toEqual([
      `factory/line/${line}`,
      'factory/site/mill',
    ]);
  });
});

describe('access', () => {
  test('[ACC-1] who may not see a line is refused on every way, and no frame of it comes', async () => {
    const { group, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    const seer = await target.socket('admin');
    await seer.subscribe(group);
    for (const user of ['operator', 'cook', undefined] as const) {
      const socket = await target.socket(user);
      expect(await socket.subscribe(group)).toEqual({
        group,
        error: { code: 'forbidden', message: expect.any(String) },
      });
      const synced = await socket.ask({ action: 'sync', groups: [{ group, after: 1 }] });
      expect(synced).toMatchObject({ groups: [{ group, error: { code: 'forbidden' } }] });
      const api = apiOf(target.origin, user === undefined ? undefined : await target.token(user));
      expect(await refusal(api.call('GET', `groups/${group}`))).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
      const absent = await refusal(api.call('GET', 'groups/factory/line/no-such-line'));
      expect(absent).toMatchObject({ status: 403, code: 'forbidden' });
      const listed = await api.call<{ groups: { group: string }[] }>('GET', 'groups');
      expect(listed.groups.map((entry) => entry.group)).not.toContain(group);
      await target.pulses(key, machine, 1, 3);
      await seer.until(() => changes(seer, group).length > 0);
      await socket.ask({ action: 'sync', groups: [] });
      expect(JSON.stringify(socket.frames)).not.toContain(machine);
    }
  });

  test('[ACC-3] who may not run a command is refused, and nothing changes', async () => {
    const { line, group, machines } = await target.line(1);
    const watcher = await target.socket('admin');
    const before = snapshotOf(await watcher.subscribe(group));
    const input = { line, machine: machines[0], status: 'maintenance' };
    for (const user of ['operator', 'cook', undefined] as const) {
      const api = apiOf(target.origin, user === undefined ? undefined : await target.token(user));
      const { status, code } = await refusal(api.call('POST', 'commands/factory/set-machine-status', input));
      expect([user, status, code]).toEqual([user, 403, 'forbidden']);
    }
    const after = await watcher.subscribe(group, before.offset);
    expect(after).toMatchObject({ recovered: true });
    expect(stateOf(after)).toEqual([]);
  });
});
