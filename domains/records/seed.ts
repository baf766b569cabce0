/**
 * The demo store: store `central`, units `1` (law) and `2` (finance) with their people, racks and crates, and requests in
 * every stage. The heads of the units decide, the head of the store acts; where a unit has no second head, the admin decides.
 *
 * Steps go in order, each with its `key` as `Idempotency-Key`. Run again it adds nothing, as what is there already answers
 * `conflict`, which is to be taken as done: every crate of a request is in it, out or in its place.
 */
import type { SeedStep } from '../../core/demo.ts';
import type { Service } from './codes.ts';
import type { Details } from './entities.ts';
import { contents, type DemoUnit, demoStore, demoUnits, people, places } from './seed-contents.ts';

export const crateOf = ({ letter }: DemoUnit, index: number) => `${letter.toLowerCase()}-${101 + index}`;

export const cratesOf = (unit: DemoUnit) => contents[unit.unit].map((_title, index) => crateOf(unit, index));

const step = (command: string, name: string, input: SeedStep['input'], as?: string): SeedStep => ({
  command,
  input,
  key: `seed-${command}-${name}`,
  ...(as === undefined ? {} : { as }),
});

const letters = { storage: 's', withdrawal: 'w', destruction: 'd' } as const;

/** Commands on one unit's requests. The unit counts its requests from 1, so that the seed knows their numbers. */
function paper(of: DemoUnit) {
  let last = 0;
  const { unit, clerk, head } = of;
  return {
    submit(details: Details, crates: readonly number[], service: Service = 'standard'): [string, SeedStep] {
      last += 1;
      const request = `${letters[details.kind]}-${last}`;
      const input = { unit, details, crates: crates.map((index) => crateOf(of, index)), service };
      return [request, step('submit', `${unit}-${request}`, input, clerk)];
    },
    decide: (command: string, request: string, input: object = {}) =>
      step(command, `${unit}-${request}`, { unit, request, ...input }, head),
    act: (command: string, request: string, input: object = {}) =>
      step(command, `${unit}-${request}`, { store: demoStore, unit, request, ...input }, 'store-head'),
  };
}

/** Crates that stand in the store when the demo begins. */
function stocked(of: DemoUnit, place: string, keepUntil: number, crates: readonly number[]) {
  return {
    details: { kind: 'storage' as const, subject: 'Годовой архив · Yearly archive', keepUntil },
    place,
    crates,
    of,
  };
}

function legal(): SeedStep[] {
  const [of] = demoUnits;
  const { submit, decide, act } = paper(of);
  const stored = [
    stocked(of, 'a-1', 2024, [0, 1, 2, 3, 4]),
    stocked(of, 'a-2', 2034, [5, 6, 7, 8, 9]),
  ].flatMap(({ details, crates, place }) => {
    const [request, submitted] = submit(details, crates);
    return [submitted, decide('approve', request), act('allocate', request, { place })];
  });
  const lend = (purpose: string, deliverTo: string, crates: number[], service: Service) =>
    submit({ kind: 'withdrawal', purpose, deliverTo, days: 14 }, crates, service);
  const [refused, refusing] = submit({ kind: 'destruction', basis: 'consent', witness: 'Anna Weiss' }, [3]);
  const [lent, lending] = lend('Harbour case hearing', 'Court team, room 214', [3], 'express');
  const [ready, readying] = lend('Проверка договоров аренды', 'Каб. 305', [2], 'day');
  const [asked, asking] = submit(
    { kind: 'destruction', basis: 'retention-over', witness: 'Anna Weiss' },
    [4],
  );
  const [back, backing] = submit(
    { kind: 'storage', subject: 'Claims 2021', keepUntil: 2031 },
    [10],
    'planned',
  );
  const [, open] = submit(
    { kind: 'storage', subject: 'Compliance reports 2022', keepUntil: 2032 },
    [11],
    'day',
  );
  const [, waiting] = lend('Trademark renewal', 'Room 118', [6], 'express');
  return [
    ...stored,
    refusing,
    decide('reject', refused, { reason: 'legal-hold', note: 'The Harbour case is still open' }),
    lending,
    decide('approve', lent),
    act('issue', lent),
    readying,
    decide('approve', ready, { note: 'Срочно, проверка в пятницу' }),
    asking,
    decide('ask', asked, { note: 'Is the file of 2012 complete?' }),
    backing,
    decide('send-back', back, { reason: 'wrong-dates', note: 'Претензии хранятся 10 лет с 2022 года' }),
    open,
    waiting,
  ];
}

function finance(): SeedStep[] {
  const [, of] = demoUnits;
  const { submit, decide, act } = paper(of);
  const stored = [stocked(of, 'b-1', 2024, [0, 1, 2, 3, 4]), stocked(of, 'b-2', 2030, [5, 6])].flatMap(
    ({ details, crates, place }) => {
      const [request, submitted] = submit(details, crates);
      return [submitted, decide('approve', request), act('allocate', request, { place })];
    },
  );
  const [gone, going] = submit(
    { kind: 'destruction', basis: 'retention-over', witness: 'Павел Громов' },
    [4],
  );
  const [due, coming] = submit(
    { kind: 'storage', subject: 'Счета-фактуры 2022', keepUntil: 2029 },
    [7],
    'day',
  );
  const [, open] = submit(
    { kind: 'withdrawal', purpose: 'Tax audit', deliverTo: 'Room 12', days: 30 },
    [3],
    'express',
  );
  return [...stored, going, decide('approve', gone), coming, decide('approve', due), open];
}

export const seed: readonly SeedStep[] = [
  step('add-store', demoStore, { store: demoStore, title: 'Центральный архив · Central store' }),
  step('set-keepers', demoStore, {
    store: demoStore,
    people: [{ sub: 'store-head', name: 'Viktor Lind' }],
  }),
  ...demoUnits.flatMap(({ unit, title }) => [
    step('add-unit', unit, { store: demoStore, unit, title }),
    step('set-people', unit, { unit, people: people[unit] }),
  ]),
  ...places.map(([unit, place, title, capacity]) =>
    step('add-place', place, { store: demoStore, unit, place, title, capacity }, 'store-head'),
  ),
  ...demoUnits.flatMap((of) =>
    contents[of.unit].map((title, index) =>
      step('add-crate', crateOf(of, index), { unit: of.unit, crate: crateOf(of, index), title }, of.clerk),
    ),
  ),
  ...legal(),
  ...finance(),
];
