/**
 * The demo plant as steps through the commands API, run as admin: site `mill`, line `north` (loom-1 to loom-6), line
 * `south` (loom-11 to loom-14), their people and active shifts. Machines begin offline until a device posts.
 *
 * Steps go in order, each with its `key` as `Idempotency-Key`. Meant for an empty plant; run again it adds nothing, as
 * what is there already answers `conflict`, which is to be taken as done.
 */
import type { SeedStep } from '../../core/demo.ts';
import type { Employee } from './entities.ts';

export const demoSite = 'mill';

export const demoLines = [
  {
    line: 'north',
    title: 'Северная линия · North',
    machines: ['loom-1', 'loom-2', 'loom-3', 'loom-4', 'loom-5', 'loom-6'],
    shift: { title: 'Дневная смена', lead: 'Ольга Смирнова', hours: 8, target: 85_000 },
  },
  {
    line: 'south',
    title: 'Южная линия · South',
    machines: ['loom-11', 'loom-12', 'loom-13', 'loom-14'],
    shift: { title: 'Day shift', lead: 'Daniel Hughes', hours: 8, target: 58_000 },
  },
] as const;

/** Line, id, name, role, whether the day begins on the floor. */
export const demoPeople: readonly [string, string, string, Employee['role'], boolean][] = [
  ['north', 'smirnova', 'Ольга Смирнова', 'shift-lead', true],
  ['north', 'petrov', 'Иван Петров', 'operator', true],
  ['north', 'kuznetsova', 'Анна Кузнецова', 'operator', true],
  ['north', 'ibragimov', 'Тимур Ибрагимов', 'operator', true],
  ['north', 'walker', 'Grace Walker', 'operator', false],
  ['north', 'morozov', 'Сергей Морозов', 'mechanic', true],
  ['north', 'lebedeva', 'Марина Лебедева', 'quality', true],
  ['north', 'novak', 'Peter Novak', 'operator', false],
  ['south', 'hughes', 'Daniel Hughes', 'shift-lead', true],
  ['south', 'sokolov', 'Алексей Соколов', 'operator', true],
  ['south', 'okafor', 'Chidi Okafor', 'operator', true],
  ['south', 'vasilieva', 'Елена Васильева', 'operator', false],
  ['south', 'martin', 'Claire Martin', 'mechanic', true],
  ['south', 'fedorov', 'Никита Фёдоров', 'quality', false],
];

/** Pieces per minute that a demo loom makes when nothing holds it up: two looms of a kind stand side by side. */
export const demoIdealRate = (machine: string): number =>
  [48, 42, 36][Math.floor((Number(machine.slice('loom-'.length)) % 10) / 2) % 3] ?? 42;

/** A call that is open when the demo begins. */
export const demoCall = { line: 'north', machine: 'loom-5', kind: 'material' } as const;

const demoEvents = [
  { event: 'seed-1', kind: 'door', place: 'Склад пряжи', note: 'Дверь открыта дольше минуты' },
  { event: 'seed-2', kind: 'access_denied', place: 'Gate 2', person: 'Badge 4471' },
  { event: 'seed-3', kind: 'alarm', place: 'Dye house', note: 'Smoke detector test' },
] as const;

const step = (command: string, name: string, input: SeedStep['input']): SeedStep => ({
  command,
  input,
  key: `seed-${command}-${name}`,
});

export const seed: readonly SeedStep[] = [
  step('add-site', demoSite, { site: demoSite, title: 'Ткацкая фабрика · Weaving mill' }),
  ...demoLines.flatMap(({ line, title, machines }) => [
    step('add-line', line, { site: demoSite, line, title }),
    ...machines.map((machine) =>
      step('add-machine', machine, { line, machine, title: `Lohia ${machine.slice('loom-'.length)}` }),
    ),
  ]),
  ...demoPeople.map(([line, employee, name, role], index) =>
    step('add-employee', employee, { line, employee, name, role, badge: `M-${1001 + index}` }),
  ),
  ...demoLines.map(({ line, shift }) => step('start-shift', line, { line, ...shift })),
  ...demoPeople
    .filter(([, , , , onFloor]) => onFloor)
    .map(([line, employee]) => step('clock-in', employee, { line, employee })),
  ...assign('north', ['petrov', 'kuznetsova', 'ibragimov']),
  ...assign('south', ['sokolov', 'okafor']),
  ...demoLines.flatMap(({ line, machines }) =>
    machines.map((machine) =>
      step('set-ideal-rate', machine, { line, machine, perMinute: demoIdealRate(machine) }),
    ),
  ),
  ...demoLines.map(({ line }) => step('set-leads', line, { of: 'line', line, leads: ['shift-lead'] })),
  step('set-leads', demoSite, { of: 'site', site: demoSite, leads: ['shift-lead', 'admin'] }),
  step('call-andon', demoCall.machine, demoCall),
  ...demoEvents.map((event) => step('report-security', event.event, { site: demoSite, ...event })),
];

/** The line's machines in turn to its operators. */
function assign(name: string, operators: readonly string[]): SeedStep[] {
  const machines = demoLines.find(({ line }) => line === name)?.machines ?? [];
  return machines.map((machine, index) =>
    step('assign-machine', machine, { line: name, machine, employee: operators[index % operators.length] }),
  );
}
