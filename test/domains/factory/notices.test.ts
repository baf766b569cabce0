import { describe, expect, test } from 'vitest';
import { notices } from '../../../domains/factory/notices.ts';
import { tellDownMs } from '../../../domains/factory/silence.ts';
import { admin, itemOf, mill, minute, morning, operator, pulser, refusalOf, shiftLead } from './mill.ts';

const north = { line: 'north' };
const told = (table: ReturnType<typeof mill>, name: string) =>
  table.notices.filter(({ notice }) => notice === name);

/** A mill of which nobody was told anything yet. */
function quiet() {
  const table = mill();
  table.notices.splice(0);
  return table;
}

describe('who is told', () => {
  test.each(['material', 'quality', 'mechanic', 'help'] as const)(
    'a call for %s: the leads of the line',
    (kind) => {
      const table = quiet();
      table.command(operator, 'call-andon', { ...north, machine: 'loom-1', kind }, morning);
      expect(table.notices).toMatchObject([
        { to: 'shift-lead', notice: `call-${kind}`, severity: 'warning', group: 'factory/line/north' },
      ]);
      expect(table.notices[0]?.text.ru).toContain('Lohia 1');
    },
  );

  test('nobody of what they did themselves', () => {
    const table = quiet();
    table.command(shiftLead, 'call-andon', { ...north, machine: 'loom-1', kind: 'help' }, morning);
    expect(table.notices).toEqual([]);
  });

  test('a shift that ends and one that starts: the leads of line and site, each once', () => {
    const table = quiet();
    table.command(admin, 'end-shift', north, morning + minute);
    const next = { ...north, title: 'Night', lead: 'Ольга', hours: 8, target: 100 };
    table.command(shiftLead, 'start-shift', next, morning + 2 * minute);
    expect(table.notices.map(({ to, notice }) => [to, notice])).toEqual([
      ['shift-lead', 'shift-ended'],
      ['admin', 'shift-started'],
    ]);
    expect(table.notices[0]?.text.en).toContain('with 0 of 85000, OEE –');
    expect(table.notices[1]?.text.en).toContain('Night has started, led by Ольга');
  });

  test('a critical event: the leads of the site, other events nobody', () => {
    const table = quiet();
    const report = { site: 'mill', kind: 'alarm', place: 'Dye house' };
    table.command(shiftLead, 'report-security', report, morning);
    table.command(shiftLead, 'report-security', { ...report, kind: 'door' }, morning);
    expect(table.notices).toMatchObject([
      { to: 'admin', notice: 'security-critical', severity: 'critical', group: 'factory/site/mill' },
    ]);
  });

  test('a machine that stands: the leads of the line, once, when it is too long', () => {
    const table = quiet();
    const pulse = pulser(table, 'loom-1');
    pulse(morning);
    for (let minutes = 1; minutes < 15; minutes += 1) table.sweep(morning + minutes * minute);
    expect(told(table, 'machine-down')).toEqual([]);
    for (let minutes = 15; minutes < 30; minutes += 1) table.sweep(morning + minutes * minute);
    expect(told(table, 'machine-down')).toMatchObject([{ to: 'shift-lead' }]);
    expect(told(table, 'machine-down')[0]?.text.en).toBe(
      `Lohia 1 has been down for ${tellDownMs / minute} min`,
    );
    pulse(morning + 30 * minute);
    for (let minutes = 31; minutes < 60; minutes += 1) table.sweep(morning + minutes * minute);
    expect(told(table, 'machine-down')).toHaveLength(2);
  });

  test('planned downtime, and machines outside of a shift, trouble nobody', () => {
    const table = quiet();
    pulser(table, 'loom-1')(morning);
    pulser(table, 'loom-2')(morning);
    const changeover = { ...north, machine: 'loom-1', status: 'down', reason: 'changeover' };
    table.command(operator, 'set-machine-status', changeover, morning + minute);
    table.sweep(morning + 12 * minute);
    table.command(shiftLead, 'end-shift', north, morning + 13 * minute);
    table.sweep(morning + 40 * minute);
    expect(told(table, 'machine-down')).toEqual([]);
  });

  test('an admin says who leads, and nobody is told of a line without leads', () => {
    const table = quiet();
    const call = (machine: string) =>
      table.command(operator, 'call-andon', { ...north, machine, kind: 'help' }, morning);
    table.command(admin, 'set-leads', { of: 'line', ...north, leads: ['a', 'b', 'a'] }, morning);
    call('loom-1');
    expect(table.notices.map(({ to }) => to)).toEqual(['a', 'b']);
    table.command(admin, 'set-leads', { of: 'line', ...north, leads: [] }, morning);
    call('loom-2');
    expect(table.notices).toHaveLength(2);
  });

  test('of two admins who change it at once the second is told, and writes nothing over', () => {
    const table = quiet();
    const set = (leads: string[], was: string[]) =>
      table.command(admin, 'set-leads', { of: 'line', ...north, leads, was }, morning);
    set([], ['shift-lead']);
    set(['a'], []);
    expect(refusalOf(() => set(['b'], []))).toMatchObject({
      code: 'conflict',
      details: { current: { key: 'north', data: { leads: ['a'] } } },
    });
    expect(itemOf(table, 'line', 'north')?.data).toMatchObject({ leads: ['a'] });
  });
});

test('every notice has the same places in both languages', () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
  for (const { text } of Object.values(notices)) expect(places(text.ru)).toEqual(places(text.en));
});
