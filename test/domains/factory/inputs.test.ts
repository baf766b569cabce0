import { expect, test } from 'vitest';
import { admin, mill, morning, refusalOf } from './mill.ts';

const machine = { line: 'north', machine: 'm', title: 'M' };
const status = { line: 'north', machine: 'loom-1' };
const shift = { line: 'north', title: 'T', lead: 'L', hours: 8, target: 1 };
const person = { line: 'north', employee: 'p', name: 'P', role: 'operator', badge: 'M-1' };
const scrap = { ...status, quantity: 1, reason: 'stain' };
const cause = { line: 'north', downtime: 'loom-1.1', reason: 'other' };
const report = { site: 'mill', kind: 'door', place: 'Gate' };

/** Command, a bad input, and the field that must be named. */
const bad: readonly [string, object, string][] = [
  ['add-site', { title: 'X' }, 'site'],
  ['add-site', { site: 'A b', title: 'X' }, 'site'],
  ['add-site', { site: 'a/b', title: 'X' }, 'site'],
  ['add-site', { site: 'a'.repeat(33), title: 'X' }, 'site'],
  ['add-site', { site: 'a', title: '   ' }, 'title'],
  ['add-site', { site: 'a', title: 'x'.repeat(61) }, 'title'],
  ['add-site', { site: 'a', title: 'two\nlines' }, 'title'],
  ['add-site', { site: 'a', title: 'turned \u202e around' }, 'title'],
  ['add-site', { site: 'a', title: 7 }, 'title'],
  ['add-site', { site: 'a', title: 'X', extra: 1 }, 'extra'],
  ['add-machine', { ...machine, idleAfterMs: 1 }, 'idleAfterMs'],
  ['add-machine', { ...machine, idleAfterMs: 400_000 }, 'downAfterMs'],
  ['add-machine', { ...machine, downAfterMs: 1_000_000 }, 'offlineAfterMs'],
  ['set-machine-status', { ...status, status: 'running' }, 'status'],
  ['set-machine-status', { ...status, status: 'down' }, 'reason'],
  ['set-machine-status', { ...status, status: 'down', reason: 'no_pulses' }, 'reason'],
  ['set-machine-status', { ...status, status: 'idle', reason: 'other' }, 'reason'],
  ['set-machine-status', { ...status, status: 'maintenance', note: 'x'.repeat(201) }, 'note'],
  ['start-shift', { ...shift, hours: 0 }, 'hours'],
  ['start-shift', { ...shift, hours: 25 }, 'hours'],
  ['start-shift', { ...shift, hours: Number.NaN }, 'hours'],
  ['start-shift', { ...shift, target: -1 }, 'target'],
  ['start-shift', { ...shift, target: 1.5 }, 'target'],
  ['set-target', { line: 'north', target: '5' }, 'target'],
  ['set-target', { line: 'north', target: 10_000_001 }, 'target'],
  ['add-employee', { ...person, badge: 'bad badge' }, 'badge'],
  ['add-employee', { ...person, role: 'king' }, 'role'],
  ['clock-in', { line: 'north', employee: 'petrov', rev: -1 }, 'rev'],
  ['move-employee', { line: 'north', employee: 'petrov', to: 'north' }, 'to'],
  ['move-employee', { line: 'north', employee: 'petrov', to: 'nowhere' }, 'to'],
  ['report-security', { ...report, kind: 'party' }, 'kind'],
  ['report-security', { ...report, severity: 'huge' }, 'severity'],
  ['report-security', { ...report, at: 1.5 }, 'at'],
  ['acknowledge-security', { site: 'mill', event: 'e'.repeat(33) }, 'event'],
  ['set-leads', { of: 'plant', leads: [] }, 'of'],
  ['set-leads', { of: 'line', leads: [] }, 'line'],
  ['set-leads', { of: 'line', line: 'north', leads: [''] }, 'leads.0'],
  ['set-leads', { of: 'site', site: 'mill', leads: Array(11).fill('x') }, 'leads'],
  ['set-ideal-rate', { ...status, perMinute: 0 }, 'perMinute'],
  ['set-ideal-rate', { ...status, perMinute: 10_001 }, 'perMinute'],
  ['set-ideal-rate', { ...status, perMinute: '40' }, 'perMinute'],
  ['report-scrap', { ...scrap, quantity: 0 }, 'quantity'],
  ['report-scrap', { ...scrap, quantity: -3 }, 'quantity'],
  ['report-scrap', { ...scrap, quantity: 1.5 }, 'quantity'],
  ['report-scrap', { ...scrap, reason: 'bad luck' }, 'reason'],
  ['report-scrap', { ...status, reason: 'stain' }, 'quantity'],
  ['correct-scrap', { ...scrap, quantity: -1, was: 0 }, 'quantity'],
  ['correct-scrap', scrap, 'was'],
  ['qualify-downtime', { ...cause, reason: 'no_pulses' }, 'reason'],
  ['qualify-downtime', { ...cause, downtime: '' }, 'downtime'],
  ['qualify-downtime', { ...cause, downtime: 'd'.repeat(65) }, 'downtime'],
  ['qualify-downtime', { ...cause, note: 'two\nlines' }, 'note'],
  ['qualify-downtime', { ...cause, note: 'x'.repeat(201) }, 'note'],
  ['call-andon', { ...status, kind: 'fire' }, 'kind'],
  ['call-andon', { line: 'north', kind: 'help' }, 'machine'],
  ['call-andon', { ...status, kind: 'help', note: ' ' }, 'note'],
  ['acknowledge-andon', { line: 'north', call: '' }, 'call'],
  ['resolve-andon', { line: 'north', call: 'c'.repeat(65) }, 'call'],
  ['cancel-andon', { line: 'north', call: 'loom-5.material', rev: '1' }, 'rev'],
];

const table = mill();

test.each(bad)('%s with %j names the field %s', (name, input, field) => {
  const before = table.items();
  expect(refusalOf(() => table.command(admin, name, input, morning))).toMatchObject({
    code: 'invalid_input',
    details: { errors: [expect.objectContaining({ path: field })] },
  });
  expect(table.items()).toEqual(before);
});

test('a text of HTML and script is a text like any other', () => {
  const fresh = mill();
  const note = '<img src=x onerror=alert(1)> Ω \u{1f9f5}';
  fresh.command(admin, 'call-andon', { ...status, kind: 'help', note }, morning);
  expect(fresh.items().find(({ key }) => key === 'loom-1.help')?.data).toMatchObject({ note });
});

test('an input that is no object is refused', () => {
  for (const input of [null, 'x', 7, [], undefined]) {
    expect(refusalOf(() => table.command(admin, 'add-site', input, morning))).toMatchObject({
      code: 'invalid_input',
    });
  }
});
