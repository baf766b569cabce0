/** The pace of a shift: where it should be by now, and when it will reach its target. */
import type { Shift } from './entities.ts';

export interface Pace {
  /** What should be produced by now, if the target is spread evenly over the planned time. */
  expected: number;
  /** `produced - expected`: above zero is ahead. */
  ahead: number;
  /** Pieces per hour since the start; 0 in the first moment. */
  perHour: number;
  /** Pieces at the planned end if it goes on like this. */
  projected: number;
  /** When the target will be reached, epoch ms; undefined when nothing is produced yet. Past once it is reached. */
  projectedEnd: number | undefined;
}

/** The pace at `now`, epoch ms. A shift that ended stands still at its end. */
export function paceOf(
  shift: Pick<Shift, 'startedAt' | 'plannedEnd' | 'endedAt' | 'target' | 'produced'>,
  now: number,
): Pace {
  const planned = Math.max(1, shift.plannedEnd - shift.startedAt);
  const elapsed = Math.max(0, (shift.endedAt ?? now) - shift.startedAt);
  const expected = Math.round(shift.target * Math.min(1, elapsed / planned));
  const perMs = elapsed === 0 ? 0 : shift.produced / elapsed;
  return {
    expected,
    ahead: shift.produced - expected,
    perHour: Math.round(perMs * 3_600_000),
    projected: Math.max(shift.produced, Math.round(perMs * planned)),
    projectedEnd: perMs === 0 ? undefined : Math.round(shift.startedAt + shift.target / perMs),
  };
}
