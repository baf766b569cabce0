/** The store: the desk with what is to be done, and the racks. */
import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { now } from '../../../../web/kit/clock.ts';
import { CommandButton, CommandError, useCommand } from '../../../../web/kit/command.tsx';
import { Icon } from '../../../../web/kit/icons.tsx';
import type { GroupStore, LiveItem } from '../../../../web/kit/live.ts';
import { Counter } from '../../../../web/kit/parts.tsx';
import { useGroup } from '../../../../web/kit/platform.ts';
import { Tabs } from '../../../../web/kit/tabs.tsx';
import { isOverdue } from '../../due.ts';
import type { Job, Place, Store } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { describe } from '../describe.ts';
import { Due } from '../due.tsx';
import { spaceOf } from '../figures.ts';
import { kindIcons } from '../looks.ts';
import { t } from '../texts.ts';
import { RacksTab } from './places.tsx';
import { PlaceOptions } from './relocate.tsx';

type JobItem = LiveItem<Job>;

const columns = ['allocate', 'issue', 'destroy', 'hold', 'loan'] as const;
type Column = (typeof columns)[number];

/** Where on the desk a job lies: by what is to be done next. */
function columnOf({ state, kind }: Job): Column {
  if (state === 'on-hold') return 'hold';
  if (state === 'issued') return 'loan';
  return kind === 'storage' ? 'allocate' : kind === 'withdrawal' ? 'issue' : 'destroy';
}

const tones = { allocate: 'busy', issue: 'busy', destroy: 'bad', hold: 'waiting', loan: 'quiet' } as const;

export function StorePage({
  group,
  params: { store: id = '' },
}: {
  group: string;
  params: Record<string, string>;
}) {
  const store = useGroup(group);
  const title = store.item<Store>('store', id).value?.data.title ?? id;
  return (
    <div class="store-page">
      <div class="page-head">
        <h1>{title}</h1>
      </div>
      <Figures store={store} />
      <Tabs
        name="tab"
        label={t('tabs')}
        tabs={[
          { id: 'desk', title: t('desk'), panel: () => <Desk store={store} id={id} /> },
          { id: 'racks', title: t('racks'), panel: () => <RacksTab store={store} id={id} /> },
        ]}
      />
    </div>
  );
}

function Figures({ store }: { store: GroupStore }) {
  const figures = useComputed(() => {
    const jobs = store.list<Job>('job');
    const overdue = jobs.filter(({ data }) => isOverdue(data, now.value)).length;
    const lying = columns.map((column) => jobs.filter(({ data }) => columnOf(data) === column).length);
    const { used, all } = spaceOf(store.list<Place>('place').map(({ data }) => data));
    return [...lying, overdue, used, all].join();
  });
  const counts = figures.value.split(',').map(Number);
  const [overdue = 0, used = 0, all = 0] = counts.slice(columns.length);
  return (
    <ul class="kpis">
      {columns.map((column, index) => (
        <Tile
          key={column}
          name={column}
          tone={tones[column]}
          count={counts[index] ?? 0}
          word={t(`job.${column}`)}
        />
      ))}
      <Tile name="overdue" tone="bad" count={overdue} word={t('kpi.overdue')} />
      <li class="kpi" data-kpi="fill">
        <span class="kpi-figure figure">{t('kpi.fill.of', { used, all })}</span>
        <span>{t('kpi.fill')}</span>
      </li>
    </ul>
  );
}

function Tile({ name, tone, count, word }: { name: string; tone: string; count: number; word: string }) {
  return (
    <li class={`kpi tone-${count === 0 ? 'quiet' : tone}`} data-kpi={name}>
      <span class="kpi-figure">
        <Counter value={count} />
      </span>
      <span>{word}</span>
    </li>
  );
}

function Desk({ store, id }: { store: GroupStore; id: string }) {
  const jobs = store.list<Job>('job').sort((a, b) => a.data.dueAt - b.data.dueAt);
  if (jobs.length === 0) return <p class="quiet list-empty">{t('job.none')}</p>;
  return (
    <div class="board">
      {columns.map((column) => {
        const lying = jobs.filter(({ data }) => columnOf(data) === column);
        if (lying.length === 0) return null;
        return (
          <section key={column} aria-labelledby={`column-${column}`} data-column={column}>
            <h2 id={`column-${column}`} class="column-head">
              {t(`job.${column}`)} <span class="quiet figure">{lying.length}</span>
            </h2>
            <ul class="jobs">
              {lying.map((job) => (
                <JobCard key={job.key} store={store} id={id} job={job} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function JobCard({ store, id, job }: { store: GroupStore; id: string; job: JobItem }) {
  const { unit, request, kind, crates, dueAt, deliverTo, witness, question, answer } = job.data;
  const units = store.item<Store>('store', id).value?.data.units ?? [];
  const places = store.list<Place>('place').filter(({ data }) => data.unit === unit);
  const placesOf = (crate: string) => places.find(({ data }) => data.crates.includes(crate))?.data.title;
  const facts = [
    deliverTo === undefined ? undefined : t('job.to', { place: deliverTo }),
    witness === undefined ? undefined : t('job.witness', { name: witness }),
  ].filter((fact) => fact !== undefined);
  return (
    <li class="card job" data-job={job.key}>
      <header class="job-head">
        <Icon draw={kindIcons[kind]} />
        <strong class="figure">{labelOf(request)}</strong>
        <span>{units.find((known) => known.unit === unit)?.title ?? unit}</span>
        <Due at={dueAt} />
      </header>
      <ul class="job-crates">
        {crates.map((crate) => {
          const place = placesOf(crate);
          return (
            <li key={crate}>
              <span class="box figure">{labelOf(crate)}</span>
              {place !== undefined && <span class="small quiet">{t('job.from', { place })}</span>}
            </li>
          );
        })}
      </ul>
      {facts.length > 0 && <p class="small">{facts.join(' · ')}</p>}
      {question !== undefined && <p class="quote">{t('job.question', { text: question })}</p>}
      {answer !== undefined && <p class="quote">{t('job.answer', { text: answer })}</p>}
      <JobActs id={id} job={job} places={places} />
    </li>
  );
}

function JobActs({ id, job, places }: { id: string; job: JobItem; places: readonly LiveItem<Place>[] }) {
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
