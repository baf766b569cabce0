/** A station in short. An update of it repaints this card and no other. */
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Counter } from '../../../web/kit/parts.tsx';
import type { Station } from '../entities.ts';
import { stationOf } from '../partitions.ts';
import { drawings } from './icons.ts';
import { stationTone } from './looks.ts';
import { Contact, CountsBar, statusOf } from './status.tsx';
import { t } from './texts.ts';
import './card.css';

export const hrefOf = (station: string) => `#/stations/${stationOf(station)}`;

export function StationCard({ store, station: key }: { store: GroupStore; station: string }) {
  const station = store.item<Station>('station', key).value?.data;
  if (station === undefined) return null;
  const { available } = station.counts;
  return (
    <article
      class={`card station-card tone-${stationTone(station, statusOf(store, key))}`}
      data-station={key}
    >
      <header>
        <h2>
          <a class="station-link" href={hrefOf(key)}>
            {station.title}
          </a>
        </h2>
        <p class="small quiet">
          <Icon draw={drawings.place} /> {station.place}
        </p>
      </header>
      <p class="station-available">
        <Counter value={available} /> <span>{t('available', { count: available })}</span>
      </p>
      <CountsBar counts={station.counts} />
      <footer>
        <Contact store={store} station={key} />
      </footer>
    </article>
  );
}
