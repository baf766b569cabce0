/** The demo network in memory, and the people of the tests. */
import { PulsecastError } from '../../../core/codes.ts';
import type { Item, Principal } from '../../../core/domain.ts';
import type { Booking, Cabinet, Meter, Slot, Station } from '../../../domains/stations/entities.ts';
import { stations } from '../../../domains/stations/index.ts';
import { seed } from '../../../domains/stations/seed.ts';
import { MemoryTable } from '../../support/memory.ts';

export const second = 1000;
export const minute = 60 * second;
export const morning = Date.UTC(2026, 4, 4, 6);

const user = (sub: string, roles: string[], units: string[] = []): Principal => ({
  kind: 'user',
  sub,
  name: `${sub} by name`,
  roles,
  units,
});
export const admin = user('admin', ['admin']);
export const rider = user('rider', ['rider']);
export const other = user('other', ['rider']);
export const manager = user('station-manager', ['station-manager'], ['network:city']);
export const stranger = user('stranger', ['station-manager'], ['network:coast']);
export const cabinet = user('cab', ['cabinet'], ['station:central']);
export const cook = user('cook', ['cook'], ['location:centre']);

export function city(): MemoryTable {
  const table = new MemoryTable(stations);
  for (const { command, input } of seed) table.command(admin, command, input, morning);
  return table;
}

export function refusalOf(act: () => unknown): PulsecastError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof PulsecastError) return error;
    throw error;
  }
}

const one = <T>(table: MemoryTable, entity: string, key: string) =>
  table.items().find((item) => item.entity === entity && item.key === key) as Item<T> | undefined;

export const slotsOf = (table: MemoryTable, station = 'central'): Slot[] =>
  one<Cabinet>(table, 'cabinet', station)?.data.slots ?? [];
export const slotOf = (table: MemoryTable, slot: number, station = 'central'): Slot | undefined =>
  slotsOf(table, station)[slot - 1];
export const stationOf = (table: MemoryTable, station = 'central') =>
  one<Station>(table, 'station', station)?.data;
export const meterOf = (table: MemoryTable, station = 'central') => one<Meter>(table, 'meter', station)?.data;
export const bookingOf = (table: MemoryTable, sub = 'rider') => one<Booking>(table, 'booking', sub)?.data;
export const itemOf = <T>(table: MemoryTable, entity: string, key: string) =>
  one<T>(table, entity, key)?.data;
/** Names of notices by reader. */
export const toldTo = (table: MemoryTable, sub: string) =>
  table.notices.filter(({ to }) => to === sub).map(({ notice }) => notice);
