/** A line: its shift, its machines, its people. */
import { useComputed } from '@preact/signals';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { useGroup } from '../../../web/kit/platform.ts';
import { Presence } from '../../../web/kit/presence.tsx';
import { SoundButton } from '../../../web/kit/sound.tsx';
import type { Line, Machine, MachineStatus } from '../entities.ts';
import { AndonBand } from './andon.tsx';
import { statusLooks, statusOrder } from './looks.ts';
import { MachineTile } from './machine-tile.tsx';
import { ShiftDetail } from './parts.ts';
import { PeoplePanel } from './people.tsx';
import { ShiftPanel } from './shift.tsx';
import { t } from './texts.ts';
import './line.css';

export function LinePage({
  group,
  params: { line = '' },
}: {
  group: string;
  params: Record<string, string>;
}) {
  const store = useGroup(group);
  return (
    <div class="line-page">
      <div class="page-head">
        <h1>
          <LineTitle store={store} line={line} />
        </h1>
        <Presence store={store} />
        <SoundButton />
        <StatusSums store={store} />
      </div>
      <AndonBand store={store} line={line} />
      <ShiftPanel store={store} line={line} />
      <Machines store={store} line={line} />
      <PeoplePanel store={store} line={line} />
      <div class="line-detail">
        <ShiftDetail store={store} line={line} />
      </div>
    </div>
  );
}

function LineTitle({ store, line }: { store: GroupStore; line: string }) {
  const title = useComputed(() => store.item<Line>('line', line).value?.data.title ?? line);
  return <>{title}</>;
}

function Machines({ store, line }: { store: GroupStore; line: string }) {
  const keys = store.keys('machine').value;
  return (
    <section class="machines" aria-label={t('machines')}>
      {keys.length === 0 && <p class="quiet">{t('machines.none')}</p>}
      <ul class="tiles">
        {keys.map((key) => (
          <li key={key}>
            <MachineTile store={store} line={line} machine={key} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How many machines are in which status: from across the hall, whether somebody must go. */
export function StatusSums({ store }: { store: GroupStore }) {
  // As text, so that pulses, which change no status, repaint nothing here.
  const sums = useComputed(() => {
    const counts = new Map<MachineStatus, number>();
    for (const { data } of store.list<Machine>('machine')) {
      counts.set(data.status, (counts.get(data.status) ?? 0) + 1);
    }
    return statusOrder.map((status) => counts.get(status) ?? 0).join();
  });
  const counts = sums.value.split(',').map(Number);
  return (
    <ul class="sums">
      {statusOrder.map((status, index) => {
        const count = counts[index] ?? 0;
        if (count === 0) return null;
        const word = t(`status.${status}`);
        return (
          <li
            key={status}
            class={`sum tone-${statusLooks[status].tone}`}
            title={t('count.of', { word, count })}
          >
            <Icon draw={statusLooks[status].icon} />
            <span class="figure">{count}</span>
            <span class="sum-word">{word}</span>
          </li>
        );
      })}
    </ul>
  );
}
