/** Moves a crate to another place of its unit. */
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { LiveItem } from '../../../../web/kit/live.ts';
import type { Place } from '../../entities.ts';
import { describe } from '../describe.ts';
import { t } from '../texts.ts';
import './acts.css';

/** Places with room, and how much. @param besides a place that is no choice */
export function PlaceOptions({ places, besides }: { places: readonly LiveItem<Place>[]; besides?: string }) {
  return (
    <>
      {places
        .filter(({ key }) => key !== besides)
        .map(({ key, data }) => {
          const free = data.capacity - data.crates.length;
          return (
            <option key={key} value={key} disabled={free === 0}>
              {data.title} · {free === 0 ? t('place.full') : t('place.free', { count: free })}
            </option>
          );
        })}
    </>
  );
}

export function RelocateForm({
  places,
  input,
  onDone,
}: {
  places: readonly LiveItem<Place>[];
  input: { store: string | undefined; unit: string; crate: string; from: string };
  onDone: () => void;
}) {
  const command = useCommand('records', 'relocate-crate');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const to = String(new FormData(event.currentTarget as HTMLFormElement).get('to'));
    if (await command.run({ ...input, to })) onDone();
  };
  return (
    <form class="form row-form" onSubmit={submit}>
      <label class="field">
        <span>{t('crate.move.to')}</span>
        <select name="to" required>
          <PlaceOptions places={places} besides={input.from} />
        </select>
      </label>
      <button type="submit" class="button primary" aria-busy={command.busy.value}>
        {t('crate.move')}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}
