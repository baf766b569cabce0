/** What the store does with a job: allocate, issue, take back, destroy, ask the unit. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { CommandButton, CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { LiveItem } from '../../../../web/kit/live.ts';
import type { Place } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { describe } from '../describe.ts';
import { t } from '../texts.ts';
import { columnOf, type JobItem } from './columns.ts';
import { PlaceOptions } from './relocate.tsx';
import './acts.css';

export function JobActs({
  id,
  job,
  places,
}: {
  id: string;
  job: JobItem;
  places: readonly LiveItem<Place>[];
}) {
  const asking = useSignal(false);
  const { unit, request } = job.data;
  const input = { store: id, unit, request, rev: job.rev };
  const column = columnOf(job.data);
  if (column === 'hold') return null;
  const label = (word: string) => `${word} ${labelOf(request)}`;
  const act = (name: 'issue' | 'return' | 'destroy', kind: 'primary' | 'danger' = 'primary') => (
    <CommandButton
      domain="records"
      command={name}
      input={input}
      kind={kind}
      label={label(t(`do.${name}`))}
      describe={describe}
    >
      {t(`do.${name}`)}
    </CommandButton>
  );
  return (
    <div class="moves">
      <div class="move-buttons">
        {column === 'allocate' && (
          <AllocateForm input={input} places={places} count={job.data.crates.length} />
        )}
        {column === 'issue' && act('issue')}
        {column === 'loan' && act('return')}
        {column === 'destroy' && act('destroy', 'danger')}
        {column !== 'loan' && (
          <button
            type="button"
            class="button"
            aria-expanded={asking.value}
            aria-label={label(t('do.hold'))}
            onClick={() => {
              asking.value = !asking.value;
            }}
          >
            {t('do.hold')}
          </button>
        )}
      </div>
      {asking.value && (
        <DeskForm
          name="hold"
          input={input}
          onDone={() => {
            asking.value = false;
          }}
        >
          <label class="field">
            <span>{t('note')}</span>
            <input name="note" maxLength={140} required />
          </label>
        </DeskForm>
      )}
    </div>
  );
}

/** A form of one field that runs a command of the desk with it. */
function DeskForm({
  name,
  input,
  onDone,
  children,
}: {
  name: 'hold' | 'allocate';
  input: object;
  onDone?: () => void;
  children: ComponentChildren;
}) {
  const command = useCommand('records', name);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement));
    if (await command.run({ ...input, ...fields })) onDone?.();
  };
  return (
    <form class="desk-form" onSubmit={submit}>
      {children}
      <button type="submit" class="button primary" aria-busy={command.busy.value}>
        {t(`do.${name}`)}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}

/** The unit's places that have room for all of the crates. */
function AllocateForm({
  input,
  places,
  count,
}: {
  input: { request: string };
  places: readonly LiveItem<Place>[];
  count: number;
}) {
  const roomy = places.filter(({ data }) => data.capacity - data.crates.length >= count);
  if (roomy.length === 0) return <p class="quiet">{t('place.nowhere')}</p>;
  return (
    <DeskForm name="allocate" input={input}>
      <select name="place" aria-label={t('job.place', { request: labelOf(input.request) })} required>
        <PlaceOptions places={roomy} />
      </select>
    </DeskForm>
  );
}
