/** What states, stations and services are called: in the trail, in lists and on every screen. */
import type { OrderState, Service, Station } from './states.ts';

export type CodeWords = Record<`state.${OrderState}` | `station.${Station}` | `service.${Service}`, string>;

export const words = {
  'state.pending': 'New',
  'state.preparing': 'Preparing',
  'state.ready': 'Ready',
  'state.served': 'Served',
  'state.cancelled': 'Cancelled',
  'station.grill': 'Grill',
  'station.fryer': 'Fryer',
  'station.cold': 'Cold',
  'station.bar': 'Bar',
  'service.table': 'Table',
  'service.takeaway': 'Takeaway',
  'service.delivery': 'Delivery',
} satisfies CodeWords;
