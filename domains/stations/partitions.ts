/** Where items live: names of partitions (the table in `entities.ts`). */
import { type AlarmKind, alarmKinds } from './codes.ts';

/** The partition that lists networks and stations, with how each of them stands. */
export const directory = 'network';
/** Partition of a station's slots; also the path of its group. */
export const stationOf = (station: string) => `station/${station}`;
/** Partition of what the managers of a network see; also the path of their group. */
export const deskOf = (network: string) => `manage/${network}`;
/** Partition of what is a rider's own; also the path of the rider's group. `rider` is a segment (`segmentOf`). */
export const riderOf = (rider: string) => `bookings/${rider}`;
/** Path of the audit trail of a network. */
export const trailOf = (network: string) => `audit/${network}`;
/** Which batteries there are. */
export const batteries = 'batteries';

/** The alarms of a station, one of each kind. */
export const alarmKey = (station: string, kind: AlarmKind) => `${station}.${kind}`;
export const alarmReads = (station: string) =>
  alarmKinds.map((kind) => ({
    partition: directory,
    entity: 'alarm' as const,
    key: alarmKey(station, kind),
  }));
