/** The racks of the store by unit: what fills them, new ones, names and capacities, crates moved from one to another. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { GroupStore, LiveItem } from '../../../../web/kit/live.ts';
import type { Job, Place, Store } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { describe } from '../describe.ts';
import { t } from '../texts.ts';
import { Rack } from './rack.tsx';
import { RelocateForm } from './relocate.tsx';

/** Largest place, in crates, as the rules have it. */
const maxCapacity = 60;

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

function CapacityField({ value, least }: { value: number; least: number }) {
  return (
    <label class="field">
      <span>{t('place.capacity')}</span>
      <input
        type="number"
        name="capacity"
        required
        min={least}
        max={maxCapacity}
        defaultValue={String(value)}
      />
    </label>
  );
}

function RackActs({ place, others }: { place: LiveItem<Place>; others: readonly LiveItem<Place>[] }) {
  const doing = useSignal<'change' | 'move' | undefined>(undefined);
  const { title, crates } = place.data;
  const close = () => {
    doing.value = undefined;
  };
  const button = (name: 'change' | 'move', word: string) => (
    <button
      type="button"
      class="button"
      aria-expanded={doing.value === name}
      aria-label={`${word} ${title}`}
      onClick={() => {
        doing.value = doing.value === name ? undefined : name;
      }}
    >
      {word}
    </button>
  );
  return (
    <div class="moves">
      <div class="move-buttons">
        {button('change', t('place.change'))}
        {crates.length > 0 && others.length > 1 && button('move', t('crate.move'))}
      </div>
      {doing.value === 'change' && <ChangeForm place={place} onDone={close} />}
      {doing.value === 'move' && <MoveForm place={place} others={others} onDone={close} />}
    </div>
  );
}

function ChangeForm({ place: { key, rev, data }, onDone }: { place: LiveItem<Place>; onDone: () => void }) {
  const command = useCommand('records', 'update-place');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const input = {
      store: data.store,
      unit: data.unit,
      place: key,
      rev,
      title: String(fields.get('title')).trim(),
      capacity: Number(fields.get('capacity')),
    };
    if (await command.run(input)) onDone();
  };
  return (
    <form class="form row-form" onSubmit={submit}>
      <label class="field">
        <span>{t('place.title')}</span>
        <input name="title" required maxLength={60} defaultValue={data.title} />
      </label>
      <CapacityField value={data.capacity} least={Math.max(1, data.crates.length)} />
      <button type="submit" class="button primary" aria-busy={command.busy.value}>
        {t('save')}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}

/** First which crate, then where to. */
function MoveForm({
  place: { key, data },
  others,
  onDone,
}: {
  place: LiveItem<Place>;
  others: readonly LiveItem<Place>[];
  onDone: () => void;
}) {
  const crate = useSignal(data.crates[0] ?? '');
  return (
    <>
      <label class="field">
        <span>{t('crates')}</span>
        <select
          value={crate.value}
          onChange={(event) => {
            crate.value = event.currentTarget.value;
          }}
        >
          {data.crates.map((one) => (
            <option key={one} value={one}>
              {labelOf(one)}
            </option>
          ))}
        </select>
      </label>
      <RelocateForm
        places={others}
        input={{ store: data.store, unit: data.unit, crate: crate.value, from: key }}
        onDone={onDone}
      />
    </>
  );
}
