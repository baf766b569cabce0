/** How long an order has been in its stage, ticking: the text alone repaints. */
import { useComputed } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import type { Tone } from '../../../web/kit/parts.tsx';
import type { Location, Order } from '../entities.ts';
import { type Heat, heatOf, stageSince, usualThresholds } from '../orders.ts';
import { isOpen } from '../states.ts';
import { drawings } from './icons.ts';
import { t } from './texts.ts';

export const heatTones: Record<Heat, Tone> = { calm: 'good', warn: 'waiting', late: 'bad' };

/** `4:07`, and `1:02:07` after an hour: legible from across the kitchen. */
export function formatTimer(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest.replace(/^0/, '') : `${Math.floor(seconds / 3600)}:${rest}`;
}

/** How urgent an order is by the clock and the location's thresholds. Changes only at a threshold. */
export function useHeat(store: GroupStore, location: string, order: Order): Heat {
  const { state } = order;
  const since = stageSince(order);
  return useComputed(() => {
    const thresholds = store.item<Location>('location', location).value?.data.thresholds ?? usualThresholds;
    return isOpen(state) ? heatOf(thresholds, state, now.value - since) : 'calm';
  }).value;
}

export function Timer({ since, heat }: { since: number; heat: Heat }) {
  return (
    <span class={`timer tone-${heatTones[heat]}`}>
      <Icon draw={heat === 'calm' ? drawings.timer : icons.warning} />
      <Ticking since={since} />
      {heat !== 'calm' && <span class="timer-word">{t(`heat.${heat}`)}</span>}
    </span>
  );
}

function Ticking({ since }: { since: number }) {
  return <time class="figure">{formatTimer(now.value - since)}</time>;
}
