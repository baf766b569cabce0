/** The storage places that are kept for a unit. */
import type { GroupStore } from '../../../../web/kit/live.ts';
import type { Crate, Place } from '../../entities.ts';
import { t } from '../texts.ts';
import { Rack } from './rack.tsx';

export function ShelvesTab({ store }: { store: GroupStore }) {
  const shelves = store.list<Place>('shelf');
  const out = new Set(
    store
      .list<Crate>('crate')
      .filter(({ data }) => data.state === 'out')
      .map(({ key }) => key),
  );
  if (shelves.length === 0) return <p class="quiet">{t('place.none')}</p>;
  return (
    <div class="racks">
      {shelves.map(({ key, data }) => (
        <Rack key={key} id={key} place={data} out={out} />
      ))}
    </div>
  );
}
