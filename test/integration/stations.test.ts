/** The battery network over HTTP and sockets: fifty riders after the last ten batteries, and the borders. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, ApiProblem, apiOf } from '../../bin/api.ts';
import { demoUsers } from '../../bin/demo/users.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { connect } from '../support/socket.ts';
import { startTestSystem } from '../support/system.ts';

const crowd = Array.from({ length: 50 }, (_, index) => ({
  name: `rider-${index}`,
  claims: { name: `Rider ${index}`, roles: ['rider'], units: [] },
}));
const outsider = {
  name: 'coast-manager',
  claims: { name: 'Coast', roles: ['station-manager'], units: ['network:coast'] },
};

let system: System;
const tokens = new Map<string, string>();
const as = (name: string): Api => apiOf(system.origin, tokens.get(name));
const anonymous = (): Api => apiOf(system.origin);
const run = (who: Api, command: string, input: object) =>
  who.call<{ result: Record<string, unknown> }>('POST', `commands/stations/${command}`, input);

async function refusal(
  work: Promise<unknown>,
): Promise<{ status: number; problem: Record<string, unknown> }> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ApiProblem) return { status: error.status, problem: error.problem };
    throw error;
  }
  throw new Error('This should have been refused.');
}

beforeAll(async () => {
  system = await startTestSystem({ seeds: ['stations'], users: [...demoUsers, ...crowd, outsider] });
  const names = [
    'admin',
    'rider',
    'station-manager',
    'cook',
    ...[...crowd, outsider].map(({ name }) => name),
  ];
  await Promise.all(names.map(async (name) => tokens.set(name, await signIn(system.origin, name))));
});
afterAll(() => system.close());

interface Snapshot {
  snapshot: { entity: string; key: string; data: Record<string, unknown> }[];
}
const snapshot = (who: Api, group: string) => who.call<Snapshot>('GET', `groups/${group}`);

test('fifty riders want the last ten batteries at once: ten get one, forty are told that none is left', async () => {
  const station = 'rush';
  await run(as('admin'), 'add-station', {
    network: 'city',
    station,
    title: 'Rush',
    place: 'Everywhere',
    latitude: 55.7,
    longitude: 37.6,
    slots: 12,
  });
  for (let index = 0; index < 10; index += 1) {
    await run(as('admin'), 'add-battery', { station, battery: `rush-${index}`, charge: 80 + index });
  }
  await run(as('admin'), 'report', { station, charges: Array(12).fill(null) });

  const watcher = await connect(`${system.origin.replace('http', 'ws')}/live`, ['pulsecast.v1']);
  await watcher.subscribe('stations/all');
  const answers = await Promise.allSettled(crowd.map(({ name }) => run(as(name), 'book', { station })));
  const got = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.result] : []));
  const lost = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as ApiProblem] : [],
  );
  expect(lost.map(({ status, problem }) => `${status} ${String(problem.detail)}`)).toEqual(
    Array(40).fill('409 No battery is available here any longer.'),
  );
  expect(new Set(got.map(({ battery }) => battery)).size).toBe(10);
  expect(new Set(got.map(({ slot }) => slot)).size).toBe(10);

  const { snapshot: items } = await snapshot(anonymous(), `stations/station/${station}`);
  expect(items.find(({ entity, key }) => entity === 'station' && key === station)?.data.counts).toEqual({
    available: 0,
    booked: 10,
    charging: 0,
    broken: 0,
    empty: 2,
  });
  // Whoever watches without a login sees it too.
  await watcher.until(
    (frame) =>
      frame.type === 'events' &&
      frame.groups.some(({ events }) =>
        events.some(
          (event) =>
            event.key === station &&
            event.entity === 'station' &&
            (event.data as { counts: { booked: number } } | undefined)?.counts.booked === 10,
        ),
      ),
  );
  await watcher.socket.close();

  // Each of the ten has the booking in a group of their own, and nobody has two.
  const own = await Promise.all(
    crowd.map(async ({ name }) => (await snapshot(as(name), `stations/bookings/${name}`)).snapshot),
  );
  const open = own.flat().filter(({ entity, data }) => entity === 'booking' && data.state === 'open');
  expect(open.map(({ data }) => data.battery).sort()).toEqual(got.map(({ battery }) => battery).sort());
});

test('one rider, two stations at once: one booking', async () => {
  const answers = await Promise.allSettled(
    ['central', 'market', 'harbour', 'old-town'].map((station) => run(as('rider'), 'book', { station })),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const answer of answers) {
    if (answer.status === 'rejected') {
      expect((answer.reason as ApiProblem).problem.detail).toBe('You have an open booking already.');
    }
  }
});

describe('borders', () => {
  test('what is public is public, and tells of nobody', async () => {
    const open = await snapshot(anonymous(), 'stations/all');
    expect(new Set(open.snapshot.map(({ entity }) => entity))).toEqual(new Set(['station', 'meter']));
    const grid = await snapshot(anonymous(), 'stations/station/rush');
    expect(grid.snapshot.find(({ entity }) => entity === 'cabinet')).toBeDefined();
    expect(JSON.stringify([open, grid])).not.toMatch(/rider|code|hold|managers/i);
  });

  test.each(['stations/bookings/rider', 'stations/manage/city', 'stations/audit/city', 'stations/audit'])(
    '%s is closed to others by polling and subscribing, whether it exists or not',
    async (group) => {
      const guessed = group.replace('rider', 'nobody').replace('city', 'nowhere');
      for (const name of ['rider-1', 'coast-manager', 'cook']) {
        const [real, none] = await Promise.all(
          [group, guessed].map((wanted) => refusal(snapshot(as(name), wanted))),
        );
        expect(real?.status).toBe(none?.status);
        expect([403, 404]).toContain(real?.status);
      }
      const socket = await connect(`${system.origin.replace('http', 'ws')}/live`, [
        'pulsecast.v1',
        `jwt.${tokens.get('rider-1')}`,
      ]);
      expect(await socket.subscribe(group)).not.toHaveProperty('snapshot');
      await socket.socket.close();
    },
  );

  test.each([
    ['rider-1', 'set-broken', { station: 'central', slot: 1 }],
    ['rider-1', 'add-battery', { station: 'central', battery: 'mine', charge: 1 }],
    ['rider-1', 'report', { station: 'central', charges: [] }],
    ['rider-1', 'hand-out', { station: 'central', code: '000000' }],
    ['coast-manager', 'set-broken', { station: 'central', slot: 1 }],
    ['coast-manager', 'repair', { station: 'market', slot: 12 }],
    ['station-manager', 'book', { station: 'central' }],
    ['station-manager', 'report', { station: 'central', charges: [] }],
    ['cook', 'book', { station: 'central' }],
  ])('%s may not %s', async (name, command, input) => {
    expect((await refusal(run(as(name), command, input))).status).toBe(403);
  });

  test('nobody books without a login', async () => {
    expect([401, 403]).toContain((await refusal(run(anonymous(), 'book', { station: 'central' }))).status);
  });
});
