/** What the clock does at a station: bookings that run out, cabinets that are silent. */
import type { SweepDef } from '../../core/domain.ts';
import { cabinetReads, closeCabinet, furtherReads, openCabinet } from './cabinet.ts';
import type { Stations } from './entities.ts';
import { directory, stationOf } from './partitions.ts';

export const sweep: SweepDef<Stations> = {
  partitions: (known) => known.list('station').map(({ key }) => stationOf(key)),
  further: (state, now) =>
    state
      .list('cabinet')
      .flatMap(({ key, data }) => [
        ...cabinetReads(key),
        { partition: directory, entity: 'network' as const, key: data.network },
        ...furtherReads(state, now),
      ]),
  run: (state, now) =>
    state.list('cabinet').map(({ key }) => closeCabinet(state, openCabinet(state, key, now), now)),
};
