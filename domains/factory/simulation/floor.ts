/** The people of the demo: shifts that follow each other, who comes and goes, scrap, and calls from the machines. */
import type { Action, Random } from '../../../core/demo.ts';
import { andonKinds, scrapReasons } from '../codes.ts';
import { demoCall, demoLines, demoPeople } from '../seed.ts';
import { happens, later, minute, onLine, type Part, pick, second, whole } from './chance.ts';

/** The shifts change at 06:00, 14:00 and 22:00 UTC. */
const shiftMs = 8 * 60 * minute;
const shiftOffset = 6 * 60 * minute;
const shiftOf = (time: number) => Math.floor((time - shiftOffset) / shiftMs);
const shiftTitles = ['Утренняя смена', 'Вечерняя смена', 'Ночная смена'];

/** A shift ends in one step and the next begins in the following one: a step's actions may run side by side. */
export function shifts(): Part {
  const asLead = (name: string, input: Record<string, unknown>): Action => ({
    kind: 'command',
    as: 'shift-lead',
    command: name,
    input,
  });
  let title: string | undefined;
  return (from, to) => {
    const due = title;
    title = shiftOf(from) === shiftOf(to) ? undefined : shiftTitles[shiftOf(to) % shiftTitles.length];
    if (due !== undefined)
      return demoLines.map(({ line, shift }) => asLead('start-shift', { line, ...shift, title: due }));
    return title === undefined ? [] : demoLines.map(({ line }) => asLead('end-shift', { line }));
  };
}

/** Everybody takes breaks, one person at a time. */
export function people(random: Random): Part {
  const staff = demoPeople.map(([line, employee, , , onFloor]) => ({ line, employee, onFloor }));
  return (from, to) => {
    if (!happens(random, 2 * minute, to - from)) return [];
    const person = staff[whole(random, 0, staff.length - 1)];
    if (person === undefined) return [];
    person.onFloor = !person.onFloor;
    return [onLine(person.line, person.onFloor ? 'clock-in' : 'clock-out', { employee: person.employee })];
  };
}

const looms = demoLines.flatMap(({ line, machines }) => machines.map((machine) => ({ line, machine })));

/** A few pieces of some loom are no good. */
export function scrap(random: Random): Part {
  return (from, to) => {
    if (!happens(random, minute, to - from)) return [];
    const at = looms[whole(random, 0, looms.length - 1)];
    if (at === undefined) return [];
    const input = { machine: at.machine, quantity: whole(random, 1, 6), reason: pick(random, scrapReasons) };
    return [onLine(at.line, 'report-scrap', input)];
  };
}

/** Calls: most are answered soon, some only after they went up a level; then somebody sees to it. */
export function calls(random: Random, start: number): Part {
  const steps = later<{ line: string; call: string; step: 'acknowledge-andon' | 'resolve-andon' }>();
  const expect = (line: string, call: string, now: number) => {
    const answered = now + whole(random, 20, 240) * second;
    steps.add(answered, { line, call, step: 'acknowledge-andon' });
    steps.add(answered + whole(random, 40, 300) * second, { line, call, step: 'resolve-andon' });
  };
  expect(demoCall.line, `${demoCall.machine}.${demoCall.kind}`, start);
  return (from, to) => {
    const done = steps.due(to).map(({ line, call, step }) => onLine(line, step, { call }));
    if (!happens(random, 4 * minute, to - from)) return done;
    const at = looms[whole(random, 0, looms.length - 1)];
    if (at === undefined) return done;
    const kind = pick(random, andonKinds);
    const input = { machine: at.machine, kind };
    const made = () => expect(at.line, `${at.machine}.${kind}`, to);
    return [...done, onLine(at.line, 'call-andon', input, made)];
  };
}
