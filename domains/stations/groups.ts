/** The groups of the network: all stations and each of them for everybody, desks for managers, bookings for their rider. */
import type { GroupDef } from '../../core/domain.ts';
import { segmentOf } from '../../core/group.ts';
import { isRider, manages, rides } from './access.ts';
import type { Stations } from './entities.ts';
import { deskOf, directory, riderOf, stationOf, trailOf } from './partitions.ts';

export const groups = {
  all: {
    pattern: 'all',
    join: () => true,
    partitions: () => [directory],
    list: () => [{ params: {}, title: { en: 'All stations', ru: 'Все станции' } }],
  },
  station: {
    pattern: 'station/:station',
    join: () => true,
    partitions: ({ station = '' }) => [directory, stationOf(station)],
    list: (known) =>
      known.list('station').map(({ key, data }) => ({ params: { station: key }, title: data.title })),
  },
  bookings: {
    pattern: 'bookings/:rider',
    join: (principal, { rider = '' }) => isRider(principal, rider),
    partitions: ({ rider = '' }) => [riderOf(rider)],
    list: (_known, principal) => {
      const rider = rides(principal) ? segmentOf(principal.sub) : undefined;
      return rider === undefined
        ? []
        : [{ params: { rider }, title: { en: 'My bookings', ru: 'Мои брони' } }];
    },
  },
  desk: {
    pattern: 'manage/:network',
    join: (principal, { network = '' }) => manages(principal, network),
    partitions: ({ network = '' }) => [directory, deskOf(network)],
    presence: true,
    list: (known) =>
      known.list('network').map(({ key, data }) => ({ params: { network: key }, title: data.title })),
  },
  trail: {
    pattern: trailOf(':network'),
    audit: true,
    join: (principal, { network = '' }) => manages(principal, network),
    partitions: () => [],
    list: (known) =>
      known.list('network').map(({ key, data }) => ({
        params: { network: key },
        title: { en: `${data.title}: audit trail`, ru: `${data.title}: журнал изменений` },
      })),
  },
} satisfies Record<string, GroupDef<Stations>>;
