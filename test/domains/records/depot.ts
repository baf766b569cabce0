/** The records store in memory, and the people who act in it. */
import type { Item, Principal } from '../../../core/domain.ts';
import type { Details, Request } from '../../../domains/records/entities.ts';
import { records } from '../../../domains/records/index.ts';
import { MemoryTable } from '../../support/memory.ts';

/** 2025-11-20T08:00:00Z. */
export const morning = 1_763_625_600_000;
export const minute = 60_000;
export const day = 24 * 60 * minute;

const user = (sub: string, roles: string[], units: string[]): Principal => ({
  kind: 'user',
  sub,
  roles,
  units,
});

export const admin = user('admin', ['admin'], []);
export const head = user('head', ['unit-head'], ['unit:1']);
export const head2 = user('head2', ['unit-head'], ['unit:1']);
export const clerk = user('clerk', ['unit-clerk'], ['unit:1']);
export const clerk2 = user('clerk2', ['unit-clerk'], ['unit:1']);
export const otherHead = user('other-head', ['unit-head'], ['unit:2']);
export const otherClerk = user('other-clerk', ['unit-clerk'], ['unit:2']);
export const keeper = user('keeper', ['store-head'], ['store:central']);
export const otherKeeper = user('other-keeper', ['store-head'], ['store:west']);
export const nobody = user('nobody', [], []);
/** The right unit and store, but no role of theirs. */
export const cook = user('cook', ['cook'], ['unit:1', 'store:central']);

export const byName = {
  admin,
  head,
  head2,
  clerk,
  clerk2,
  otherHead,
  otherClerk,
  keeper,
  otherKeeper,
  nobody,
  cook,
};

export const lend = {
  kind: 'withdrawal',
  purpose: 'Hearing',
  deliverTo: 'Room 1',
  days: 14,
} as const satisfies Details;
export const bring = { kind: 'storage', subject: 'Contracts', keepUntil: 2035 } as const satisfies Details;
export const burn = {
  kind: 'destruction',
  basis: 'consent',
  witness: 'Anna Weiss',
} as const satisfies Details;

const people = (unit: '1' | '2') =>
  unit === '1'
    ? [
        { sub: 'head', name: 'Head', role: 'head' },
        { sub: 'head2', name: 'Second head', role: 'head' },
        { sub: 'clerk', name: 'Clerk', role: 'clerk' },
      ]
    : [{ sub: 'other-head', name: 'Other', role: 'head' }];

/**
 * Stores `central` and `west`; units 1 and 2 of `central`. Unit 1 has the places p-1 (4 crates) and p-2 (2), and crates c-1 to
 * c-4 in p-1 and n-1 to n-3 with it; unit 2 has q-1 with c-1, and n-1 with it.
 */
export function depot(at = morning - day): MemoryTable {
  const table = new MemoryTable(records);
  const run = (by: Principal, name: string, input: object) => table.command(by, name, input, at);
  for (const store of ['central', 'west']) run(admin, 'add-store', { store, title: store });
  run(admin, 'set-keepers', { store: 'central', people: [{ sub: 'keeper', name: 'Keeper' }] });
  for (const unit of ['1', '2'] as const) {
    run(admin, 'add-unit', { store: 'central', unit, title: `Unit ${unit}` });
    run(admin, 'set-people', { unit, people: people(unit) });
  }
  const place = (unit: string, id: string, capacity: number) =>
    run(keeper, 'add-place', { store: 'central', unit, place: id, title: id, capacity });
  place('1', 'p-1', 4);
  place('1', 'p-2', 2);
  place('2', 'q-1', 4);
  const fill = (unit: string, by: Principal, crates: string[], target?: string) => {
    for (const crate of crates) run(by, 'add-crate', { unit, crate, title: `Papers ${crate}` });
    if (target === undefined) return;
    const { request } = run(by, 'submit', { unit, details: bring, crates, service: 'day' }) as {
      request: string;
    };
    run(admin, 'approve', { unit, request });
    run(keeper, 'allocate', { store: 'central', unit, request, place: target });
  };
  fill('1', clerk, ['c-1', 'c-2', 'c-3', 'c-4'], 'p-1');
  fill('1', clerk, ['n-1', 'n-2', 'n-3']);
  fill('2', otherClerk, ['c-1'], 'q-1');
  fill('2', otherClerk, ['n-1']);
  return table;
}

/** Submits as the clerk of unit 1, unless told; gives the request's number. */
export function submit(
  table: MemoryTable,
  details: Details,
  crates: readonly string[],
  { by = clerk, unit = '1', at = morning }: { by?: Principal; unit?: string; at?: number } = {},
): string {
  const input = { unit, details, crates, service: 'day' };
  return (table.command(by, 'submit', input, at) as { request: string }).request;
}

export function itemOf(
  table: MemoryTable,
  entity: string,
  key: string,
  partition = 'unit/1',
): Item | undefined {
  return table
    .items()
    .find((item) => item.entity === entity && item.key === key && item.partition === partition);
}

export function requestOf(table: MemoryTable, key: string, unit = '1'): Request {
  const item = itemOf(table, 'request', key, `unit/${unit}`);
  if (item === undefined) throw new Error(`There is no request ${key} of unit ${unit}.`);
  return item.data as Request;
}

/** What a call throws; undefined when it does not. */
export function refusalOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The input of every move on a request, complete. */
export const inputOf = (name: string, request: string, unit = '1') => {
  const details = request.startsWith('s') ? bring : request.startsWith('w') ? lend : burn;
  const crates = details.kind === 'storage' ? ['n-1'] : ['c-1'];
  const at = { unit, request };
  const desk = { store: 'central', ...at };
  const inputs: Record<string, object> = {
    approve: at,
    reject: { ...at, reason: 'duplicate' },
    'send-back': { ...at, reason: 'unclear' },
    ask: { ...at, note: 'Why?' },
    answer: { ...desk, note: 'Because.' },
    'update-request': { ...at, details, crates, service: 'express' },
    resubmit: at,
    cancel: at,
    reopen: { ...desk, note: 'Again' },
    'set-due': { ...desk, dueAt: morning + 5 * day },
    hold: { ...desk, note: 'Which lid?' },
    allocate: { ...desk, place: unit === '1' ? 'p-2' : 'q-1' },
    issue: desk,
    return: desk,
    destroy: desk,
  };
  const input = inputs[name];
  if (input === undefined) throw new Error(`There is no move ${name}.`);
  return input;
};
