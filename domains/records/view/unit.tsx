/** A unit: its figures, its requests, its crates and where they are. */
import { useComputed, useSignal } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { formatDuration } from '../../../web/kit/duration.ts';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Counter } from '../../../web/kit/parts.tsx';
import { useGroup, usePlatform } from '../../../web/kit/platform.ts';
import { Presence } from '../../../web/kit/presence.tsx';
import { param } from '../../../web/kit/route.ts';
import { Tabs } from '../../../web/kit/tabs.tsx';
import { isHead } from '../access.ts';
import type { Place, Request, Team } from '../entities.ts';
import { auditOf } from '../partitions.ts';
import { type Filter, unitFigures } from './figures.ts';
import { FilterBar, setFilter } from './filter-bar.tsx';
import { drawings } from './icons.ts';
import { CratesTab, RequestDetail, RequestPanel, ShelvesTab } from './parts.ts';
import { RequestList } from './request-list.tsx';
import { t } from './texts.ts';
import './unit.css';

const chosen = param('request');
const tab = param('tab');

export function UnitPage({
  group,
  params: { unit = '' },
}: {
  group: string;
  params: Record<string, string>;
}) {
  const store = useGroup(group);
  const { me } = usePlatform();
  const adding = useSignal(false);
  const team = store.item<Team>('team', unit).value?.data;
  return (
    <div class="unit-page">
      <div class="page-head">
        <h1>{team?.title ?? unit}</h1>
        <Presence store={store} />
        {isHead(me.value, unit) && (
          <a class="button" href={`#/records/${auditOf(unit)}`}>
            <Icon draw={icons.audit} /> {t('trail')}
          </a>
        )}
        <button
          type="button"
          class="button primary"
          aria-haspopup="dialog"
          onClick={() => {
            adding.value = true;
          }}
        >
          <Icon draw={drawings.plus} /> {t('request.new')}
        </button>
      </div>
      <Figures store={store} />
      <Tabs
        name="tab"
        label={t('tabs')}
        tabs={[
          { id: 'requests', title: t('requests'), panel: () => <Desk store={store} /> },
          { id: 'crates', title: t('crates'), panel: () => <CratesTab store={store} unit={unit} /> },
          { id: 'storage', title: t('storage'), panel: () => <ShelvesTab store={store} /> },
        ]}
      />
      {adding.value && (
        <RequestPanel
          store={store}
          unit={unit}
          onClose={() => {
            adding.value = false;
          }}
        />
      )}
    </div>
  );
}

/** The list, and beside it the chosen request; on a phone one or the other. */
function Desk({ store }: { store: GroupStore }) {
  const key = chosen.value;
  return (
    <div class={`desk ${key === undefined ? '' : 'has-chosen'}`}>
      <section class="desk-list" aria-label={t('requests')}>
        <FilterBar />
        <RequestList store={store} chosen={chosen} />
      </section>
      <div class="desk-detail">
        {key === undefined ? (
          <p class="quiet list-empty">{t('choose')}</p>
        ) : (
          <RequestDetail key={key} store={store} request={key} chosen={chosen} />
        )}
      </div>
    </div>
  );
}

type Tile = {
  name: 'decide' | 'requester' | 'store' | 'loan' | 'overdue';
  filter: Partial<Filter>;
  tone: string;
};

const every: Filter = { state: 'open', kind: undefined, mine: false, overdue: false };
const tiles: readonly Tile[] = [
  { name: 'decide', filter: { state: 'submitted' }, tone: 'waiting' },
  { name: 'requester', filter: { state: 'requester' }, tone: 'waiting' },
  { name: 'store', filter: { state: 'approved' }, tone: 'busy' },
  { name: 'loan', filter: { state: 'issued' }, tone: 'busy' },
  { name: 'overdue', filter: { overdue: true }, tone: 'bad' },
];

/** How the unit stands. A tap on a figure shows its requests. */
function Figures({ store }: { store: GroupStore }) {
  // As text, so that the clock repaints a figure only when it changes.
  const figures = useComputed(() => {
    const places = store.list<Place>('shelf').map(({ data }) => data);
    return JSON.stringify(unitFigures(store.list<Request>('request'), places, now.value));
  });
  const sums = JSON.parse(figures.value) as ReturnType<typeof unitFigures>;
  return (
    <ul class="kpis">
      {tiles.map(({ name, filter, tone }) => (
        <li key={name} data-kpi={name}>
          <button
            type="button"
            class={`kpi tone-${sums[name] === 0 ? 'quiet' : tone}`}
            onClick={() => {
              tab.value = undefined;
              chosen.value = undefined;
              setFilter({ ...every, ...filter });
            }}
          >
            <span class="kpi-figure">
              <Counter value={sums[name]} />
            </span>
            <span>{t(`kpi.${name}`)}</span>
          </button>
        </li>
      ))}
      <li class="kpi" data-kpi="approve">
        <span class="kpi-figure figure">
          {sums.approve === undefined ? t('none') : formatDuration(sums.approve)}
        </span>
        <span>{t('kpi.approve')}</span>
        <span class="small quiet">{t('kpi.approve.of', { count: sums.approved })}</span>
      </li>
      <li class="kpi" data-kpi="fill">
        <span class="kpi-figure figure">{t('kpi.fill.of', { used: sums.used, all: sums.all })}</span>
        <span>{t('kpi.fill')}</span>
      </li>
    </ul>
  );
}
