/** The crates of a unit: found by number or title, added, renamed, moved to another place. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { GroupStore, LiveItem } from '../../../../web/kit/live.ts';
import { Status } from '../../../../web/kit/parts.tsx';
import { usePlatform } from '../../../../web/kit/platform.ts';
import { isHead } from '../../access.ts';
import type { Crate, Place, Team } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { describe } from '../describe.ts';
import { crateLooks } from '../looks.ts';
import { t } from '../texts.ts';
import { RelocateForm } from './relocate.tsx';
import './acts.css';
import './crates.css';

type Doing = 'title' | 'move';

export function CratesTab({ store, unit }: { store: GroupStore; unit: string }) {
  const wanted = useSignal('');
  const words = wanted.value.trim().toLowerCase();
  const crates = store.list<Crate>('crate');
  const shown = crates.filter(({ key, data }) => `${key} ${data.title}`.toLowerCase().includes(words));
  return (
    <section class="crates" aria-label={t('crates')}>
      <AddCrate unit={unit} />
      <input
        type="search"
        aria-label={t('crate.find')}
        placeholder={t('crate.find')}
        value={wanted.value}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
        }}
      />
      {crates.length === 0 && <p class="quiet">{t('crate.none')}</p>}
      <ul class="rows card crate-rows">
        {shown.map((crate) => (
          <CrateRow key={crate.key} store={store} crate={crate} />
        ))}
      </ul>
    </section>
  );
}

function AddCrate({ unit }: { unit: string }) {
  const command = useCommand('records', 'add-crate');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const crate = String(fields.get('crate')).trim().toLowerCase();
    if (await command.run({ unit, crate, title: String(fields.get('title')).trim() })) form.reset();
  };
  return (
    <form class="card add-form" onSubmit={submit} aria-label={t('crate.add')}>
      <label class="field">
        <span>{t('crate.number')}</span>
        <input name="crate" required maxLength={32} pattern="[A-Za-z0-9][A-Za-z0-9\-]*" autocomplete="off" />
      </label>
      <label class="field">
        <span>{t('crate.title')}</span>
        <input name="title" required maxLength={60} />
      </label>
      <button type="submit" class="button primary" aria-busy={command.busy.value}>
        {t('crate.add')}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}

function CrateRow({ store, crate: { key, rev, data } }: { store: GroupStore; crate: LiveItem<Crate> }) {
  const { me } = usePlatform();
  const doing = useSignal<Doing | undefined>(undefined);
  const place = store.item<Place>('shelf', data.place ?? '').value?.data;
  const depot = store.item<Team>('team', data.unit).value?.data.store;
  const toggle = (next: Doing) => () => {
    doing.value = doing.value === next ? undefined : next;
  };
  const close = () => {
    doing.value = undefined;
  };
  const facts = [
    place?.title,
    data.keepUntil === undefined ? undefined : t('crate.kept', { year: String(data.keepUntil) }),
    data.request === undefined ? undefined : t('crate.in', { request: labelOf(data.request) }),
  ].filter((fact) => fact !== undefined);
  return (
    <li class="row crate-row" data-crate={key}>
      <span class="row-main">
        <span class="row-title">
          <span class="figure">{labelOf(key)}</span> {data.title}
        </span>
        <span class="small quiet">{facts.join(' · ')}</span>
      </span>
      <Status {...crateLooks[data.state]} word={t(`crate.${data.state}`)} />
      <span class="move-buttons">
        {data.state !== 'destroyed' && (
          <button
            type="button"
            class="button"
            aria-expanded={doing.value === 'title'}
            aria-label={`${t('crate.change')} ${labelOf(key)}`}
            onClick={toggle('title')}
          >
            {t('crate.change')}
          </button>
        )}
        {place !== undefined && isHead(me.value, data.unit) && (
          <button
            type="button"
            class="button"
            aria-expanded={doing.value === 'move'}
            aria-label={`${t('crate.move')} ${labelOf(key)}`}
            onClick={toggle('move')}
          >
            {t('crate.move')}
          </button>
        )}
      </span>
      {doing.value === 'title' && <TitleForm crate={{ key, rev, data }} onDone={close} />}
      {doing.value === 'move' && data.place !== undefined && (
        <RelocateForm
          places={store.list<Place>('shelf')}
          input={{ store: depot, unit: data.unit, crate: key, from: data.place }}
          onDone={close}
        />
      )}
    </li>
  );
}

function TitleForm({ crate: { key, rev, data }, onDone }: { crate: LiveItem<Crate>; onDone: () => void }) {
  const command = useCommand('records', 'update-crate');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const title = String(new FormData(event.currentTarget as HTMLFormElement).get('title')).trim();
    if (await command.run({ unit: data.unit, crate: key, title, rev })) onDone();
  };
  return (
    <form class="form row-form" onSubmit={submit}>
      <label class="field">
        <span>{t('crate.title')}</span>
        <input name="title" required maxLength={60} defaultValue={data.title} />
      </label>
      <button type="submit" class="button primary" aria-busy={command.busy.value}>
        {t('save')}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}
