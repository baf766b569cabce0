/** One station: what is to be had, the rider's own booking, and the cabinet slot by slot. */
import { useComputed } from '@preact/signals';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { useGroup, usePlatform } from '../../../web/kit/platform.ts';
import { Skeleton } from '../../../web/kit/skeleton.tsx';
import { manages } from '../access.ts';
import type { Cabinet, Station } from '../entities.ts';
import { deskOf } from '../partitions.ts';
import { drawings } from './icons.ts';
import { RiderArea } from './rider.tsx';
import { SlotCell } from './slot.tsx';
import { Contact, CountsBar } from './status.tsx';
import { t } from './texts.ts';
import './station.css';

export function StationPage({
  group,
  params: { station = '' },
}: {
  group: string;
  params: Record<string, string>;
}) {
  const store = useGroup(group);
  return (
    <div class="battery station-page">
      <Head store={store} station={station} />
      <RiderArea store={store} station={station} />
      <Slots store={store} station={station} />
    </div>
  );
}

function Head({ store, station: key }: { store: GroupStore; station: string }) {
  const { me } = usePlatform();
  const station = store.item<Station>('station', key).value?.data;
  if (station === undefined) return <h1>{key}</h1>;
  return (
    <div class="page-head station-head">
      <div class="station-name">
        <h1>{station.title}</h1>
        <p class="quiet">
          <Icon draw={drawings.place} /> {station.place}
        </p>
      </div>
      <Contact store={store} station={key} />
      <CountsBar counts={station.counts} />
      <p class="station-links">
        <a href="#/stations/all">{t('back.all')}</a>
        {manages(me.value, station.network) && (
          <a href={`#/stations/${deskOf(station.network)}`}>{t('manage.open')}</a>
        )}
      </p>
    </div>
  );
}

function Slots({ store, station }: { store: GroupStore; station: string }) {
  const { me } = usePlatform();
  const count = useComputed(
    () => store.item<Cabinet>('cabinet', station).value?.data.slots.length ?? 0,
  ).value;
  const network = useComputed(() => store.item<Cabinet>('cabinet', station).value?.data.network).value;
  if (count === 0) return <Skeleton count={4} />;
  return (
    <section class="card cabinet" aria-label={t('cabinet')}>
      <ul class="slots">
        {Array.from({ length: count }, (_, index) => (
          <li key={index}>
            <SlotCell
              store={store}
              station={station}
              index={index}
              mayManage={network !== undefined && manages(me.value, network)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
