/** The orders of a location on a display: which ones, in which order, and how they are bumped. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { now } from '../../../web/kit/clock.ts';
import { formatDuration } from '../../../web/kit/duration.ts';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import type { Order } from '../entities.ts';
import { belongs, bumped, displayed, shownAtOnce, stageSince } from '../orders.ts';
import { isOpen, type OpenState, type Station } from '../states.ts';
import type { Actions } from './actions.ts';
import { Below, useBelow } from './below.tsx';
import { useBumpBar } from './bump-bar.ts';
import { Card } from './card.tsx';
import { bumpOf, displayParam } from './mode.ts';
import { t } from './texts.ts';
import './board.css';

interface BoardProps {
  store: GroupStore;
  location: string;
  display: OpenState | undefined;
  station: Station | undefined;
  actions: Actions;
}

export function Board({ store, location, display, station, actions }: BoardProps) {
  const chosen = useSignal<string | undefined>(undefined);
  const alive = useRef(true);
  const stays = useRef(() => alive.current).current;
  const settled = useRef(false);
  useLayoutEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  useEffect(() => {
    settled.current = true;
  }, []);

  // As texts, so that a change that moves no card repaints nothing here.
  const sorted = useComputed(() => {
    const orders = store.list<Order>('order').filter(({ data }) => belongs(data, display, station));
    const { shown, older } = displayed(orders, display === undefined ? orders.length : shownAtOnce);
    const longest = older[0] === undefined ? 0 : stageSince(older[0].data);
    return `${shown.map(({ key }) => key).join(' ')}|${older.length}|${longest}`;
  }).value;
  const [list = '', older = '0', longest = '0'] = sorted.split('|');
  const keys = list === '' ? [] : list.split(' ');

  const bump = (key: string) => {
    const data = store.item<Order>('order', key).peek()?.data;
    if (data === undefined || !isOpen(data.state)) return;
    const { command, input } = bumpOf(data.state, display, station);
    void actions.run(command, { key, number: data.number }, input);
  };
  const recall = () => {
    const [last] = bumped(store.list<Order>('order'));
    if (last !== undefined) void actions.run('recall-order', { key: last.key, number: last.data.number });
  };
  const rail = useRef<HTMLUListElement>(null);
  const below = useBelow(rail, list);
  useBumpBar({ keys, chosen, bump, recall });

  return (
    <section class="board" aria-label={t(`display.${display ?? 'all'}`)}>
      {Number(older) > 0 && <Older count={Number(older)} longest={Number(longest)} />}
      {keys.length === 0 && <p class="board-none">{t('orders.none')}</p>}
      <ul ref={rail} class={`orders ${settled.current ? 'settled' : ''}`}>
        {keys.map((key) => (
          <li key={key}>
            <Card
              store={store}
              location={location}
              order={key}
              display={display}
              station={station}
              actions={actions}
              chosen={chosen}
              stays={stays}
            />
          </li>
        ))}
      </ul>
      <Below count={below} />
    </section>
  );
}

/** A display shows the most recent; that others wait is never kept silent. */
function Older({ count, longest }: { count: number; longest: number }) {
  return (
    <div class="banner tone-bad" role="status">
      <Icon draw={icons.warning} />
      <p>
        {t('older', { count })}: {t('older.longest', { age: formatDuration(now.value - longest) })}
      </p>
      <button
        type="button"
        class="button"
        onClick={() => {
          displayParam.value = 'all';
        }}
      >
        {t('older.show')}
      </button>
    </div>
  );
}
