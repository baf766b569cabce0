/**
 * Pulses that come when their shift is over: a device was offline and posts what it has kept. They are kept with the machine in
 * the write that counts them, by the minute, and the sweep, which reads the line's reports, adds them to the report of their
 * shift. Reports that have left the line for its history stay as they are.
 */
import type { Item, ItemWrite } from '../../core/domain.ts';
import type { Factory, FactoryItem, Report } from './entities.ts';

/** The first time within a minute, epoch ms, and how many pulses: a pulse within a minute of a shift's end may count to either. */
type Late = [number, number];

/** Minutes that are kept for the sweep at most, the newest: a day. */
const maxLate = 1440;
const minuteMs = 60_000;

function lateOf({ hidden }: Pick<Item, 'hidden'>): readonly Late[] {
  return Array.isArray(hidden.late) ? hidden.late : [];
}

/** What is kept with a machine when pulses of earlier shifts come. */
export function keepLate(
  hidden: Record<string, unknown>,
  pulses: readonly { at: number; count: number }[],
): Record<string, unknown> {
  if (pulses.length === 0) return hidden;
  const minutes = new Map(lateOf({ hidden }).map((late) => [Math.floor(late[0] / minuteMs), late]));
  for (const { at, count } of pulses) {
    const minute = Math.floor(at / minuteMs);
    const [first, sum] = minutes.get(minute) ?? [at, 0];
    minutes.set(minute, [Math.min(first, at), sum + count]);
  }
  const late = [...minutes].sort(([a], [b]) => a - b).map(([, one]) => one);
  return { ...hidden, late: late.slice(-maxLate) };
}

/** The report with so many more pieces of a machine. */
function corrected(report: Report, machine: string, count: number, now: number): Report {
  return {
    ...report,
    produced: report.produced + count,
    machines: report.machines.map((one) =>
      one.machine === machine ? { ...one, count: one.count + count } : one,
    ),
    correctedAt: now,
    late: (report.late ?? 0) + count,
  };
}

export interface Corrections {
  writes: ItemWrite<Factory>[];
  /** Whether the machine's late pulses are done with: those of no report here are too. */
  settled: boolean;
}

/**
 * The reports that a machine's late pulses correct, which belongs into one transaction with the end of what is kept. `taken` are
 * the reports that another machine corrects in the same sweep: then this one's turn is the next minute.
 */
export function correctionsOf(
  machine: FactoryItem<'machine'>,
  reports: readonly FactoryItem<'report'>[],
  taken: Set<string>,
  now: number,
): Corrections {
  const late = lateOf(machine);
  const writes = reports.flatMap((was): ItemWrite<Factory>[] => {
    const { startedAt, endedAt } = was.data;
    const own = late.filter(([at]) => at >= startedAt && at < endedAt);
    const count = own.reduce((sum, [, pulses]) => sum + pulses, 0);
    return count === 0 ? [] : [{ op: 'update', was, data: corrected(was.data, machine.key, count, now) }];
  });
  const keys = writes.flatMap((write) => (write.op === 'update' ? [write.was.key] : []));
  if (keys.some((key) => taken.has(key))) return { writes: [], settled: false };
  for (const key of keys) taken.add(key);
  return { writes, settled: late.length > 0 };
}
