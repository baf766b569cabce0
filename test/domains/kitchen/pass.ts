/** A kitchen in memory, and the people who work in it. */
import type { Principal } from '../../../core/domain.ts';
import type { Order } from '../../../domains/kitchen/entities.ts';
import { kitchen } from '../../../domains/kitchen/index.ts';
import { MemoryTable } from '../../support/memory.ts';

/** 2025-11-20T12:10:00Z. */
export const noon = 1_763_640_600_000;
export const second = 1000;
export const minute = 60 * second;

const user = (sub: string, roles: string[], units: string[]): Principal => ({
  kind: 'user',
  sub,
  roles,
  units,
});

export const admin = user('admin', ['admin'], []);
export const cook = user('cook', ['cook'], ['location:centre']);
export const expo = user('expo', ['expo'], ['location:centre']);
export const till = user('till', ['pos'], ['location:centre']);
export const harbourCook = user('harbour-cook', ['cook'], ['location:harbour']);
export const clerk = user('clerk', ['unit-clerk'], ['location:centre']);

export const burger = { dish: 'Burger', quantity: 2, station: 'grill', modifiers: ['no onions'] };
export const fries = { dish: 'Fries', quantity: 1, station: 'fryer', modifiers: [] };

export const orderOf = (order: string, number: number, change: object = {}) => ({
  location: 'centre',
  order,
  number,
  service: 'table',
  table: '4',
  lines: [burger, fries],
  ...change,
});

/** Two locations, and nothing ordered. */
export function pass(): MemoryTable {
  const table = new MemoryTable(kitchen);
  for (const location of ['centre', 'harbour']) {
    table.command(admin, 'add-location', { location, title: location }, noon);
  }
  return table;
}

const at = { location: 'centre', order: 'a' };

/** Order `a`, number 1, with a line for the grill and one for the fryer, brought into a state. */
export function passWith(state: Order['state']): MemoryTable {
  const table = pass();
  table.command(till, 'place-order', orderOf('a', 1), noon);
  if (state === 'cancelled') table.command(till, 'cancel-order', at, noon + minute);
  if (state === 'pending' || state === 'cancelled') return table;
  table.command(cook, 'start-order', at, noon + minute);
  if (state === 'preparing') return table;
  table.command(cook, 'bump-order', at, noon + 3 * minute);
  if (state === 'served') table.command(expo, 'serve-order', at, noon + 4 * minute);
  return table;
}

export const theOrder = (table: MemoryTable, key = 'a'): Order => {
  const item = table.items().find((one) => one.entity === 'order' && one.key === key);
  if (item === undefined) throw new Error(`There is no order ${key}.`);
  return item.data as Order;
};

export const ticketsOf = (table: MemoryTable) =>
  table
    .items()
    .filter(({ entity }) => entity === 'ticket')
    .map(({ key, data }) => [key, Reflect.get(data, 'state')]);

/** What a call throws; undefined when it does not. */
export function refusalOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
