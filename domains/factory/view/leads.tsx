/** Who is told of what happens on a site and its lines: for its overseers to see, for admins to change. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../web/kit/command.tsx';
import { translator } from '../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Panel } from '../../../web/kit/parts.tsx';
import { usePlatform } from '../../../web/kit/platform.ts';
import { isAdmin } from '../access.ts';
import type { Line, Site } from '../entities.ts';

const lt = translator({
  en: {
    title: 'Who is told',
    hint: 'A line tells of calls, long stops and shifts; the site of calls that nobody answers, shifts and alarms.',
    none: 'Nobody is told.',
    change: 'Change',
    'change.of': 'Change who is told: {title}',
    remove: 'Remove',
    'remove.of': 'Remove {name}',
    field: 'User name to add',
    add: 'Add',
    now: 'Now: {names}',
  },
  ru: {
    title: 'Кому сообщать',
    hint: 'Линия сообщает о вызовах, долгих простоях и сменах; площадка — о вызовах без ответа, сменах и тревогах.',
    none: 'Никому не сообщается.',
    change: 'Изменить',
    'change.of': 'Изменить, кому сообщать: {title}',
    remove: 'Убрать',
    'remove.of': 'Убрать {name}',
    field: 'Имя пользователя, которого добавить',
    add: 'Добавить',
    now: 'Сейчас: {names}',
  },
});

type Place = { of: 'line'; line: string } | { of: 'site'; site: string };

const keyOf = (place: Place) => (place.of === 'line' ? place.line : place.site);

const itemOf = (store: GroupStore, place: Place) =>
  store.item<Line | Site>(place.of, keyOf(place)).value?.data;

const namesOf = (leads: readonly string[]) => (leads.length === 0 ? lt('none') : leads.join(', '));

export function LeadsCard({ store, site }: { store: GroupStore; site: string }) {
  const { me } = usePlatform();
  const open = useSignal<Place | undefined>(undefined);
  const lines = store.keys('line').value.map((line): Place => ({ of: 'line', line }));
  const mayChange = isAdmin(me.value);
  return (
    <section class="card leads" aria-labelledby="leads-title">
      <header class="card-head">
        <h2 id="leads-title">{lt('title')}</h2>
      </header>
      <p class="small quiet">{lt('hint')}</p>
      <ul class="rows">
        {[{ of: 'site', site } satisfies Place, ...lines].map((place) => {
          const data = itemOf(store, place);
          if (data === undefined) return null;
          return (
            <li key={`${place.of} ${keyOf(place)}`} class="row" data-leads={`${place.of}/${keyOf(place)}`}>
              <span class="row-main">
                <span class="row-title">{data.title}</span>
                <span class="small">{namesOf(data.leads ?? [])}</span>
              </span>
              {mayChange && (
                <button
                  type="button"
                  class="button"
                  aria-haspopup="dialog"
                  aria-label={lt('change.of', { title: data.title })}
                  onClick={() => {
                    open.value = place;
                  }}
                >
                  {lt('change')}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {open.value !== undefined && (
        <LeadsPanel
          store={store}
          place={open.value}
          onClose={() => {
            open.value = undefined;
          }}
        />
      )}
    </section>
  );
}

/** What `current` of a conflict says of the people now. */
function describeLeads(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Line> } | null)?.data;
  return data === undefined ? undefined : lt('now', { names: namesOf(data.leads ?? []) });
}

function LeadsPanel({ store, place, onClose }: { store: GroupStore; place: Place; onClose: () => void }) {
  const command = useCommand('factory', 'set-leads');
  const data = itemOf(store, place);
  const leads = data?.leads ?? [];
  // What the person sees goes with it: the list of somebody who was faster is not written over.
  const set = (next: readonly string[]) => command.run({ ...place, leads: next, was: leads });
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = String(new FormData(form).get('name') ?? '').trim();
    if (name !== '' && (await set([...leads, name]))) form.reset();
  };
  return (
    <Panel title={`${lt('title')}: ${data?.title ?? keyOf(place)}`} onClose={onClose}>
      {leads.length === 0 && <p class="quiet">{lt('none')}</p>}
      <ul class="rows">
        {leads.map((name) => (
          <li key={name} class="row">
            <span class="row-main row-title">{name}</span>
            <button
              type="button"
              class="button"
              aria-label={lt('remove.of', { name })}
              aria-busy={command.busy.value}
              onClick={() => set(leads.filter((one) => one !== name))}
            >
              {lt('remove')}
            </button>
          </li>
        ))}
      </ul>
      <form class="form" onSubmit={add}>
        <label class="field">
          <span>{lt('field')}</span>
          <input name="name" required maxLength={64} autoComplete="off" autoCapitalize="none" />
        </label>
        <button type="submit" class="button primary" aria-busy={command.busy.value}>
          {lt('add')}
        </button>
        <CommandError command={command} describe={describeLeads} />
      </form>
    </Panel>
  );
}
