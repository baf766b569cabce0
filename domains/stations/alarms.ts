/** Raises and clears the alarms of a station, and tells its managers. */
import type { State, Write } from '../../core/domain.ts';
import { alarmKinds, type StationStatus } from './codes.ts';
import type { Slot, Stations, StationsItem } from './entities.ts';
import { notify } from './notices.ts';
import { alarmKey, deskOf, directory } from './partitions.ts';
import { alarmsOf } from './status.ts';

/** An alarm that comes back within this time, in ms, tells nobody again: the desk shows it all the same. */
export const quietMs = 30 * 60_000;

export function alarmWrites(
  state: State<Stations>,
  station: StationsItem<'station'>,
  slots: readonly Slot[],
  charges: readonly number[],
  status: StationStatus,
  now: number,
): Write<Stations>[] {
  const { network, title } = station.data;
  const to = state.get('network', network)?.data.managers ?? [];
  const held = (kind: (typeof alarmKinds)[number]) => state.get('alarm', alarmKey(station.key, kind));
  const raised = alarmKinds.filter((kind) => held(kind)?.data.clearedAt === undefined && held(kind));
  const given = alarmsOf(slots, charges, status, raised);
  return alarmKinds.flatMap((kind): Write<Stations>[] => {
    const was = held(kind);
    const on = given.includes(kind);
    if (on === raised.includes(kind)) return [];
    if (!on && was !== undefined) return [{ op: 'update', was, data: { ...was.data, clearedAt: now } }];
    const data = { network, station: station.key, kind, raisedAt: now };
    const ref = { entity: 'alarm' as const, partition: directory, key: alarmKey(station.key, kind) };
    return [
      was === undefined ? { op: 'create', ref, data } : { op: 'update', was, data },
      ...(to.length === 0 || (was !== undefined && now - was.data.raisedAt < quietMs)
        ? []
        : [notify(kind, { to, values: { station: title }, group: deskOf(network) })]),
    ];
  });
}
