/** A new order is heard, and heard again until somebody starts it. */
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../../../web/kit/announce.ts';
import type { GroupStore } from '../../../web/kit/live.ts';
import { chime } from '../../../web/kit/sound.tsx';
import type { Order } from '../entities.ts';
import { belongs } from '../orders.ts';
import type { OpenState, Station } from '../states.ts';
import { t } from './texts.ts';

/** Between two chimes while an order waits to be started, in ms. */
export const repeatMs = 10_000;

/** Displays of what is being prepared or ready hear nothing: new orders are not on them. */
export function useNewOrderSound(
  store: GroupStore,
  display: OpenState | undefined,
  station: Station | undefined,
): void {
  const waiting = useComputed(() =>
    display === undefined || display === 'pending'
      ? store
          .list<Order>('order')
          .filter(({ data }) => belongs(data, 'pending', station))
          .map(({ key, data }) => `${key} ${data.number} ${data.rush ? 1 : 0}`)
          .join('\n')
      : '',
  ).value;
  const heard = useRef<readonly string[] | undefined>(undefined);
  useEffect(() => {
    const orders = waiting === '' ? [] : waiting.split('\n');
    const keys = orders.map((order) => order.split(' ')[0] ?? '');
    const fresh = orders.filter((_, index) => heard.current?.includes(keys[index] ?? '') === false);
    heard.current = keys;
    if (orders.length === 0) return;
    for (const order of fresh) announce(t('arrived', { number: order.split(' ')[1] ?? '' }));
    const urgent = orders.some((order) => order.endsWith(' 1'));
    if (fresh.length > 0) chime(fresh.some((order) => order.endsWith(' 1')) ? 'urgent' : 'new');
    const timer = setInterval(() => chime(urgent ? 'urgent' : 'new'), repeatMs);
    return () => clearInterval(timer);
  }, [waiting]);
}
