/** Bad input of every command names its field and changes nothing; odd texts are texts. */
import { expect, test } from 'vitest';
import { kitchen } from '../../../domains/kitchen/index.ts';
import { admin, burger, noon, orderOf, pass, passWith, refusalOf, theOrder } from './pass.ts';

const step = { location: 'centre', order: 'a' };
const place = orderOf('b', 2);
const line = (change: object) => ({ ...place, lines: [{ ...burger, ...change }] });
const limits = { warn: 60, late: 120 };
const timers = { location: 'centre', thresholds: { pending: limits, preparing: limits, ready: limits } };

const bad: readonly [string, object, string][] = [
  ['add-location', { title: 'X' }, 'location'],
  ['add-location', { location: 'A b', title: 'X' }, 'location'],
  ['add-location', { location: 'a/b', title: 'X' }, 'location'],
  ['add-location', { location: 'x', title: ' ' }, 'title'],
  ['add-location', { location: 'x', title: 'x'.repeat(61) }, 'title'],
  ['add-location', { location: 'x', title: 'X', owner: 'me' }, 'owner'],
  ['set-thresholds', { location: 'centre' }, 'thresholds'],
  ['set-thresholds', { ...timers, thresholds: { pending: limits, ready: limits } }, 'thresholds.preparing'],
  [
    'set-thresholds',
    { ...timers, thresholds: { ...timers.thresholds, ready: { warn: 9, late: 60 } } },
    'thresholds.ready.warn',
  ],
  [
    'set-thresholds',
    { ...timers, thresholds: { ...timers.thresholds, ready: { warn: 60, late: 60 } } },
    'thresholds.ready.late',
  ],
  [
    'set-thresholds',
    { ...timers, thresholds: { ...timers.thresholds, ready: { warn: 60, late: 7201 } } },
    'thresholds.ready.late',
  ],
  ['set-thresholds', { ...timers, rev: -1 }, 'rev'],
  ['place-order', { ...place, order: undefined }, 'order'],
  ['place-order', { ...place, order: 'B!' }, 'order'],
  ['place-order', { ...place, order: 'b'.repeat(33) }, 'order'],
  ['place-order', { ...place, number: 0 }, 'number'],
  ['place-order', { ...place, number: -4 }, 'number'],
  ['place-order', { ...place, number: 1.5 }, 'number'],
  ['place-order', { ...place, number: 10_000 }, 'number'],
  ['place-order', { ...place, number: '7' }, 'number'],
  ['place-order', { ...place, service: 'drone' }, 'service'],
  ['place-order', { ...place, table: '' }, 'table'],
  ['place-order', { ...place, guest: 'x'.repeat(41) }, 'guest'],
  ['place-order', { ...place, guest: 'a\u202eb' }, 'guest'],
  ['place-order', { ...place, note: 'two\nlines' }, 'note'],
  ['place-order', { ...place, rush: 'yes' }, 'rush'],
  ['place-order', { ...place, state: 'served' }, 'state'],
  ['place-order', { ...place, lines: [] }, 'lines'],
  ['place-order', { ...place, lines: Array(21).fill(burger) }, 'lines'],
  [
    'place-order',
    { ...place, lines: Array(20).fill({ ...burger, modifiers: Array(6).fill('x'.repeat(40)) }) },
    'lines',
  ],
  ['place-order', line({ quantity: 0 }), 'lines.0.quantity'],
  ['place-order', line({ quantity: -1 }), 'lines.0.quantity'],
  ['place-order', line({ quantity: 100 }), 'lines.0.quantity'],
  ['place-order', line({ dish: '' }), 'lines.0.dish'],
  ['place-order', line({ station: 'garage' }), 'lines.0.station'],
  ['place-order', line({ modifiers: 'none' }), 'lines.0.modifiers'],
  ['place-order', line({ modifiers: Array(7).fill('x') }), 'lines.0.modifiers'],
  ['place-order', line({ prepared: true }), 'lines.0.prepared'],
  ['bump-station', { ...step, station: 'garage' }, 'station'],
  ['bump-station', step, 'station'],
  ['bump-station', { ...step, station: 'bar' }, 'station'],
  ['recall-station', { ...step, station: 7 }, 'station'],
  ['set-rush', step, 'rush'],
  ['set-rush', { ...step, rush: 1 }, 'rush'],
  ...['start-order', 'bump-order', 'serve-order', 'recall-order', 'cancel-order'].flatMap(
    (name): [string, object, string][] => [
      [name, { location: 'centre' }, 'order'],
      [name, { location: 'centre', order: '../a' }, 'order'],
      [name, { location: '', order: 'a' }, 'location'],
      [name, { ...step, rev: '1' }, 'rev'],
      [name, { ...step, state: 'ready' }, 'state'],
    ],
  ),
];

const table = passWith('pending');

test.each(bad)('%s with %j names the field %s', (name, input, field) => {
  const before = table.items();
  expect(refusalOf(() => table.command(admin, name, input, noon))).toMatchObject({
    code: 'invalid_input',
    details: { errors: [expect.objectContaining({ path: field })] },
  });
  expect(table.items()).toEqual(before);
});

test('every command is in the table, and refuses what is no object', () => {
  expect(new Set(bad.map(([name]) => name))).toEqual(new Set(Object.keys(kitchen.commands)));
  for (const name of Object.keys(kitchen.commands)) {
    for (const input of [null, 'x', 7, [], undefined]) {
      expect(refusalOf(() => table.command(admin, name, input, noon))).toMatchObject({
        code: 'invalid_input',
      });
    }
  }
});

test('a text of HTML and script is a text like any other', () => {
  const fresh = pass();
  const html = '<img src=x onerror=alert(1)>';
  const lines = [{ ...burger, dish: html, modifiers: [html] }];
  fresh.command(admin, 'place-order', orderOf('a', 1, { guest: html, note: `${html} Ω 🍔`, lines }), noon);
  expect(theOrder(fresh)).toMatchObject({ guest: html, lines: [{ dish: html, modifiers: [html] }] });
});

test('the largest order fits an item', () => {
  const fresh = pass();
  const wide = (most: number) => '漢'.repeat(most);
  const lines = Array.from({ length: 20 }, () => ({
    ...burger,
    dish: wide(60),
    modifiers: [wide(40), wide(24)],
  }));
  fresh.command(
    admin,
    'place-order',
    orderOf('a', 1, { guest: wide(40), note: wide(120), table: wide(12), lines }),
    noon,
  );
  expect(Buffer.byteLength(JSON.stringify(theOrder(fresh)))).toBeLessThan(12 * 1024);
});
