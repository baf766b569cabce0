/** The factory's own drawings, on the kit's grid of 24. */
import type { Drawing } from '../../../web/kit/icons.tsx';

export const drawings = {
  running: 'M3 12h4l2.5-6 4 12 2.5-6h5',
  idle: 'M9 6v12M15 6v12',
  down: 'M12 7v6M12 17h.01M8 3h8l5 5v8l-5 5H8l-5-5V8z',
  maintenance: 'M19.5 6.5l-3 3-2-2 3-3a5 5 0 0 0-6.4 6.4L4 18l2 2 7.1-7.1a5 5 0 0 0 6.4-6.4z',
  offline: 'M4 4l16 16M8.5 8.600A6 6 0 0 0 6 14m3.5-1a3 3 0 0 0 4.3 4.100M12 6a8 8 0 0 1 8 8M12 20h.01',
  door: 'M5 21V4.500L14 3v18M14 5h5v16M3 21h18M10.5 12h.01',
  denied: 'M5.6 5.600l12.8 12.800M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  alarm: 'M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4',
  material: 'M3 8l9-5 9 5v8l-9 5-9-5zM3 8l9 5 9-5M12 13v8M7.5 5.500l9 5',
  quality:
    'M9 12.500l2.2 2.200L15.500 10M12 3l2.6 1.900 3.200.1.900 3.100 2.500 2-1.100 3 .2 3.200-3 1-1.900 2.600-3.100-.9-3.100.9-1.900-2.600-3-1 .2-3.200-1.100-3 2.500-2 .9-3.100 3.200-.1z',
  help: 'M9.5 9.500a2.7 2.7 0 1 1 3.6 2.600c-.7.3-1.100.8-1.100 1.600v.3M12 17.500h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
} as const satisfies Record<string, Drawing>;
