import { expect, test } from 'vitest';
import { joinGroup, listGroups } from '../../../core/access.ts';
import { groupsOf } from '../../../core/changes.ts';
import { anonymous } from '../../../core/domain.ts';
import { stations } from '../../../domains/stations/index.ts';
import { demoStations } from '../../../domains/stations/seed.ts';
import { admin, cabinet, city, cook, manager, morning, other, refusalOf, rider, stranger } from './city.ts';

const open = ['stations/all', ...demoStations.map(([station]) => `stations/station/${station}`)];
const desk = ['stations/manage/city', 'stations/audit/city'];
const closed = ['stations/audit', ...desk, 'stations/bookings/rider', 'stations/bookings/other'];

test.each([
  ['anonymous', anonymous, []],
  ['rider', rider, ['stations/bookings/rider']],
  ['other', other, ['stations/bookings/other']],
  ['manager', manager, desk],
  ['manager of another network', stranger, []],
  ['cabinet', cabinet, []],
  ['cook', cook, []],
  ['admin', admin, ['stations/audit', ...desk, 'stations/bookings/admin']],
])('%s is shown what is public and what is their own', (_who, principal, own) => {
  const directory = city().read([{ partition: stations.directory }]);
  const listed = listGroups(stations, directory, principal).map(({ group }) => group);
  expect(listed.sort()).toEqual([...open, ...own].sort());
  for (const group of [...open, ...closed]) {
    const refused = refusalOf(() => joinGroup([stations], group, principal)) !== undefined;
    expect(refused, group).toBe(![...open, ...own].includes(group));
  }
});

test('every item that a group sees is in the partitions of its snapshot', () => {
  const table = city();
  table.command(rider, 'book', { station: 'central' }, morning);
  for (const [group, params, definition] of [
    ['stations/all', {}, stations.groups.all],
    ['stations/station/central', { station: 'central' }, stations.groups.station],
    ['stations/manage/city', { network: 'city' }, stations.groups.desk],
    ['stations/bookings/rider', { rider: 'rider' }, stations.groups.bookings],
  ] as const) {
    const partitions = definition?.partitions(params) ?? [];
    const seen = table.items().filter((item) => groupsOf(stations, item).includes(group));
    expect(seen.length, group).toBeGreaterThan(0);
    expect(seen.filter(({ partition }) => !partitions.includes(partition))).toEqual([]);
  }
});
