import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import type { ServerFrame } from '../../core/protocol.ts';
import { openTarget, refusal, short, type Target } from './target.ts';
import type { User } from './users.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target?.close());

const api = async (user: User) => apiOf(target.origin, await target.token(user));
const subOf = async (user: User) =>
  (await (await api(user)).call<{ principal: { sub: string } }>('GET', 'me')).principal.sub;
const joined = async (user: User) =>
  (await (await api(user)).call<{ groups: { group: string }[] }>('GET', 'groups')).groups.map(
    ({ group }) => group,
  );
const eventsIn = (frame: ServerFrame) =>
  frame.type === 'events' ? frame.groups.flatMap(({ events }) => events) : [];

describe('notices', () => {
  test('[NOTE-2] the tray of a person is theirs alone, known or not', async () => {
    const sub = await subOf('operator');
    const own = `notifications/${sub}`;
    const [mine, other] = [await target.socket('operator'), await target.socket('admin')];
    expect(await mine.subscribe(own)).toMatchObject({ group: own, recovered: false });
    const stranger = await target.socket();
    for (const group of [own, 'notifications/nobody-at-all']) {
      for (const socket of [other, stranger]) {
        expect(await socket.subscribe(group)).toMatchObject({ error: { code: 'forbidden' } });
      }
      const polled = (await api('admin')).call('GET', `groups/${group}`);
      expect(await refusal(polled)).toMatchObject({ status: 403, code: 'forbidden' });
    }
    expect(await joined('operator')).toContain(own);
    expect(await joined('admin')).not.toContain(own);
  });
});

describe('the audit trail', () => {
  test('[AUD-2] shows who did what at once, and to admins alone', async () => {
    const group = 'factory/audit';
    const watcher = await target.socket('admin');
    await watcher.subscribe(group);
    const line = `t-${short()}`;
    await (await api('admin')).call('POST', 'commands/factory/add-line', {
      site: 'mill',
      line,
      title: 'New',
    });
    const isMine = ({ entity, data }: { entity: string; data?: unknown }) =>
      entity === 'entry' && JSON.stringify(data).includes(line);
    const pushed = await watcher.until((frame) => eventsIn(frame).some(isMine));
    expect(eventsIn(pushed).find(isMine)?.data).toMatchObject({
      by: { sub: await subOf('admin') },
      command: 'add-line',
      changes: [{ entity: 'line', key: line, after: { title: 'New', site: 'mill' } }],
    });
    const again = await target.socket('admin');
    expect((await again.snapshot(group)).some(isMine)).toBe(true);
    const { entries } = await (await api('admin')).call<{ entries: { entity: string; data: unknown }[] }>(
      'GET',
      `audit/${group}`,
    );
    expect(entries.some(isMine)).toBe(true);
    const shiftLead = await target.socket('shift-lead');
    expect(await shiftLead.subscribe(group)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await refusal((await api('shift-lead')).call('GET', `audit/${group}`))).toMatchObject({
      status: 403,
    });
  });
});

describe('announcements', () => {
  test('[ANN-1] are pushed to who looks at the group, are in its snapshot, and only admins make them', async () => {
    const { group } = await target.line(1);
    const text = `Test ${short()}`;
    const watcher = await target.socket('admin');
    await watcher.subscribe(group);
    expect(await (await api('admin')).call('POST', 'announcements', { group, text })).toEqual({ groups: 1 });
    const isIt = ({ entity, data }: { entity: string; data?: unknown }) =>
      entity === 'announcement' && (data as { text: string }).text === text;
    await watcher.until((frame) => eventsIn(frame).some(isIt));
    const again = await target.socket('admin');
    expect((await again.snapshot(group)).filter(isIt)).toHaveLength(1);
    const refused = (await api('operator')).call('POST', 'announcements', { all: true, text });
    expect(await refusal(refused)).toMatchObject({ status: 403, code: 'forbidden' });
  });
});
