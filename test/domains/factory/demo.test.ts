import { describe, expect, test } from 'vitest';
import type { Action, Random } from '../../../core/demo.ts';
import type { Principal } from '../../../core/domain.ts';
import {
  andonKinds,
  andonStates,
  downReasons,
  employeeRoles,
  machineStatuses,
  scrapReasons,
  securityKinds,
  severities,
} from '../../../domains/factory/codes.ts';
import { factory } from '../../../domains/factory/index.ts';
import { seed } from '../../../domains/factory/seed.ts';
import { simulate } from '../../../domains/factory/simulate.ts';
import { texts } from '../../../domains/factory/texts.ts';
import {
  admin,
  machineOf,
  mill,
  minute,
  morning,
  operator,
  refusalOf,
  second,
  shiftLead,
  shiftOf,
} from './mill.ts';

/** Mulberry32: a random source that a test can repeat. */
function randomOf(start: number): Random {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('seed', () => {
  test('every step succeeds on an empty plant, under a key of its own', () => {
    const items = mill().items();
    const count = (entity: string) => items.filter((item) => item.entity === entity).length;
    expect(['site', 'line', 'machine', 'employee', 'shift', 'security'].map(count)).toEqual([
      1, 2, 10, 14, 2, 3,
    ]);
    expect(new Set(seed.map(({ key }) => key)).size).toBe(seed.length);
  });

  test('run again it adds nothing: every step is a conflict or changes no count', () => {
    const table = mill();
    const before = table.items().map(({ entity, key }) => `${entity} ${key}`);
    for (const { command, input } of seed) {
      const refusal = refusalOf(() => table.command(admin, command, input, morning + minute));
      // These set what is set already.
      const sets = ['assign-machine', 'set-ideal-rate', 'set-leads'].includes(command);
      if (!sets) expect(refusal).toMatchObject({ code: 'conflict' });
    }
    expect(table.items().map(({ entity, key }) => `${entity} ${key}`)).toEqual(before);
  });
});

describe('simulation', () => {
  const day = (
    start: number,
    from: number,
    minutes: number,
    each: (actions: Action[], now: number) => void,
  ) => {
    const next = simulate(randomOf(start), from);
    for (let now = from; now <= from + minutes * minute; now += 5 * second) each(next(now), now);
  };

  test('the same random source gives the same day', () => {
    const run = (start: number) => {
      const actions: Action[] = [];
      day(start, morning, 20, (more) => actions.push(...more));
      return JSON.stringify(actions);
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
  });

  test('two hours of it pass the real rules: only conflicts are refused, and every pulse counts', () => {
    const table = mill(morning + 4 * 60 * minute);
    const from = morning + 4 * 60 * minute;
    const next: Record<string, number> = {};
    const sent: Record<string, number> = {};
    const statuses = new Set<string>();
    const commands = new Set<string>();
    const done = new Set<string>();
    const principals: Record<string, Principal> = { admin, operator, 'shift-lead': shiftLead };
    day(3, from, 130, (actions, now) => {
      for (const action of actions) {
        if (action.kind === 'pulses') {
          const { machineId, pulses } = action;
          const firstSeq = next[machineId] ?? 1;
          next[machineId] = table.pulses('d', { machineId, firstSeq, pulses }, now).nextSeq;
          sent[machineId] = (sent[machineId] ?? 0) + pulses.length;
        } else {
          commands.add(action.command);
          const { as, command, input } = action;
          const refusal = refusalOf(() => {
            const result = table.command(principals[as] ?? admin, command, input, now);
            action.then?.(result);
          });
          if (refusal === undefined) done.add(command);
          if (refusal !== undefined) expect(refusal).toMatchObject({ code: 'conflict' });
        }
      }
      if (now % minute === 0) {
        table.sweep(now);
        for (const machine of Object.keys(next)) statuses.add(machineOf(table, machine).status);
      }
    });
    expect(Object.keys(sent)).toHaveLength(10);
    for (const [machine, count] of Object.entries(sent))
      expect(machineOf(table, machine).counter).toBe(count);
    expect([...statuses].sort()).toEqual(['down', 'idle', 'maintenance', 'running']);
    const all = [
      'acknowledge-andon',
      'acknowledge-security',
      'call-andon',
      'clock-in',
      'clock-out',
      'end-shift',
      'qualify-downtime',
      'report-scrap',
      'report-security',
      'resolve-andon',
      'set-machine-status',
      'start-shift',
    ];
    expect([...commands].sort()).toEqual(all);
    expect([...done].sort()).toEqual(all);
    // The shift changed at 14:00.
    expect(shiftOf(table, 'north')?.title).toBe('Вечерняя смена');
  });

  test('after a pause of the caller it makes up for a minute and no more', () => {
    const next = simulate(randomOf(1), morning);
    const later = morning + 600 * minute;
    const pulses = next(later).flatMap((action) => (action.kind === 'pulses' ? action.pulses : []));
    expect(pulses.length).toBeGreaterThan(0);
    expect(Math.min(...pulses.map(({ at }) => at))).toBeGreaterThanOrEqual(later - minute);
  });
});

test('every word of the domain has a text in both languages', () => {
  const words = [
    ...machineStatuses.map((word) => `status.${word}`),
    ...downReasons.map((word) => `reason.${word}`),
    ...employeeRoles.map((word) => `role.${word}`),
    ...securityKinds.map((word) => `kind.${word}`),
    ...severities.map((word) => `severity.${word}`),
    ...scrapReasons.map((word) => `scrap.${word}`),
    ...[...andonKinds, ...andonStates].map((word) => `andon.${word}`),
    ...Object.keys(factory.entities).flatMap((word) => (word === 'claim' ? [] : [`entity.${word}`])),
    ...Object.keys(factory.commands).map((word) => `command.${word}`),
  ];
  expect(Object.keys(texts.ru)).toEqual(Object.keys(texts.en));
  expect(words.filter((word) => !(word in texts.en))).toEqual([]);
  expect(Object.values(texts.ru).filter((text) => text.trim() === '')).toEqual([]);
});
