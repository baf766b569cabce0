/** A site: its lines in short, and what happens at its doors and gates. */
import { useComputed } from '@preact/signals';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Counter } from '../../../web/kit/parts.tsx';
import { useGroup, usePlatform } from '../../../web/kit/platform.ts';
import { Skeleton } from '../../../web/kit/skeleton.tsx';
import { SoundButton } from '../../../web/kit/sound.tsx';
import type { Line, Site } from '../entities.ts';
import { lineOf } from '../partitions.ts';
import { AndonBand } from './andon.tsx';
import { drawings } from './icons.ts';
import { LeadsCard } from './leads.tsx';
import { StatusSums } from './line.tsx';
import { LineOee } from './oee.tsx';
import { SecurityPanel } from './security.tsx';
import { ShiftBar, shiftOf } from './shift.tsx';
import { t } from './texts.ts';
import './site.css';

const groupOf = (line: string) => `factory/${lineOf(line)}`;

export function SitePage({
  group,
  params: { site = '' },
}: {
  group: string;
  params: Record<string, string>;
}) {
  const store = useGroup(group);
  const title = useComputed(() => store.item<Site>('site', site).value?.data.title ?? site);
  return (
    <div class="site-page">
      <div class="page-head">
        <h1>{title}</h1>
        <SoundButton />
      </div>
      <Calls store={store} />
      <Lines store={store} />
      <SecurityPanel store={store} site={site} />
      <LeadsCard store={store} site={site} />
    </div>
  );
}

/** The open calls of all lines that the person may open. */
function Calls({ store }: { store: GroupStore }) {
  const { groups } = usePlatform();
  const lines = store.keys('line').value;
  const open = lines.filter((line) => groups.value.some(({ group }) => group === groupOf(line)));
  return (
    <div class="site-calls">
      {open.map((line) => (
        <LineCalls key={line} line={line} />
      ))}
    </div>
  );
}

function LineCalls({ line }: { line: string }) {
  const store = useGroup(groupOf(line));
  // What was there before is no news.
  if (store.status.value.kind === 'loading') return null;
  return <AndonBand store={store} line={line} />;
}

function Lines({ store }: { store: GroupStore }) {
  const keys = store.keys('line').value;
  return (
    <section class="lines" aria-label={t('lines')}>
      {keys.length === 0 && <p class="quiet">{t('lines.none')}</p>}
      <ul class="tiles wide-tiles">
        {keys.map((key) => (
          <li key={key}>
            <LineCard store={store} line={key} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A line in short. Its figures come from the line's own group, and only for those who may see that. */
function LineCard({ store, line }: { store: GroupStore; line: string }) {
  const { groups } = usePlatform();
  const item = store.item<Line>('line', line).value;
  if (item === undefined) return null;
  const { title, machines } = item.data;
  const group = groupOf(line);
  const mayOpen = groups.value.some((entry) => entry.group === group);
  return (
    <article class="card line-card">
      <header class="card-head">
        <h2>{mayOpen ? <a href={`#/${group}`}>{title}</a> : title}</h2>
        <span class="quiet">{t('machines.count', { count: machines.length })}</span>
      </header>
      {mayOpen && <LineFigures group={group} />}
    </article>
  );
}

function LineFigures({ group }: { group: string }) {
  const store = useGroup(group);
  if (store.status.value.kind === 'loading') return <Skeleton count={1} />;
  const shift = shiftOf(store);
  return (
    <>
      <StatusSums store={store} />
      {shift === undefined ? (
        <p class="quiet">
          <Icon draw={drawings.idle} /> {t('line.shift.none')}
        </p>
      ) : (
        <div class="shift-count">
          <p class="shift-produced">
            <Counter value={shift.data.produced} />{' '}
            <span class="quiet">{t('shift.of', { target: shift.data.target })}</span>
          </p>
          <ShiftBar shift={shift.data} />
          <LineOee store={store} />
          <p class="small quiet">
            {shift.data.title} · {t('shift.lead', { name: shift.data.lead })}
          </p>
        </div>
      )}
    </>
  );
}
