/** The store: the desk with what is to be done, and the racks. */
import { useComputed } from '@preact/signals';
import { now } from '../../../../web/kit/clock.ts';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { Counter } from '../../../../web/kit/parts.tsx';
import { useGroup } from '../../../../web/kit/platform.ts';
import { Tabs } from '../../../../web/kit/tabs.tsx';
import { isOverdue } from '../../due.ts';
import type { Job, Place, Store } from '../../entities.ts';
import { spaceOf } from '../figures.ts';
import { t } from '../texts.ts';
import { columnOf, columns } from './columns.ts';
import { Desk } from './desk.tsx';
import { RacksTab } from './places.tsx';

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
