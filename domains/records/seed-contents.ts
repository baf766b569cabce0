/** What the demo store has: units and their people, racks, crates. */

export const demoStore = 'central';

/** Who of each unit submits, and who decides. */
export const demoUnits = [
  { unit: '1', title: 'Юридический отдел · Legal', clerk: 'unit1-clerk', head: 'unit1-head', letter: 'L' },
  { unit: '2', title: 'Бухгалтерия · Finance', clerk: 'unit2-head', head: 'admin', letter: 'F' },
] as const;

export type DemoUnit = (typeof demoUnits)[number];

export const people = {
  '1': [
    { sub: 'unit1-head', name: 'Helen Park', role: 'head' },
    { sub: 'unit1-clerk', name: 'Tomas Novak', role: 'clerk' },
  ],
  '2': [{ sub: 'unit2-head', name: 'Rosa Delgado', role: 'head' }],
} as const;

/** Unit, id, title, capacity. */
export const places: readonly [string, string, string, number][] = [
  ['1', 'a-1', 'A-1 · Ряд A, секция 1', 12],
  ['1', 'a-2', 'A-2 · Ряд A, секция 2', 12],
  ['1', 'a-3', 'A-3 · Vault shelf', 6],
  ['2', 'b-1', 'B-1 · Ряд B, секция 1', 16],
  ['2', 'b-2', 'B-2 · Cold aisle', 8],
];

/** Titles of each unit's crates in turn; their numbers are the unit's letter and 101 onwards. */
export const contents: Record<DemoUnit['unit'], readonly string[]> = {
  '1': [
    'Contracts A–F, 2016',
    'Contracts G–M, 2016',
    'Договоры аренды, 2017',
    'Litigation: Harbour case',
    'Доверенности, 2012–2014',
    'Board minutes, 2018',
    'Patents and trademarks',
    'Судебные дела, 2019',
    'Contracts N–Z, 2016',
    'Correspondence, 2020',
    'Претензии, 2021',
    'Compliance reports, 2022',
    'Contracts A–K, 2023',
    'Договоры подряда, 2023',
  ],
  '2': [
    'Invoices 2017, Q1–Q2',
    'Invoices 2017, Q3–Q4',
    'Авансовые отчёты, 2018',
    'Bank statements, 2018',
    'Кассовые книги, 2015',
    'Payroll, 2019',
    'Tax returns, 2014',
    'Счета-фактуры, 2022',
    'Audit papers, 2023',
  ],
};
