/**
 * The track of a machine: all its states over the shift, with their exact beginnings. Each state that begins is noted with the
 * machine, in the very write that begins it; the sweep moves what was noted to the track. So a batch of pulses reads and writes
 * no more than it must, and no state is missing, however short. Downtimes are laid over the track.
 */
import type { Item, ItemWrite } from '../../core/domain.ts';
import { lossOf, machineStatuses } from './codes.ts';
import { type Standstill, stopOf, type Window } from './downtimes.ts';
import type { DownReason, Factory, FactoryItem, Machine, MachineStatus, Track } from './entities.ts';
import { historyOf, lineOf } from './partitions.ts';

/** Most states of one track, the newest: one a minute for a shift of eight hours. About 5 KB. */
export const maxStates = 480;

type State = [number, number];
type Standing = Pick<Machine, 'status' | 'statusSince'>;

/** The states that began since the sweep last looked, as epoch ms and place in `machineStatuses`. */
function begunOf({ hidden }: Pick<Item, 'hidden'>): readonly State[] {
  return Array.isArray(hidden.begun) ? hidden.begun : [];
}

/**
 * What is kept with a machine when states begin, the oldest first: none while no shift runs, which has no track. What an
 * earlier shift has left there belongs to none any more.
 */
export function begin(
  was: FactoryItem<'machine'>,
  states: readonly Standing[],
  shift: FactoryItem<'shift'> | undefined,
): Record<string, unknown> {
  if (shift === undefined || states.length === 0) return was.hidden;
  const held = begunOf(was).filter(([since]) => since >= shift.data.startedAt);
  const added = states.map(({ statusSince, status }) => [statusSince, machineStatuses.indexOf(status)]);
  return { ...was.hidden, begun: [...held, ...added].slice(-maxStates) };
}

/** A late pulse tells that a machine ran when it was thought to be silent: what was noted since then is not so. */
function note(states: readonly State[], [since, status]: State, startedAt: number): readonly State[] {
  const at = Math.max(0, Math.floor((since - startedAt) / 1000));
  const last = states.at(-1);
  if (last?.[0] === at && last[1] === status) return states;
  return [...states.filter(([before]) => before < at), [at, status]];
}

/** What the sweep writes for a machine that it makes `next`: nothing while the track is up to date. */
export function trackWrites(
  held: FactoryItem<'track'> | undefined,
  was: FactoryItem<'machine'>,
  next: Machine,
  shift: FactoryItem<'shift'> | undefined,
): ItemWrite<Factory>[] {
  if (shift === undefined) return [];
  const { line } = next;
  const { startedAt } = shift.data;
  const same = held?.data.shift === shift.key;
  const before = same ? held.data.states : [];
  const stateOf = ({ statusSince, status }: Standing): State => [
    statusSince,
    machineStatuses.indexOf(status),
  ];
  const states = [...begunOf(was), stateOf(was.data), stateOf(next)].reduce<readonly State[]>(
    (noted, state) => note(noted, state, startedAt),
    before,
  );
  if (states === before) return [];
  const data = { line, shift: shift.key, startedAt, states: states.slice(-maxStates) };
  if (held === undefined) {
    return [{ op: 'create', ref: { entity: 'track', partition: lineOf(line), key: was.key }, data }];
  }
  const update = { op: 'update' as const, was: held, data };
  if (same) return [update];
  const old = { entity: 'track' as const, partition: historyOf(line), key: `${was.key}.${held.data.shift}` };
  return [update, { op: 'create', ref: old, data: held.data }];
}

/** A state of a machine over a stretch of time, epoch ms. */
export interface Stretch extends Window {
  status: MachineStatus;
  /** Of a standing machine. */
  reason?: DownReason;
}

/** How a downtime looks on the band. */
function statusOf(reason: DownReason): MachineStatus {
  if (lossOf[reason] === 'none') return 'running';
  return reason === 'maintenance' ? 'maintenance' : reason === 'no_contact' ? 'offline' : 'down';
}

/** Lays a stretch over others: what lies under it is cut away. */
function lay(under: readonly Stretch[], over: Stretch): Stretch[] {
  if (over.until <= over.from) return [...under];
  const rest = under.flatMap((one) =>
    [
      { ...one, until: Math.min(one.until, over.from) },
      { ...one, from: Math.max(one.from, over.until) },
    ].filter(({ from, until }) => until > from),
  );
  return [...rest, over];
}

/**
 * The states of a machine over the time, in order, without overlap: its track, its downtimes over it, and its present state.
 * What is not known, such as from before the first sweep of a shift, is a gap.
 */
export function bandOf(
  key: string,
  machine: Machine,
  track: Track | undefined,
  stops: readonly Standstill[],
  window: Window,
): Stretch[] {
  const clip = <T extends Window>(stretch: T): T => ({
    ...stretch,
    from: Math.max(stretch.from, window.from),
    until: Math.min(stretch.until, window.until),
  });
  const states = track?.states ?? [];
  let band: Stretch[] = states.map(([at, index], place) => ({
    from: window.from + at * 1000,
    until: window.from + (states[place + 1]?.[0] ?? Number.MAX_SAFE_INTEGER / 1000) * 1000,
    status: machineStatuses[index] ?? 'offline',
  }));
  for (const { machine: whose, from, until, reason } of stops) {
    if (whose !== key || until === undefined) continue;
    band = lay(band.map(clip), clip({ from, until, status: statusOf(reason), reason }));
  }
  const stop = stopOf(machine);
  const present: Stretch = {
    from: stop?.from ?? machine.statusSince,
    until: window.until,
    status: machine.status,
    ...(stop === undefined ? {} : { reason: stop.reason }),
  };
  return lay(band.map(clip), clip(present))
    .filter(({ from, until }) => until > from)
    .sort((a, b) => a.from - b.from);
}
