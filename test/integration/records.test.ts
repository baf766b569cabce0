/** The borders between units on the real path: over HTTP and sockets, nothing tells one unit of another. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, ApiProblem, apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { connect, type TestSocket } from '../support/socket.ts';
import { startTestSystem } from '../support/system.ts';

let system: System;
const apis = new Map<string, Api>();
const sockets = new Map<string, TestSocket>();

const users = ['unit1-head', 'unit1-clerk', 'unit2-head', 'store-head', 'cook', 'admin'] as const;
type User = (typeof users)[number];

const apiAs = (user: User): Api => {
  const api = apis.get(user);
  if (api === undefined) throw new Error(`${user} has not signed in.`);
  return api;
};
const socketAs = (user: User): TestSocket => {
  const socket = sockets.get(user);
  if (socket === undefined) throw new Error(`${user} has no socket.`);
  return socket;
};

beforeAll(async () => {
  system = await startTestSystem({ seeds: ['records'] });
  await Promise.all(
    users.map(async (user) => {
      const token = await signIn(system.origin, user);
      apis.set(user, apiOf(system.origin, token));
      sockets.set(
        user,
        await connect(`${system.origin.replace('http', 'ws')}/live`, ['pulsecast.v1', `jwt.${token}`]),
      );
    }),
  );
});
afterAll(async () => {
  for (const { socket } of sockets.values()) socket.close();
  await system?.close();
});

const run = (user: User, command: string, input: object) =>
  apiAs(user).call<{ result?: { request?: string } }>('POST', `commands/records/${command}`, input);

/** What a refused call is answered, without what differs from call to call. */
async function refusal(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const { requestId: _id, ...problem } = error.problem;
    return problem;
  }
  throw new Error('The call was not refused.');
}

const groupCode = async (user: User, group: string) => {
  const answer = await socketAs(user).subscribe(group);
  return 'error' in answer ? answer.error : 'joined';
};

/** Unit 2's own words, which unit 1 must never get in any form. */
const words2 = /Finance|Бухгалтерия|Rosa|unit2|unit\/2|audit\/2|Invoices|Tax audit|"f-10|b-1|b-2/;

async function submit(user: User, unit: string, crate: string): Promise<string> {
  const details = { kind: 'withdrawal', purpose: 'Border test', deliverTo: 'Room 1', days: 3 };
  const { result } = await run(user, 'submit', { unit, details, crates: [crate], service: 'day' });
  return result?.request ?? '';
}

describe('a unit that is not mine', () => {
  const borders: readonly (readonly [User, string, string])[] = [
    ['unit1-head', 'records/unit/2', 'records/unit/99'],
    ['unit1-clerk', 'records/unit/2', 'records/unit/99'],
    ['unit1-head', 'records/audit/2', 'records/audit/99'],
    ['unit1-clerk', 'records/audit/1', 'records/audit/99'],
    ['unit1-head', 'records/store/central', 'records/store/nowhere'],
    ['unit2-head', 'records/unit/1', 'records/unit/99'],
    ['store-head', 'records/unit/1', 'records/unit/99'],
    ['store-head', 'records/audit/1', 'records/audit/99'],
    ['cook', 'records/unit/1', 'records/unit/99'],
    ['unit1-head', 'records/audit', 'records/audit'],
    ['unit1-head', 'notifications/unit2-head', 'notifications/nobody'],
    ['unit1-head', 'notifications/unit1-clerk', 'notifications/nobody'],
  ];
  test.each(borders)(
    '%s is refused %s as one that does not exist, by socket, polling and trail',
    async (user, real, missing) => {
      const code = await groupCode(user, real);
      expect(code).toMatchObject({ code: 'forbidden' });
      expect(code).toEqual(await groupCode(user, missing));
      for (const path of ['groups', 'audit']) {
        const ofReal = await refusal(apiAs(user).call('GET', `${path}/${real}`));
        expect(ofReal).toEqual(await refusal(apiAs(user).call('GET', `${path}/${missing}`)));
      }
    },
  );

  test('lists of groups name own places alone', async () => {
    const list = async (user: User) => {
      const { groups } = await apiAs(user).call<{ groups: { group: string }[] }>('GET', 'groups');
      return groups.map(({ group }) => group).filter((group) => group.startsWith('records/'));
    };
    expect(await list('unit1-head')).toEqual(['records/unit/1', 'records/audit/1']);
    expect(await list('unit1-clerk')).toEqual(['records/unit/1']);
    expect(await list('unit2-head')).toEqual(['records/unit/2', 'records/audit/2']);
    expect(await list('store-head')).toEqual(['records/store/central']);
    expect(await list('cook')).toEqual([]);
  });

  test('ids of another unit are answered as ids that do not exist', async () => {
    const other = await submit('unit2-head', '2', 'f-106');
    const commands: [string, (unit: string, request: string) => object][] = [
      ['approve', (unit, request) => ({ unit, request })],
      ['reject', (unit, request) => ({ unit, request, reason: 'duplicate' })],
      ['cancel', (unit, request) => ({ unit, request })],
      ['answer', (unit, request) => ({ unit, request, store: 'central', note: 'x' })],
    ];
    for (const [name, input] of commands) {
      for (const user of ['unit1-head', 'unit1-clerk'] as const) {
        const refused = await refusal(run(user, name, input('2', other)));
        expect(refused).toEqual(await refusal(run(user, name, input('99', other))));
        expect(refused).toMatchObject({ code: 'forbidden' });
        // Under one's own unit the other's number is one that was never given.
        expect(await refusal(run(user, name, input('1', 'w-9999')))).toEqual(
          await refusal(run(user, name, input('1', other.replace(/\d+/, '8888')))),
        );
      }
    }
    const move = (from: string, to: string) =>
      run('unit1-head', 'relocate-crate', { store: 'central', unit: '1', crate: 'l-108', from, to });
    expect(await refusal(move('a-2', 'b-1'))).toEqual(await refusal(move('a-2', 'no-such')));
    expect(await refusal(move('b-1', 'a-2'))).toEqual(await refusal(move('no-such', 'a-2')));
  });
});

test("a unit's life reaches its own people and nobody of another unit", async () => {
  const ours = socketAs('unit1-head');
  const theirs = socketAs('unit2-head');
  const state = await ours.subscribe('records/unit/1');
  expect(JSON.stringify(state)).not.toMatch(words2);
  for (const group of ['records/audit/1', 'notifications/unit1-head']) await ours.subscribe(group);
  for (const group of ['records/unit/2', 'records/audit/2', 'notifications/unit2-head'])
    await theirs.subscribe(group);
  await socketAs('store-head').subscribe('records/store/central');
  const polled = await apiAs('unit1-clerk').call('GET', 'groups/records/unit/1');
  expect(JSON.stringify(polled)).not.toMatch(words2);

  const mark = ours.frames.length;
  const request = await submit('unit2-head', '2', 'f-101');
  await run('admin', 'approve', { unit: '2', request });
  await run('store-head', 'issue', { store: 'central', unit: '2', request });
  await run('store-head', 'return', { store: 'central', unit: '2', request });
  const returned = (frame: unknown) =>
    JSON.stringify(frame).includes(`"${request}"`) && JSON.stringify(frame).includes('returned');
  await theirs.until(returned);
  // An event of the own unit that comes after all of it: what was to come before it has come.
  await run('unit1-clerk', 'add-crate', { unit: '1', crate: 'z-1', title: 'Last of all' });
  await ours.until((frame) => JSON.stringify(frame).includes('Last of all'));
  await system.cloud.idle();
  const heard = JSON.stringify(ours.frames.slice(mark));
  expect(heard).not.toMatch(words2);
  expect(heard).not.toContain('Border test');
  expect(JSON.stringify(theirs.frames)).not.toMatch(/Last of all|Helen|Tomas|unit1/);
  // The store saw the crates go out and in, not what for.
  const store = JSON.stringify(socketAs('store-head').frames);
  expect(store).toContain(`2.${request}`);
  expect(store).not.toMatch(/Border test|Rosa|Last of all|Tax audit|Patents/);
});

describe('two at once', () => {
  test('of an approval and a rejection one is done, the other is told the new state', async () => {
    for (const crate of ['l-108', 'l-109', 'l-110']) {
      const request = await submit('unit1-clerk', '1', crate);
      const outcomes = await Promise.allSettled([
        run('unit1-head', 'approve', { unit: '1', request }),
        run('admin', 'reject', { unit: '1', request, reason: 'duplicate' }),
      ]);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused).toHaveLength(1);
      const won = outcomes[0]?.status === 'fulfilled' ? 'approved' : 'rejected';
      expect(refused[0]?.reason).toMatchObject({
        problem: { code: 'conflict', current: { entity: 'request', key: request, data: { state: won } } },
      });
    }
  });

  test('a crate goes into one request, and a place never takes more than fits', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => submit('unit1-clerk', '1', 'l-106')),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);

    await run('store-head', 'add-place', {
      store: 'central',
      unit: '1',
      place: 'tiny',
      title: 'Tiny',
      capacity: 2,
    });
    const crates = ['l-101', 'l-102', 'l-103', 'l-105'];
    const moves = await Promise.allSettled(
      crates.map((crate) =>
        run('unit1-head', 'relocate-crate', { store: 'central', unit: '1', crate, from: 'a-1', to: 'tiny' }),
      ),
    );
    const done = crates.filter((_crate, index) => moves[index]?.status === 'fulfilled');
    expect(done).toHaveLength(2);
    const { snapshot } = await apiAs('store-head').call<{
      snapshot: { entity: string; key: string; data: { crates: string[] } }[];
    }>('GET', 'groups/records/store/central');
    const held = (place: string) =>
      snapshot.find(({ entity, key }) => entity === 'place' && key === place)?.data.crates ?? [];
    expect([...held('tiny')].sort()).toEqual(done);
    expect([...held('a-1'), ...held('tiny')].sort()).toEqual(['l-101', 'l-102', 'l-103', 'l-104', 'l-105']);
  });
});
