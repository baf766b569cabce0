/** The network's screens: all stations, one of them, a rider's bookings, the managers' desk. */
import { late } from '../../../web/kit/late.tsx';
import type { DomainView } from '../../../web/kit/platform.ts';
import { AllPage } from './all.tsx';
import { BookingsPage } from './bookings.tsx';
import { StationPage } from './station.tsx';
import './pages.css';

export const view: DomainView = {
  pages: [
    { pattern: 'all', page: AllPage },
    { pattern: 'station/:station', page: StationPage },
    { pattern: 'bookings/:rider', page: BookingsPage },
    // For few: its own chunk.
    {
      pattern: 'manage/:network',
      page: late<{ group: string; params: Record<string, string> }>(
        async () => (await import('./desk.tsx')).DeskPage,
      ),
    },
  ],
};
