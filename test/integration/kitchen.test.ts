/** Borders and races of the kitchen over HTTP and sockets. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, apiOf } from '../../bin/api.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { refusal } from '../conformance/target.ts';
import { startTestSystem } from '../support/system.ts';

let system: System;
let admin: Api;
let cook: Api;
let stranger: Api;
let clerk: Api;

beforeAll(async () => {
  system = await startTestSystem({ seeds: ['kitchen'] });
  const as = async (name: string) => apiOf(system.origin, await signIn(system.origin, name));
  [admin, cook, clerk] = await Promise.all([as('admin'), as('cook'), as('unit1-clerk')]);
  stranger = apiOf(system.origin);
});
afterAll(() => system?.close());

const lines = [{ dish: 'Tea', quantity: 1, station: 'bar', modifiers: [] }];
const order = (number: number, change: object = {}) => ({
  location: 'centre',
  order: `o${number}`,
  number,
  service: 'takeaway',
  lines,
  ...change,
});
const run = (api: Api, command: string, input: object) =>
  api.call<{ result?: unknown }>('POST', `commands/kitchen/${command}`, input);
interface Entry {
  entity: string;
  key: string;
  data: { number?: number; state?: string; placed?: number };
}
const snapshot = async (api: Api, group: string) =>
  (await api.call<{ snapshot: Entry[] }>('GET', `groups/kitchen/${group}`)).snapshot;

test('ten tills send one order at once: it is cooked once, and all get the same answer', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => run(cook, 'place-order', order(801))));
  expect(new Set(answers.map(({ result }) => JSON.stringify(result))).size).toBe(1);
  const orders = (await snapshot(cook, 'location/centre')).filter(({ data }) => data.number === 801);
  expect(orders).toHaveLength(1);
});

test('a number is given once, however many ask for it at once', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => run(cook, 'place-order', order(802, { order: `n${index}` }))),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('one of many cooks bumps; the others get a conflict with what it is now', async () => {
  await run(cook, 'place-order', order(803));
  const step = { location: 'centre', order: 'o803' };
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      refusal(run(index % 2 === 0 ? cook : admin, 'start-order', step)).then(
        ({ status, problem }) => ({ status, problem }),
        () => undefined,
      ),
    ),
  );
  const refused = outcomes.filter((outcome) => outcome !== undefined);
  expect(refused).toHaveLength(5);
  for (const { status, problem } of refused) {
    expect(status).toBe(409);
    expect(JSON.stringify(problem)).toContain('"state":"preparing"');
  }
});

test('many orders at once are all counted in their hour', async () => {
  const placed = async () =>
    (await snapshot(cook, 'analytics/centre')).reduce((sum, { data }) => sum + (data.placed ?? 0), 0);
  const before = await placed();
  await Promise.all(Array.from({ length: 12 }, (_, index) => run(cook, 'place-order', order(810 + index))));
  expect(await placed()).toBe(before + 12);
});

test('nobody crosses a border: snapshot, command, guessed names, trail', async () => {
  for (const group of ['location/harbour', 'analytics/harbour', 'audit', 'location/nowhere']) {
    for (const api of [cook, clerk, stranger]) {
      const { status } = await refusal(snapshot(api, group));
      expect([401, 403]).toContain(status);
    }
  }
  for (const [command, input] of [
    ['place-order', order(850, { location: 'harbour' })],
    ['start-order', { location: 'harbour', order: 'seed-12' }],
    ['recall-order', { location: 'harbour', order: 'seed-12' }],
    ['add-location', { location: 'mine', title: 'Mine' }],
  ] as const) {
    for (const api of [cook, clerk, stranger]) {
      const { status, problem } = await refusal(run(api, command, input));
      expect([401, 403]).toContain(status);
      expect(JSON.stringify(problem)).not.toMatch(/Fish|pending/);
    }
  }
  // The key of another location's order under one's own location is no order.
  const { status } = await refusal(run(cook, 'start-order', { location: 'centre', order: 'seed-12' }));
  expect(status).toBe(404);
  const seen = await cook.call<{ groups: { group: string }[] }>('GET', 'groups');
  const names = JSON.stringify(seen);
  expect(names).not.toMatch(/kitchen\/(location|analytics)\/harbour|kitchen\/audit/);
});

test('guests get numbers and states, and nothing that would name them', async () => {
  const items = await snapshot(stranger, 'pickup/centre');
  expect(items.length).toBeGreaterThan(0);
  for (const { entity, data } of items) {
    expect(entity).toBe('ticket');
    expect(Object.keys(data).sort()).toEqual(['location', 'since', 'state']);
  }
});
