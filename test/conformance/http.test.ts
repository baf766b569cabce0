import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import type { GroupState } from '../../core/protocol.ts';
import { openTarget, refusal, short, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target?.close());

const get = async (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(`/api/${path}`, target.origin), {
    headers: { authorization: `Bearer ${await target.token('admin')}`, ...headers },
  });

interface Snapshot {
  offset: number;
  recovered: boolean;
  snapshot: { entity: string; key: string; data: Record<string, unknown> }[];
}

describe('polling', () => {
  test('[HTTP-1] a group is read as subscribed would tell it, with its offset as ETag', async () => {
    const { group, machines, key } = await target.line(1);
    const first = await get(`groups/${group}`);
    const body = (await first.json()) as Snapshot;
    expect(body).toMatchObject({ group, recovered: false });
    expect(first.headers.get('etag')).toBe(`"${body.offset}"`);
    // Whoever made the line leaves it at about this time, which moves its position.
    const unchanged = async () => {
      const tag = (await get(`groups/${group}`)).headers.get('etag') ?? '';
      return (await get(`groups/${group}`, { 'if-none-match': tag })).status;
    };
    expect([await unchanged(), await unchanged()]).toContain(304);
    const socket = await target.socket('admin');
    await socket.subscribe(group, body.offset);
    await target.pulses(key, machines[0] ?? '', 1, 4);
    const isChange = ({ entity }: { entity: string }) => entity !== 'presence';
    await socket.until(
      (frame) => frame.type === 'events' && frame.groups.some(({ events }) => events.some(isChange)),
    );
    const next = await get(`groups/${encodeURIComponent(group)}?after=${body.offset}`, {
      'if-none-match': `"${body.offset}"`,
    });
    const { recovered, events } = (await next.json()) as Extract<GroupState, { recovered: true }>;
    expect(recovered).toBe(true);
    expect(events.filter(isChange)).toMatchObject([{ data: { counter: 4 } }]);
  });
});

describe('commands', () => {
  test('[HTTP-2] the same key has one effect and the same answer; with other input it is refused', async () => {
    const admin = apiOf(target.origin, await target.token('admin'));
    const line = `t-${short()}`;
    const input = { site: 'mill', line, title: 'Once' };
    const headers = { 'idempotency-key': `k-${short()}` };
    const first = await admin.call('POST', 'commands/factory/add-line', input, headers);
    expect(await admin.call('POST', 'commands/factory/add-line', input, headers)).toEqual(first);
    const other = admin.call('POST', 'commands/factory/add-line', { ...input, line: `${line}x` }, headers);
    expect(await refusal(other)).toMatchObject({ status: 422, code: 'invalid_input' });
    expect(await refusal(admin.call('POST', 'commands/factory/add-line', input))).toMatchObject({
      status: 409,
      code: 'conflict',
    });
  });

  test('[HTTP-2] of many with the same key at once all have the answer of the one that was done', async () => {
    const admin = apiOf(target.origin, await target.token('admin'));
    for (let round = 0; round < 5; round += 1) {
      const input = { site: 'mill', line: `t-${short()}`, title: 'Once' };
      const headers = { 'idempotency-key': `k-${short()}` };
      const call = () => admin.call('POST', 'commands/factory/add-line', input, headers);
      const answers = await Promise.all(Array.from({ length: 10 }, call));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    }
  });

  test('[HTTP-3] input that does not fit is 422, names each field, and stores nothing', async () => {
    const admin = apiOf(target.origin, await target.token('admin'));
    const line = `t-${short()}`;
    const refused = await refusal(
      admin.call('POST', 'commands/factory/add-line', { site: 'mill', line, title: 7, extra: true }),
    );
    expect(refused).toMatchObject({ status: 422, code: 'invalid_input' });
    expect((refused.problem.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'extra',
      'title',
    ]);
    const listed = await admin.call<{ groups: { group: string }[] }>('GET', 'groups');
    expect(listed.groups.map(({ group }) => group)).not.toContain(`factory/line/${line}`);
  });

  test('[STATE-5] who writes on a stale state gets a conflict with the current one; of two at once one wins', async () => {
    const { line, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    await target.pulses(key, machine, 1, 1);
    const admin = apiOf(target.origin, await target.token('admin'));
    const set = (status: string) =>
      admin.call('POST', 'commands/factory/set-machine-status', { line, machine, status, statusSince: 1 });
    const stale = await refusal(set('maintenance'));
    expect(stale).toMatchObject({
      status: 409,
      code: 'conflict',
      problem: { current: { data: { status: 'running' } } },
    });
    const shift = { line, title: 'Two leads', lead: 'A', target: 10, hours: 8 };
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4].map(() => admin.call('POST', 'commands/factory/start-shift', shift)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('[CODE-1] errors are problem documents, and unknown paths leak nothing', async () => {
    for (const [path, status] of [
      ['nowhere', 404],
      ['commands/factory/no-such', 404],
      ['groups/no/such', 404],
    ] as const) {
      const admin = apiOf(target.origin, await target.token('admin'));
      const call = path.startsWith('commands') ? admin.call('POST', path, {}) : admin.call('GET', path);
      const { problem } = await refusal(call);
      expect(problem).toMatchObject({
        type: expect.stringContaining('urn:pulsecast:'),
        title: expect.any(String),
        status,
      });
    }
  });
});

describe('pulses', () => {
  test('[SEQ-1] the same batch again counts as duplicates; a hole is 409 with nextSeq', async () => {
    const { group, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    expect(await target.pulses(key, machine, 1, 10)).toEqual({ accepted: 10, duplicates: 0, nextSeq: 11 });
    expect(await target.pulses(key, machine, 1, 10)).toEqual({ accepted: 0, duplicates: 10, nextSeq: 11 });
    expect(await target.pulses(key, machine, 8, 5)).toEqual({ accepted: 2, duplicates: 3, nextSeq: 13 });
    expect(await refusal(target.pulses(key, machine, 20, 1))).toMatchObject({
      status: 409,
      code: 'sequence_gap',
      problem: { nextSeq: 13 },
    });
    const body = (await (await get(`groups/${group}`)).json()) as Snapshot;
    expect(body.snapshot.find((item) => item.key === machine)?.data.counter).toBe(12);
  });

  test('[SEQ-1] the same pulses posted many times at once count once', async () => {
    const { group, machines, key } = await target.line(1);
    const [machine = ''] = machines;
    const answers = await Promise.all(Array.from({ length: 8 }, () => target.pulses(key, machine, 1, 25)));
    expect(answers.reduce((sum, { accepted = 0 }) => sum + accepted, 0)).toBe(25);
    const body = (await (await get(`groups/${group}`)).json()) as Snapshot;
    expect(body.snapshot.find((item) => item.key === machine)?.data.counter).toBe(25);
  });

  test('[SEQ-3] no key, a wrong key and a revoked key get 401; a machine of others or of nobody 403', async () => {
    const [mine, other] = [await target.line(1), await target.line(1)];
    const machine = mine.machines[0] ?? '';
    expect(await refusal(target.pulses('pcd_wrong', machine, 1, 1))).toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
    expect(await refusal(target.pulses(await target.token('admin'), machine, 1, 1))).toMatchObject({
      status: 401,
    });
    expect(await refusal(target.pulses(mine.key, other.machines[0] ?? '', 1, 1))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    expect(await refusal(target.pulses(mine.key, 'no-such-machine', 1, 1))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    await apiOf(target.origin, await target.token('admin')).call('DELETE', `devices/d-${mine.line}`);
    expect(await refusal(target.pulses(mine.key, machine, 1, 1))).toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
  });

  test('[HTTP-3] a bad batch names its faults', async () => {
    const { machines, key } = await target.line(1);
    const post = (body: unknown) => refusal(apiOf(target.origin, key).call('POST', 'pulses', body));
    const pulse = { at: Date.now(), count: 1 };
    const good = { machineId: machines[0], firstSeq: 1, pulses: [pulse] };
    const cases: [unknown, string][] = [
      [{ ...good, firstSeq: -1 }, 'firstSeq'],
      [{ ...good, firstSeq: 1.5 }, 'firstSeq'],
      [{ ...good, machineId: 7 }, 'machineId'],
      [{ ...good, pulses: 'x' }, 'pulses'],
      [{ ...good, pulses: [pulse, { at: 'now', count: 1 }] }, 'pulses.1.at'],
      [{ ...good, pulses: [{ ...pulse, count: -5 }] }, 'pulses.0.count'],
      [{ ...good, pulses: Array.from({ length: 501 }, () => pulse) }, 'pulses'],
    ];
    for (const [body, path] of cases) {
      const { status, problem } = await post(body);
      expect([path, status, (problem.errors as { path: string }[])[0]?.path]).toEqual([path, 422, path]);
    }
  });
});
