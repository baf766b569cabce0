/**
 * What the clock makes of one machine: its status, its track, the end of a downtime, reports that its late pulses correct, and
 * who is told that it stands.
 */
import type { State, Write } from '../../core/domain.ts';
import { lossOf } from './codes.ts';
import { endOfStop, stopOf } from './downtimes.ts';
import type { Factory, FactoryItem, Machine } from './entities.ts';
import { correctionsOf } from './late.ts';
import { downNotice } from './notices.ts';
import { moveOn, ratePerMinute } from './rates.ts';
import { byClock, heardOf, withStanding } from './status.ts';
import { trackWrites } from './track.ts';

/** A machine heard within this time writes its own rate; the sweep need not. */
const talkingMs = 20_000;

/** How long a machine stands unplanned in a shift before the line's leads are told, in ms. */
export const tellDownMs = 10 * 60_000;

export function silenceWrites(
  was: FactoryItem<'machine'>,
  state: State<Factory>,
  directory: State<Factory>,
  corrected: Set<string>,
  now: number,
): Write<Factory>[] {
  const [shift] = state.list('shift');
  const line = directory.get('line', was.data.line);
  const changed = quiet(was, now);
  const next = changed ?? was.data;
  const stands = shift === undefined ? undefined : standsLong(was, next, now);
  const corrections = correctionsOf(was, state.list('report'), corrected, now);
  const { begun, late, ...kept } = was.hidden;
  const hidden = {
    ...kept,
    ...(corrections.settled || late === undefined ? {} : { late }),
    ...(stands === undefined ? {} : { toldOf: stands }),
  };
  const noted = begun !== undefined || corrections.settled;
  const minutes = stands === undefined ? 0 : Math.floor((now - stands) / 60_000);
  return [
    ...(changed === undefined && stands === undefined && !noted
      ? []
      : [{ op: 'update' as const, was, data: next, hidden }]),
    ...endOfStop(was, next, shift !== undefined),
    ...trackWrites(state.get('track', was.key), was, next, shift),
    ...corrections.writes,
    ...(stands === undefined || line === undefined ? [] : downNotice(line, was, minutes)),
  ];
}

/** Status, rate and sparkline of a machine that is silent; undefined when nothing changes. */
function quiet(was: FactoryItem<'machine'>, now: number): Machine | undefined {
  const heard = heardOf(was);
  const standing = byClock(was.data, heard, now);
  const data = standing === undefined ? was.data : withStanding(was.data, standing);
  if (standing === undefined && now - heard.contactAt < talkingMs) return undefined;
  const rate = ratePerMinute(data, now);
  const moved = moveOn(data, now);
  const still = rate === data.rate && data.spark.every((count) => count === 0);
  if (standing === undefined && (still || moved.sparkAt === data.sparkAt)) return undefined;
  return { ...data, ...moved, rate };
}

/** Since when the machine stands, if that is too long and the leads were not told of this downtime yet. */
function standsLong({ hidden }: FactoryItem<'machine'>, next: Machine, now: number): number | undefined {
  const stop = stopOf(next);
  if (stop === undefined || lossOf[stop.reason] !== 'unplanned') return undefined;
  return now - stop.from >= tellDownMs && hidden.toldOf !== stop.from ? stop.from : undefined;
}
