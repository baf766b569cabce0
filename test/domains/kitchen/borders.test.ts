/** One location never sees or touches another; guests get numbers only. And the demo. */
import { describe, expect, test } from 'vitest';
import { listGroups } from '../../../core/access.ts';
import type { Action, Random } from '../../../core/demo.ts';
import { anonymous } from '../../../core/domain.ts';
import { entities } from '../../../domains/kitchen/entities.ts';
import { groups } from '../../../domains/kitchen/groups.ts';
import { kitchen } from '../../../domains/kitchen/index.ts';
import { seed } from '../../../domains/kitchen/seed.ts';
import { simulate } from '../../../domains/kitchen/simulate.ts';
import { MemoryTable } from '../../support/memory.ts';
import {
  admin,
  clerk,
  cook,
  expo,
  harbourCook,
  minute,
  noon,
  orderOf,
  pass,
  passWith,
  refusalOf,
  second,
  till,
} from './pass.ts';

test.each(['location', 'analytics'] as const)('who joins %s', (name) => {
  const joins = (location: string) =>
    [admin, cook, expo, till, clerk, harbourCook, anonymous].map((who) =>
      groups[name].join(who, { location }),
    );
  expect(joins('centre')).toEqual([true, true, true, false, false, false, false]);
  expect(joins('harbour')).toEqual([true, false, false, false, false, true, false]);
});

test('the groups of a location are told apart, in both languages', () => {
  const directory = pass().read([{ partition: kitchen.directory }]);
  const titles = Object.fromEntries(
    listGroups(kitchen, directory, cook).map(({ group, title, titles }) => [group, titles ?? title]),
  );
  expect(titles).toMatchObject({
    'kitchen/location/centre': 'centre',
    'kitchen/pickup/centre': { en: 'Pick-up · centre', ru: 'Выдача · centre' },
    'kitchen/analytics/centre': { en: 'Last 24 h · centre', ru: 'За сутки · centre' },
  });
});

test('the board for guests is public and shows a number and its state, nothing else', () => {
  expect(groups.pickup.join()).toBe(true);
  const table = passWith('ready');
  const seen = table
    .read(groups.pickup.partitions({ location: 'centre' }).map((partition) => ({ partition })))
    .list('ticket');
  expect(seen.map(({ key, data }) => [key, Object.keys(data).sort()])).toEqual([
    ['1', ['location', 'since', 'state']],
  ]);
  for (const [name, definition] of Object.entries(entities)) {
    if (name === 'ticket') continue;
    for (const item of table.items().filter(({ entity }) => entity === name)) {
      expect(definition.groups(item as never).join()).not.toContain('pickup');
    }
  }
});

test('a cook of another location is refused each command, and learns nothing', () => {
  const table = passWith('ready');
  const before = table.items();
  const inputs: Record<string, object> = {
    'place-order': orderOf('x', 9),
    'bump-station': { location: 'centre', order: 'a', station: 'grill' },
    'recall-station': { location: 'centre', order: 'a', station: 'grill' },
    'set-rush': { location: 'centre', order: 'a', rush: true },
    'add-location': { location: 'x', title: 'X' },
    'set-thresholds': {
      location: 'harbour',
      thresholds: Object.fromEntries(
        ['pending', 'preparing', 'ready'].map((one) => [one, { warn: 10, late: 20 }]),
      ),
    },
  };
  for (const name of Object.keys(kitchen.commands)) {
    const input = inputs[name] ?? { location: 'centre', order: 'a' };
    const refusal = refusalOf(() => table.command(harbourCook, name, input, noon));
    expect(refusal).toMatchObject({ code: 'forbidden' });
    expect(JSON.stringify(refusal)).not.toMatch(/grill|ready/);
  }
  // The key of another location's order, under his own location, does not exist.
  const own = { location: 'harbour', order: 'a' };
  expect(refusalOf(() => table.command(harbourCook, 'serve-order', own, noon))).toMatchObject({
    code: 'not_found',
  });
  expect(table.items()).toEqual(before);
});

function randomOf(start: number): Random {
  let state = start;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

describe('the demo', () => {
  const people = { admin, cook } as Record<string, typeof admin>;
  const seeded = () => {
    const table = new MemoryTable(kitchen);
    for (const { command, input } of seed) table.command(admin, command, input, noon);
    return table;
  };

  test('the seed plays on an empty table under keys of its own, and adds nothing when it is played again', () => {
    const table = seeded();
    expect(new Set(seed.map(({ key }) => key)).size).toBe(seed.length);
    const before = table.items();
    for (const { command, input } of seed) {
      const refusal = refusalOf(() => table.command(admin, command, input, noon + minute));
      if (command !== 'place-order') expect(refusal).toMatchObject({ code: 'conflict' });
    }
    expect(table.items()).toEqual(before);
  });

  test('the same random source gives the same day', () => {
    const run = () => {
      const next = simulate(randomOf(7), noon);
      return Array.from({ length: 200 }, (_, index) => next(noon + index * 3 * second));
    };
    expect(run()).toEqual(run());
    expect(run().flat().length).toBeGreaterThan(60);
  });

  test('two hours pass without an order left over or a step refused', () => {
    const table = seeded();
    const next = simulate(randomOf(3), noon);
    const refused: unknown[] = [];
    const play = (action: Action, now: number) => {
      if (action.kind !== 'command') return;
      const refusal = refusalOf(() =>
        table.command(people[action.as] ?? admin, action.command, action.input, now),
      );
      // What the seed began already may be begun only once.
      if (refusal !== undefined && !String(action.input.order).startsWith('seed-'))
        refused.push([action, refusal]);
    };
    let most = 0;
    for (let now = noon; now < noon + 2 * 60 * minute; now += 3 * second) {
      for (const action of next(now)) play(action, now);
      if (now % minute === 0) table.sweep(now);
      most = Math.max(most, table.items().filter(({ entity }) => entity === 'order').length);
    }
    expect(refused).toEqual([]);
    expect(most).toBeLessThan(140);
    const items = table.items();
    expect(items.filter(({ entity }) => entity === 'past').length).toBeGreaterThan(200);
    expect(items.filter(({ entity, key }) => entity === 'ticket' && Number(key) < 100)).toEqual([]);
  });

  test('a fresh table has nothing open', () => {
    expect(
      pass()
        .items()
        .map(({ entity }) => entity),
    ).toEqual(['location', 'location']);
  });
});
