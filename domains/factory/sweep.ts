/** What becomes of machines that are silent. */
import type { SweepDef, Write } from '../../core/domain.ts';
import { type Factory, type FactoryItem, lineOf } from './entities.ts';
import { moveOn, ratePerMinute } from './rates.ts';
import { byClock, heardOf, withStanding } from './status.ts';

/** A machine heard within this time writes its own rate; the sweep need not. */
const talkingMs = 20_000;

export const sweep: SweepDef<Factory> = {
  partitions: (directory) => directory.list('line').map(({ key }) => lineOf(key)),
  run: (state, now) => state.list('machine').map((item) => quiet(item, now)),
};

/** Status, rate and sparkline of a machine that is silent. Only what changes is written. */
function quiet(was: FactoryItem<'machine'>, now: number): Write<Factory>[] {
  const heard = heardOf(was);
  const standing = byClock(was.data, heard, now);
  const data = standing === undefined ? was.data : withStanding(was.data, standing);
  if (standing === undefined && now - heard.contactAt < talkingMs) return [];
  const rate = ratePerMinute(data, now);
  const moved = moveOn(data, now);
  const still = rate === data.rate && data.spark.every((count) => count === 0);
  if (standing === undefined && (still || moved.sparkAt === data.sparkAt)) return [];
  return [{ op: 'update', was, data: { ...data, ...moved, rate }, hidden: was.hidden }];
}
