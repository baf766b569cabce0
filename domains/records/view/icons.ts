/** The drawings of the records store, on the kit's grid of 24. */
import type { Drawing } from '../../../web/kit/icons.tsx';

export const drawings = {
  crate: 'M4 8h16v12H4zM3 4h18v4H3zM10 12h4',
  bringIn: 'M12 3v11m-4-4l4 4 4-4M4 15v5h16v-5',
  lendOut: 'M12 14V3m-4 4l4-4 4 4M4 15v5h16v-5',
  destroy: 'M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6',
  submitted: 'M12 7v5l3.500 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  question:
    'M9.500 9.500a2.700 2.700 0 1 1 3.600 2.600c-.7.3-1.100.8-1.100 1.600v.3M12 17.500h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  sentBack: 'M9 7L4 12l5 5M4 12h11a5 5 0 0 1 0 10h-2',
  approved: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.500l2.800 2.800L16 9.500',
  rejected: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9 9l6 6M15 9l-6 6',
  cancelled: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.600 5.600l12.800 12.800',
  rack: 'M4 3v18M20 3v18M4 8h16M4 14h16M4 20h16M7 8V5h4v3M13 14v-3h4v3',
  overdue: 'M12 8v5l3 2M5 3L2.500 5.500M19 3l2.500 2.500M12 5a8 8 0 1 0 0 16 8 8 0 0 0 0-16z',
  plus: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
} as const satisfies Record<string, Drawing>;
