import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import type { PresenceData } from '../../core/presence.ts';
import type { GroupState, SnapshotItem } from '../../core/protocol.ts';
import type { TestSocket } from '../support/socket.ts';
import { openTarget, type Target } from './target.ts';
import type { User } from './users.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target?.close());

const group = 'factory/line/north';

async function subOf(user: User): Promise<string> {
  const me = await apiOf(target.origin, await target.token(user)).call<{ principal: { sub: string } }>(
    'GET',
    'me',
  );
  return me.principal.sub;
}

/** What the socket was told of a person, in order of `rev`. */
function told(socket: TestSocket, sub: string): PresenceData[] {
  return socket.frames
    .flatMap((frame) => (frame.type === 'events' ? frame.groups : []))
    .flatMap(({ events }) => events)
    .filter((event) => event.entity === 'presence' && event.key === sub && event.op === 'put')
    .sort((a, b) => a.rev - b.rev)
    .map(({ data }) => data as PresenceData);
}

const isHere = (data: PresenceData | undefined) => data !== undefined && data.leftAt === undefined;
const shown = (answer: GroupState): SnapshotItem[] =>
  'snapshot' in answer ? answer.snapshot.filter(({ entity }) => entity === 'presence') : [];

describe('presence', () => {
  test('[PRES-1] who joins is shown to the others, by an event and in the snapshot, and to nobody else', async () => {
    const operator = await subOf('operator');
    const [watcher, stranger] = [await target.socket('admin'), await target.socket('cook')];
    await watcher.subscribe(group);
    expect(await stranger.subscribe(group)).toMatchObject({ error: { code: 'forbidden' } });
    const socket = await target.socket('operator');
    const before = Date.now();
    await socket.subscribe(group);
    await watcher.until(() => isHere(told(watcher, operator).at(-1)));
    const data = told(watcher, operator).at(-1);
    expect(data).toEqual({ name: expect.any(String), since: expect.any(Number) });
    expect(Math.abs((data?.since ?? 0) - before)).toBeLessThan(60_000);

    const late = await target.socket('admin');
    const items = (await late.snapshot(group)).filter(({ entity }) => entity === 'presence');
    expect(items.map(({ key }) => key)).toEqual(expect.arrayContaining([operator, await subOf('admin')]));
    expect(items.find(({ key }) => key === operator)?.data).toEqual(data);
    const polled = await apiOf(target.origin, await target.token('admin')).call<GroupState>(
      'GET',
      `groups/${group}`,
    );
    expect(shown(polled).map(({ key }) => key)).toContain(operator);

    await stranger.ask({ action: 'sync', groups: [] });
    expect(JSON.stringify(stranger.frames)).not.toContain('presence');
    await socket.close();
    await watcher.until(() => told(watcher, operator).at(-1)?.leftAt !== undefined);
    await Promise.all([watcher, stranger, late].map((each) => each.close()));
  });

  test('[PRES-2] [PRES-3] [PRES-4] tabs are one person, the last one to go leaves at once, and who is back soon never left', async () => {
    const operator = await subOf('operator');
    const watcher = await target.socket('admin');
    await watcher.subscribe(group);
    const [one, two] = [await target.socket('operator'), await target.socket('operator')];
    await one.subscribe(group);
    await watcher.until(() => isHere(told(watcher, operator).at(-1)));
    const arrivals = told(watcher, operator).length;
    const { since } = told(watcher, operator).at(-1) as PresenceData;

    await two.subscribe(group);
    await one.close();
    const other = await target.socket('shift-lead');
    await other.subscribe(group);
    const lead = await subOf('shift-lead');
    await watcher.until(() => isHere(told(watcher, lead).at(-1)));
    expect(told(watcher, operator)).toHaveLength(arrivals);

    await two.ask({ action: 'unsubscribe', groups: [group] });
    await watcher.until(() => told(watcher, operator).at(-1)?.leftAt !== undefined);
    await two.subscribe(group);
    await watcher.until(() => isHere(told(watcher, operator).at(-1)));
    expect(told(watcher, operator).at(-1)?.since).toBe(since);

    await two.close();
    await watcher.until(() => told(watcher, operator).at(-1)?.leftAt !== undefined);
    await Promise.all([watcher, other].map((each) => each.close()));
  });
});
