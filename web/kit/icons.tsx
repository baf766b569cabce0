/** The icons, drawn on a grid of 24 with lines of 2. Always beside a word, therefore hidden from those who listen. */

/** A drawing: the path of an SVG. A domain has its own beside these. */
export type Drawing = string;

export const icons = {
  connected: 'M5 12.500l4.5 4.500L19 7.5',
  disconnected: 'M6 12h12',
  reconnecting: 'M20 11a8 8 0 0 0-14.5-3.500L4 9m0-5v5h5M4 13a8 8 0 0 0 14.5 3.500L20 15m0 5v-5h-5',
  error: 'M7 7l10 10M17 7L7 17',
  failed: 'M12 7v5l3.5 2M12 3a9 9 0 1 0 9 9M21 5v4h-4',
  warning:
    'M12 9v4.500M12 17h.01M10.3 4.200L2.5 18a2 2 0 0 0 1.7 3h15.600a2 2 0 0 0 1.7-3L13.7 4.200a2 2 0 0 0-3.4 0z',
  done: 'M5 12.500l4.5 4.500L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 21a7.5 7.5 0 0 1 15 0',
  line: 'M3 21V10l6 4v-4l6 4V4h6v17zM7 17.500h.01M12 17.500h.01M17 17.500h.01',
  site: 'M4 21V5a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v16M14 10h5a1 1 0 0 1 1 1v10M2.5 21h19M8 8.500h2M8 12.500h2M8 16.500h2M17 14h.01M17 17.500h.01',
  audit:
    'M8 4h8v3H8zM6 5.500H5a1 1 0 0 0-1 1V20a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1V6.500a1 1 0 0 0-1-1h-1M8 12h8M8 16h5',
} as const satisfies Record<string, Drawing>;

export function Icon({ draw, class: extra = '' }: { draw: Drawing; class?: string }) {
  return (
    <svg class={`icon ${extra}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={draw} />
    </svg>
  );
}
