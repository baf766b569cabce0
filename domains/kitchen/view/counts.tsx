/** All-day counts: how many of each dish are still to make, by station. */
import { useComputed } from '@preact/signals';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import type { Order } from '../entities.ts';
import { allDay, type Count } from '../orders.ts';
import { type Station, stations } from '../states.ts';
import { stationIcons } from './icons.ts';
import { t } from './texts.ts';

export function Counts({ store, station }: { store: GroupStore; station: Station | undefined }) {
  // As a text: what changes no count repaints nothing.
  const text = useComputed(() =>
    JSON.stringify(allDay(store.list<Order>('order').map(({ data }) => data))),
  ).value;
  const counts = (JSON.parse(text) as Count[]).filter(
    (count) => (station ?? count.station) === count.station,
  );
  return (
    <aside class="counts card" aria-label={t('counts.title')}>
      <h2>{t('counts.title')}</h2>
      {counts.length === 0 && <p class="quiet">{t('counts.none')}</p>}
      {stations
        .filter((one) => counts.some((count) => count.station === one))
        .map((one) => (
          <section key={one}>
            <h3>
              <Icon draw={stationIcons[one]} /> {t(`station.${one}`)}
            </h3>
            <ul>
              {counts
                .filter((count) => count.station === one)
                .map(({ dish, quantity }) => (
                  <li key={dish} class="count">
                    <span class="figure count-quantity">{quantity}</span>
                    <span>{dish}</span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
    </aside>
  );
}
