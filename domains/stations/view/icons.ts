/** The network's own drawings, on the kit's grid of 24. */
import type { Drawing } from '../../../web/kit/icons.tsx';

export const drawings = {
  battery: 'M7 5h10v16H7zM10 5V2.500h4V5M10 13l2-3v6l2-3',
  available: 'M7 5h10v16H7zM10 5V2.500h4V5M9.5 13.500l2 2 3.500-4.500',
  booked: 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v10H5zM12 15v2',
  charging: 'M13 2.500L5 14h6l-1 7.500L19 10h-6.500z',
  empty: 'M5 4h14v17H5zM9 12.500h6',
  broken: 'M14.500 6.500a4.500 4.500 0 0 0-6 6L3.500 17.500l3 3 5-5a4.500 4.500 0 0 0 6-6l-3 3-3-3z',
  online: 'M5 12.500l4.500 4.500L19 7.500',
  degraded: 'M12 7v5l3.500 2M12 3a9 9 0 1 0 .01 0z',
  offline: 'M4 4l16 16M8.500 8.600A6 6 0 0 0 6 14m3.500-1a3 3 0 0 0 4.300 4.100M12 6a8 8 0 0 1 8 8M12 20h.01',
  place:
    'M12 21.500s-7-6.500-7-12a7 7 0 0 1 14 0c0 5.500-7 12-7 12zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z',
  plus: 'M12 5v14M5 12h14',
} as const satisfies Record<string, Drawing>;
