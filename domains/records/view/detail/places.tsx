/** The racks of the store by unit: what fills them, and new ones. */
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { GroupStore } from '../../../../web/kit/live.ts';
import type { Job, Place, Store } from '../../entities.ts';
import { describe } from '../describe.ts';
import { t } from '../texts.ts';
import { Rack } from './rack.tsx';
import { CapacityField, RackActs } from './rack-acts.tsx';
import './acts.css';

export function RacksTab({ store, id }: { store: GroupStore; id: string }) {
  const units = store.item<Store>('store', id).value?.data.units ?? [];
  const places = store.list<Place>('place');
  const lent = store.list<Job>('job').filter(({ data }) => data.state === 'issued');
  return (
    <div class="halls">
      <AddPlace id={id} units={units} />
      {units.map(({ unit, title }) => {
        const own = places.filter(({ data }) => data.unit === unit);
        const out = new Set(lent.filter(({ data }) => data.unit === unit).flatMap(({ data }) => data.crates));
        return (
          <section key={unit} aria-labelledby={`hall-${unit}`}>
            <h2 id={`hall-${unit}`}>{title}</h2>
            {own.length === 0 && <p class="quiet">{t('place.none')}</p>}
            <div class="racks">
              {own.map((place) => (
                <Rack key={place.key} id={place.key} place={place.data} out={out}>
                  <RackActs place={place} others={own} />
                </Rack>
              ))}
            </div>
          </section>
        );
      })}
    </div>
  );
}

function AddPlace({ id, units }: { id: string; units: Store['units'] }) {
  const command = useCommand('records', 'add-place');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const text = (name: string) => String(fields.get(name)).trim();
    const input = {
      store: id,
      unit: text('unit'),
      place: text('place').toLowerCase(),
      title: text('title'),
      capacity: Number(fields.get('capacity')),
    };
    if (await command.run(input)) form.reset();
  };
  return (
    <form class="card add-form" onSubmit={submit} aria-label={t('place.add')}>
      <label class="field">
        <span>{t('unit')}</span>
        <select name="unit" required>
          {units.map(({ unit, title }) => (
            <option key={unit} value={unit}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{t('place.id')}</span>
        <input name="place" required maxLength={32} pattern="[A-Za-z0-9][A-Za-z0-9\-]*" autocomplete="off" />
      </label>
      <label class="field">
        <span>{t('place.title')}</span>
        <input name="title" required maxLength={60} />
      </label>
      <CapacityField value={12} least={1} />
      <button type="submit" class="button primary" aria-busy={command.busy.value}>
        {t('place.add')}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}
