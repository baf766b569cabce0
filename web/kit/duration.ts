/** Durations in words short enough for a tile. */
import { translator } from './i18n.ts';

const t = translator({
  en: {
    s: '{n} s',
    m: '{n} min',
    h: '{n} h',
    hm: '{h} h {m} min',
    d: '{n} d',
    ago: '{age} ago',
    now: 'just now',
  },
  ru: {
    s: '{n} с',
    m: '{n} мин',
    h: '{n} ч',
    hm: '{h} ч {m} мин',
    d: '{n} дн',
    ago: '{age} назад',
    now: 'только что',
  },
});

/** A length of time in milliseconds as `42 s`, `7 min`, `3 h 20 min` or `5 d`; below zero counts as zero. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return t('s', { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('m', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return t('d', { n: Math.floor(hours / 24) });
  return minutes % 60 === 0 ? t('h', { n: hours }) : t('hm', { h: hours, m: minutes % 60 });
}

/** A length of time in milliseconds: `1 h 2 min 35 s` without the parts that are zero, and `0.4 s` below a minute. */
export function formatLength(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100)) / 10;
  const seconds = tenths < 60 ? tenths : Math.round(tenths);
  const parts = [
    ['h', Math.floor(seconds / 3600)],
    ['m', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ] as const;
  const said = parts.filter(([, n]) => n > 0).map(([unit, n]) => t(unit, { n }));
  return said.join(' ') || t('s', { n: 0 });
}

/** How long ago a time was; under two seconds is `just now`, which also hides small differences of clocks. */
export function formatAge(at: number, present: number): string {
  return present - at < 2000 ? t('now') : t('ago', { age: formatDuration(present - at) });
}

/** A running time as a clock shows it: `3:07:42`, hours as many as needed. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
