/**
 * What a kitchen consists of, and which groups see it.
 *
 * | entity | partition | key |
 * |---|---|---|
 * | location | `kitchens` (the directory) | id |
 * | order | `location/<location>` while open, and the last 20 closed | given by who places it |
 * | past | `archive/<location>`: closed orders, for 90 days | its order's |
 * | ticket | `pickup/<location>` while its order is open | the number: one order at a time holds it |
 * | hour | `analytics/<location>`, for a day | begin of the hour, epoch ms |
 */
import { type DataOf, entity, type ItemOf } from '../../core/domain.ts';
import { analyticsOf, locationOf, pickupOf } from './partitions.ts';
import * as schemas from './schemas.ts';

const day = 24 * 60 * 60 * 1000;

/** How long an order is known after it was closed: so long a repeat of it is not cooked again. */
export const keptMs = 90 * day;

export const entities = {
  location: entity({
    data: schemas.location,
    delivery: 'instant',
    latest: true,
    groups: ({ key }) => [locationOf(key)],
  }),
  order: entity({
    data: schemas.order,
    delivery: 'instant',
    latest: true,
    groups: ({ data }) => [locationOf(data.location)],
  }),
  past: entity({
    data: schemas.order,
    delivery: 'relaxed',
    latest: true,
    groups: () => [],
    until: ({ changedAt }) => changedAt + keptMs,
  }),
  ticket: entity({
    data: schemas.ticket,
    delivery: 'instant',
    latest: true,
    groups: ({ data }) => [pickupOf(data.location)],
  }),
  hour: entity({
    data: schemas.hour,
    delivery: 'relaxed',
    latest: true,
    groups: ({ data }) => [analyticsOf(data.location)],
    until: ({ at }) => at + day,
  }),
};

export type Kitchen = typeof entities;
export type Location = DataOf<Kitchen, 'location'>;
export type Order = DataOf<Kitchen, 'order'>;
export type Line = Order['lines'][number];
export type Ticket = DataOf<Kitchen, 'ticket'>;
export type Hour = DataOf<Kitchen, 'hour'>;
export type KitchenItem<N extends keyof Kitchen> = ItemOf<Kitchen, N>;
