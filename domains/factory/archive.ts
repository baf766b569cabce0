/** What leaves a line for its history: every snapshot reads the line, and nobody needs what is old. */
import type { ItemWrite, State } from '../../core/domain.ts';
import { closedMs, isOpen } from './andon.ts';
import type { Factory, FactoryItem } from './entities.ts';
import { historyOf } from './partitions.ts';

/** Most items that one sweep of a line puts away: the next one goes on. */
const archivedAtOnce = 50;

/** Ended downtimes that stay on the line at most, the newest: for a shift that nobody ends. */
export const maxDowntimes = 500;

/** Reports of the last shifts that stay on the line. */
export const maxReports = 6;

/** How long the downtimes of a shift stay when no other follows, in ms. */
const idleLineMs = 12 * 3_600_000;

type Old = FactoryItem<'downtime'> | FactoryItem<'andon'> | FactoryItem<'report'>;

/** How long a downtime stays that ended with its shift, in ms: somebody is about to say why it was. */
const graceMs = 10 * 60_000;

/** A move of an item to the history, as one transaction. */
function move(was: Old): ItemWrite<Factory>[] {
  // A call's key is used again by the next one.
  const key = was.entity === 'andon' ? `${was.key}.${was.rev}` : was.key;
  const ref = { entity: was.entity, partition: historyOf(was.data.line), key };
  // The same entity with its own data, which the compiler cannot see across the union.
  return [
    { op: 'create', ref, data: was.data },
    { op: 'remove', was },
  ] as ItemWrite<Factory>[];
}

/** What is old by `now`, each a transaction of its own. Reports that are `corrected` in this sweep go with the next. */
export function archiveWrites(
  state: State<Factory>,
  corrected: ReadonlySet<string>,
  now: number,
): ItemWrite<Factory>[][] {
  const [shift] = state.list('shift');
  const oldest = Math.min(shift?.data.startedAt ?? now - idleLineMs, now - graceMs);
  const downtimes = [...state.list('downtime')].sort((a, b) => b.data.until - a.data.until);
  const reports = [...state.list('report')].sort((a, b) => b.data.endedAt - a.data.endedAt);
  const calls = state
    .list('andon')
    .filter(({ data }) => !isOpen(data) && now - (data.closedAt ?? 0) >= closedMs);
  return [
    ...downtimes.filter(({ data }, place) => place >= maxDowntimes || data.until <= oldest),
    ...reports.slice(maxReports).filter(({ key }) => !corrected.has(key)),
    ...calls,
  ]
    .slice(-archivedAtOnce)
    .map(move);
}
