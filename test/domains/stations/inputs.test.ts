import { expect, test } from 'vitest';
import { stations } from '../../../domains/stations/index.ts';
import { admin, city, morning, refusalOf, slotOf } from './city.ts';

const at = { station: 'central' };
const station = {
  network: 'city',
  station: 's',
  title: 'T',
  place: 'P',
  latitude: 1,
  longitude: 1,
  slots: 4,
};
const battery = { ...at, battery: 'b', charge: 50 };

/** Command, a bad input, and the field that must be named. */
const bad: readonly [string, object, string][] = [
  ['add-network', { title: 'X' }, 'network'],
  ['add-network', { network: 'n', title: ' ' }, 'title'],
  ['add-network', { network: 'n', title: 'X', managers: [''] }, 'managers.0'],
  ['add-network', { network: 'n', title: 'X', managers: Array(11).fill('m') }, 'managers'],
  ['add-station', { ...station, station: 'a/b' }, 'station'],
  ['add-station', { ...station, station: 'S' }, 'station'],
  ['add-station', { ...station, title: 'x'.repeat(61) }, 'title'],
  ['add-station', { ...station, place: 'two\nlines' }, 'place'],
  ['add-station', { ...station, latitude: 91 }, 'latitude'],
  ['add-station', { ...station, latitude: Number.NaN }, 'latitude'],
  ['add-station', { ...station, longitude: '37' }, 'longitude'],
  ['add-station', { ...station, slots: 0 }, 'slots'],
  ['add-station', { ...station, slots: 49 }, 'slots'],
  ['add-station', { ...station, slots: 1.5 }, 'slots'],
  ['add-station', { ...station, status: 'online' }, 'status'],
  ['add-battery', { ...battery, battery: '<b>' }, 'battery'],
  ['add-battery', { ...battery, charge: -1 }, 'charge'],
  ['add-battery', { ...battery, charge: 101 }, 'charge'],
  ['add-battery', { ...battery, charge: 0.5 }, 'charge'],
  ['add-battery', { ...battery, slot: 0 }, 'slot'],
  ['add-battery', { ...battery, slot: 17 }, 'slot'],
  ['remove-battery', at, 'slot'],
  ['remove-battery', { ...at, slot: 17 }, 'slot'],
  ['set-broken', { ...at, slot: 1, note: 'x'.repeat(201) }, 'note'],
  ['set-broken', { ...at, slot: 1, was: 'gone' }, 'was'],
  ['repair', { ...at, slot: '1' }, 'slot'],
  ['repair', { ...at, slot: 48 }, 'slot'],
  ['report', { ...at, charges: [1] }, 'charges'],
  ['report', { ...at, charges: [101] }, 'charges.0'],
  ['report', { ...at, charges: Array(49).fill(1) }, 'charges'],
  ['report', at, 'charges'],
  ['book', {}, 'station'],
  ['book', { ...at, rider: 'other' }, 'rider'],
  ['cancel-booking', { station: 7 }, 'station'],
  ['collect', { ...at, returned: 'a b' }, 'returned'],
  ['hand-out', { ...at, code: '12345' }, 'code'],
  ['hand-out', { ...at, code: 123456 }, 'code'],
  ['swap', { ...at, returned: { battery: 'b' } }, 'returned.charge'],
  ['swap', { ...at, returned: { battery: 'unknown', charge: 1 } }, 'returned.battery'],
];

const table = city();

test.each(bad)('%s with %j names the field %s', (name, input, field) => {
  const before = table.items();
  expect(refusalOf(() => table.command(admin, name, input, morning))).toMatchObject({
    code: 'invalid_input',
    details: { errors: [expect.objectContaining({ path: field })] },
  });
  expect(table.items()).toEqual(before);
});

test('no command is left out of the table', () => {
  expect(new Set(bad.map(([name]) => name))).toEqual(new Set(Object.keys(stations.commands)));
});

test('a station that does not exist is not found', () => {
  const before = table.items();
  for (const [command, more] of [
    ['book', {}],
    ['collect', {}],
    ['cancel-booking', {}],
    ['swap', {}],
    ['hand-out', { code: '000000' }],
    ['report', { charges: [] }],
    ['repair', { slot: 1 }],
  ] as const) {
    const input = { station: 'nowhere', ...more };
    expect(refusalOf(() => table.command(admin, command, input, morning))?.code).toBe('not_found');
  }
  expect(table.items()).toEqual(before);
});

test('a text of HTML and script is a text like any other', () => {
  const fresh = city();
  const note = '<img src=x onerror=alert(1)> Ω \u{1f50b}';
  fresh.command(admin, 'set-broken', { ...at, slot: 2, note }, morning);
  expect(slotOf(fresh, 2)).toMatchObject({ state: 'broken', note });
});
