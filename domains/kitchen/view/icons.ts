/** The kitchen's own drawings, on the kit's grid of 24. */
import type { Drawing } from '../../../web/kit/icons.tsx';
import type { OpenState, Station } from '../states.ts';

export const drawings = {
  rush: 'M13 2L5 14h6l-1 8 8-12h-6z',
  timer: 'M12 8v5l3 2M12 5a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9 2h6',
  recall: 'M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  more: 'M4 11h2v2h-2zM11 11h2v2h-2zM18 11h2v2h-2z',
  counts: 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01',
  add: 'M12 5v14M5 12h14',
} as const satisfies Record<string, Drawing>;

export const stateIcons: Record<OpenState, Drawing> = {
  pending: 'M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4',
  preparing: 'M12 3c1 4 5 5 5 10a5 5 0 0 1-10 0c0-2 1-3 2-4 0 2 1 3 2 3 1-3-1-5 1-9z',
  ready: 'M5 12.500l4.5 4.500L19 7.5',
};

export const stationIcons: Record<Station, Drawing> = {
  grill: 'M4 10h16a8 8 0 0 1-16 0zM8 17l-2 4M16 17l2 4M9 3v3M12 2v4M15 3v3',
  fryer: 'M5 9h14l-2 12H7zM8 9V3M12 9V4M16 9V3',
  cold: 'M12 2v20M4 7l16 10M20 7L4 17M9 4l3 2 3-2M9 20l3-2 3 2',
  bar: 'M5 4h14l-7 8zM12 12v8M8 20h8',
};
