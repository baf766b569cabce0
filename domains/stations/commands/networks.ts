/** Building the network: networks for admins, stations for their managers too. */
import * as v from 'valibot';
import { id } from '../../../core/fields.ts';
import { found, free } from '../../../core/rules.ts';
import { isManager, manages } from '../access.ts';
import { directory, stationOf } from '../partitions.ts';
import * as schemas from '../schemas.ts';
import { countsOf } from '../slots.ts';
import { command } from './command.ts';

export const addNetwork = command({
  input: v.strictObject({
    network: id,
    title: schemas.network.entries.title,
    managers: v.optional(schemas.network.entries.managers, []),
  }),
  reads: ({ network }) => [{ partition: directory, entity: 'network', key: network }],
  // No network is this one's: only who manages all of them.
  allow: (principal) => manages(principal, ''),
  run: (state, { network, ...data }) => {
    free(state.get('network', network), 'network');
    return {
      writes: [{ op: 'create', ref: { entity: 'network', partition: directory, key: network }, data }],
    };
  },
});

export const addStation = command({
  input: v.strictObject({
    network: id,
    station: id,
    title: schemas.station.entries.title,
    place: schemas.station.entries.place,
    latitude: schemas.station.entries.latitude,
    longitude: schemas.station.entries.longitude,
    slots: schemas.station.entries.slots,
  }),
  reads: ({ network, station }) => [
    { partition: directory, entity: 'network', key: network },
    { partition: directory, entity: 'station', key: station },
  ],
  allow: (principal, { network }) => isManager(principal) && manages(principal, network),
  run: (state, { station: key, slots: number, ...described }) => {
    found(state.get('network', described.network), 'network');
    free(state.get('station', key), 'station');
    const slots = Array.from({ length: number }, () => ({ state: 'empty' as const }));
    return {
      writes: [
        {
          op: 'create',
          ref: { entity: 'station', partition: directory, key },
          // Nothing was heard of it yet.
          data: { ...described, slots: number, status: 'offline', counts: countsOf(slots) },
        },
        {
          op: 'create',
          ref: { entity: 'meter', partition: directory, key },
          data: { charges: slots.map(() => 0) },
        },
        {
          op: 'create',
          ref: { entity: 'cabinet', partition: stationOf(key), key },
          data: { network: described.network, slots },
          hidden: { holds: [] },
        },
      ],
    };
  },
});
