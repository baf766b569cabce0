/** The groups of a location: its orders for those who work there, its hours, and the numbers for its guests. */
import type { GroupDef, State, Title } from '../../core/domain.ts';
import { worksAt } from './access.ts';
import type { Kitchen } from './entities.ts';
import { analyticsOf, kitchens, locationOf, pickupOf } from './partitions.ts';

/** One group for each location; `titled` tells the groups of one location apart in lists of places. */
const list = (titled: (location: string) => Title) => (directory: State<Kitchen>) =>
  directory
    .list('location')
    .map(({ key, data }) => ({ params: { location: key }, title: titled(data.title) }));

export const groups = {
  location: {
    pattern: 'location/:location',
    join: (principal, { location = '' }) => worksAt(principal, location),
    partitions: ({ location = '' }) => [kitchens, locationOf(location)],
    presence: true,
    list: list((location) => location),
  },
  pickup: {
    pattern: 'pickup/:location',
    // Public: a screen for guests, which shows numbers only.
    join: () => true,
    partitions: ({ location = '' }) => [pickupOf(location)],
    list: list((location) => ({ en: `Pick-up · ${location}`, ru: `Выдача · ${location}` })),
  },
  analytics: {
    pattern: 'analytics/:location',
    join: (principal, { location = '' }) => worksAt(principal, location),
    partitions: ({ location = '' }) => [analyticsOf(location)],
    list: list((location) => ({ en: `Last 24 h · ${location}`, ru: `За сутки · ${location}` })),
  },
} satisfies Record<string, GroupDef<Kitchen>>;
