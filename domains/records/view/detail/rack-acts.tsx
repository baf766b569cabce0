/** What the store does with a rack: its name and capacity, crates moved to another. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { LiveItem } from '../../../../web/kit/live.ts';
import type { Place } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { describe } from '../describe.ts';
import { t } from '../texts.ts';
import { RelocateForm } from './relocate.tsx';
import './acts.css';

/** Largest place, in crates, as the rules have it. */
const maxCapacity = 60;

export function CapacityField({ value, least }: { value: number; least: number }) {
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

export function RackActs({ place, others }: { place: LiveItem<Place>; others: readonly LiveItem<Place>[] }) {
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
