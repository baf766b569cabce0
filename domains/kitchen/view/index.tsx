/** The kitchen's screens: displays of a location, the guests' board, the figures. */
import type { DomainView } from '../../../web/kit/platform.ts';
import { LocationPage } from './location.tsx';
import { AnalyticsPage, PickupPage } from './parts.ts';

export const view: DomainView = {
  pages: [
    { pattern: 'location/:location', page: LocationPage },
    { pattern: 'pickup/:location', page: PickupPage },
    { pattern: 'analytics/:location', page: AnalyticsPage },
  ],
};
