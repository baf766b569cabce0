/** All stations at a glance: a map by where they are, and a card for each. */
import { useComputed } from '@preact/signals';
import type { GroupStore } from '../../../web/kit/live.ts';
import { useGroup } from '../../../web/kit/platform.ts';
import { Skeleton } from '../../../web/kit/skeleton.tsx';
import type { Station } from '../entities.ts';
import { StationCard } from './card.tsx';
import { StationMap } from './map.tsx';
import { statusOf } from './status.tsx';
import { t } from './texts.ts';
import './all.css';

export function AllPage({ group }: { group: string }) {
  const store = useGroup(group);
  return (
    <div class="battery stations-page">
      <div class="page-head">
        <h1>{t('title')}</h1>
        <Total store={store} />
      </div>
      <Stations store={store} />
    </div>
  );
}

/** How many batteries one could have now: those of stations that are heard of. */
function Total({ store }: { store: GroupStore }) {
  const count = useComputed(() =>
    store.keys('station').value.reduce((sum, key) => {
      const station = store.item<Station>('station', key).value?.data;
      return sum + (statusOf(store, key) === 'offline' ? 0 : (station?.counts.available ?? 0));
    }, 0),
  ).value;
  return <p class="total">{t('total.available', { count })}</p>;
}

function Stations({ store }: { store: GroupStore }) {
  const keys = store.keys('station').value;
  if (store.status.value.kind === 'loading' && keys.length === 0) return <Skeleton count={4} />;
  if (keys.length === 0) return <p class="quiet">{t('stations.none')}</p>;
  return (
    <div class="stations-split">
      <StationMap store={store} />
      <section aria-label={t('stations')}>
        <ul class="station-cards">
          {keys.map((key) => (
            <li key={key}>
              <StationCard store={store} station={key} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
