/** Work time, shift counts: small formulas that rules and screens share. */
import type { Employee, Machine } from './entities.ts';

/**
 * Time off after which a working day is over. By rest and not by the calendar, so that a night shift is one day.
 */
export const restMs = 6 * 3_600_000;

/** Work time of the current working day at `now`, in ms. */
export function workedAt(employee: Pick<Employee, 'onFloor' | 'since' | 'workedMs'>, now: number): number {
  if (!employee.onFloor || employee.since === undefined) return employee.workedMs;
  return employee.workedMs + Math.max(0, now - employee.since);
}

/** The machine's pulses of a shift: its count belongs to the shift in which it last ran. */
export function shiftCountOf(
  machine: Pick<Machine, 'shift' | 'shiftCount'>,
  shift: string | undefined,
): number {
  return shift !== undefined && machine.shift === shift ? machine.shiftCount : 0;
}

/** Pieces of the machine that were thrown away in a shift. */
export function scrapOf(machine: Pick<Machine, 'scrap'>, shift: string | undefined): number {
  const { scrap } = machine;
  if (scrap === undefined || scrap.shift !== shift) return 0;
  return Object.values(scrap.counts).reduce((sum, count) => sum + (count ?? 0), 0);
}
