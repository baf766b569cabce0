import { describe, expect, test } from 'vitest';
import { joinGroup, listGroups } from '../../../core/access.ts';
import { eventsOf, groupsOf } from '../../../core/changes.ts';
import { anonymous } from '../../../core/domain.ts';
import { factory } from '../../../domains/factory/index.ts';
import * as people from './mill.ts';
import { admin, mill, minute, morning, operator, refusalOf, shiftLead } from './mill.ts';

describe('joining', () => {
  const north = 'factory/line/north';
  const south = 'factory/line/south';
  const site = 'factory/site/mill';
  const rights = [
    { who: 'admin', principal: admin, groups: ['factory/audit', north, south, site] },
    { who: 'shift-lead', principal: shiftLead, groups: [north, south, site] },
    { who: 'operator', principal: operator, groups: [north] },
    { who: 'guard', principal: people.guard, groups: [site] },
    { who: 'gate', principal: people.gate, groups: [] },
    { who: 'cook', principal: people.cook, groups: [] },
    { who: 'anonymous', principal: anonymous, groups: [] },
  ];
  test.each(rights)('$who joins and is told of $groups only', ({ principal, groups }) => {
    const directory = mill().read([{ partition: factory.directory }]);
    expect(
      listGroups(factory, directory, principal)
        .map(({ group }) => group)
        .sort(),
    ).toEqual(groups);
    for (const group of [north, south, site]) {
      const refusal = refusalOf(() => joinGroup([factory], group, principal));
      expect(refusal === undefined).toBe(groups.includes(group));
    }
  });
});

describe('what a group sees', () => {
  test('its snapshot partitions hold every item that it sees', () => {
    const table = mill();
    for (const [group, definition] of [
      ['factory/line/north', factory.groups.line],
      ['factory/site/mill', factory.groups.site],
    ] as const) {
      const params = { line: 'north', site: 'mill' };
      const partitions = definition?.partitions(params) ?? [];
      const seen = table.items().filter((item) => groupsOf(factory, item).includes(group));
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.filter(({ partition }) => !partitions.includes(partition))).toEqual([]);
    }
  });

  test('a line sees nothing of another line, and no claims, history or archive', () => {
    const table = mill();
    table.command(admin, 'end-shift', { line: 'north' }, morning + minute);
    const seen = table.items().filter((item) => groupsOf(factory, item).includes('factory/line/north'));
    expect(new Set(seen.map(({ partition }) => partition))).toEqual(new Set(['plant', 'line/north']));
    expect(seen.filter(({ entity }) => entity === 'line').map(({ key }) => key)).toEqual(['north']);
  });

  test('a person who moves is removed from the old line and put on the new one', () => {
    const table = mill();
    const before = table.changes.length;
    table.command(
      shiftLead,
      'move-employee',
      { line: 'north', employee: 'petrov', to: 'south' },
      morning + minute,
    );
    const events = table.changes.slice(before).flatMap((change) => eventsOf(factory, change));
    expect(events.map(({ group, event }) => [group, event.entity, event.op])).toEqual([
      ['factory/line/north', 'employee', 'remove'],
      ['factory/line/south', 'employee', 'put'],
    ]);
  });
});
