/** A scheme of where the stations are: no tiles, nothing from elsewhere. Each is a link that says what is to be had. */
import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { GroupStore } from '../../../web/kit/live.ts';
import type { Station } from '../entities.ts';
import { hrefOf } from './card.tsx';
import { stationTone } from './looks.ts';
import { type Spots, size, spotsOf } from './projection.ts';
import { statusOf } from './status.tsx';
import { t } from './texts.ts';

export function StationMap({ store }: { store: GroupStore }) {
  const keys = store.keys('station').value;
  // As text, so that a booking, which moves no station, moves no pin.
  const places = useComputed(() =>
    JSON.stringify(
      store
        .keys('station')
        .value.flatMap((key) => store.item<Station>('station', key).value ?? [])
        .map(({ key, data: { latitude, longitude } }) => ({ key, latitude, longitude })),
    ),
  ).value;
  const spots = useMemo(() => spotsOf(JSON.parse(places) as Parameters<typeof spotsOf>[0]), [places]);
  return (
    <nav class="card map" aria-label={t('map')}>
      <svg viewBox={`0 0 ${size} ${size}`}>
        <title>{t('map')}</title>
        <path
          class="map-grid"
          d={`M0 90H${size}M0 180H${size}M0 270H${size}M90 0V${size}M180 0V${size}M270 0V${size}`}
        />
        {keys.map((key) => (
          <Pin key={key} store={store} station={key} spots={spots} />
        ))}
      </svg>
    </nav>
  );
}

function Pin({ store, station: key, spots }: { store: GroupStore; station: string; spots: Spots }) {
  const station = store.item<Station>('station', key).value?.data;
  const spot = spots.get(key);
  if (station === undefined || spot === undefined) return null;
  const status = statusOf(store, key);
  const { x, y } = spot;
  const { title, counts } = station;
  const label =
    status === 'offline' ? t('map.offline', { title }) : t('map.station', { title, count: counts.available });
  return (
    <a class={`pin tone-${stationTone(station, status)}`} href={hrefOf(key)}>
      <title>{label}</title>
      <circle cx={x} cy={y} r="24" />
      <text class="pin-count" x={x} y={y + 7}>
        {status === 'offline' ? '×' : counts.available}
      </text>
      <text class="pin-title" x={Math.min(size - 45, Math.max(45, x))} y={y + 38}>
        {title.split(' · ')[0]}
      </text>
    </a>
  );
}
