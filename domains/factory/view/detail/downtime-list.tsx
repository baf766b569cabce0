/** Downtimes of the shift: what stood, how long and why; who knows why says it with one tap more. */
import { useSignal } from '@preact/signals';
import { now } from '../../../../web/kit/clock.ts';
import { formatDuration } from '../../../../web/kit/duration.ts';
import { formatTime } from '../../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { usePlatform } from '../../../../web/kit/platform.ts';
import { worksAt } from '../../access.ts';
import { lossOf } from '../../codes.ts';
import { isUnqualified } from '../../downtimes.ts';
import type { Machine } from '../../entities.ts';
import { t } from '../texts.ts';
import { isoOf, minutesOf, type Sheet } from './csv-button.tsx';
import { DowntimePanel } from './downtime-panel.tsx';
import { type Entry, entriesOf } from './entries.ts';
import { dt } from './texts.ts';

/** Most that are shown at first, of a line and of one machine. */
const most = { line: 8, machine: 5 };

export function DowntimeList({
  store,
  line,
  machine,
}: {
  store: GroupStore;
  line: string;
  machine?: string;
}) {
  const { me } = usePlatform();
  const asked = useSignal<string | undefined>(undefined);
  const all = useSignal(false);
  const entries = entriesOf(store, machine);
  const mayTell = worksAt(me.value, line);
  const shown = all.value ? entries : entries.slice(0, most[machine === undefined ? 'line' : 'machine']);
  return (
    <div class="downtimes">
      {entries.length === 0 && <p class="quiet">{dt('downtimes.none')}</p>}
      <ul class="rows">
        {shown.map((entry) => (
          <li key={entry.id} class={`row downtime ${isUnqualified(entry) ? 'tone-bad' : ''}`}>
            <DowntimeWords store={store} entry={entry} named={machine === undefined} />
            {mayTell && (
              <button
                type="button"
                class={`button ${isUnqualified(entry) ? 'primary' : ''}`}
                aria-haspopup="dialog"
                aria-label={`${dt(isUnqualified(entry) ? 'downtime.ask' : 'downtime.change.long')}: ${titleOf(store, entry.machine)}, ${formatTime(entry.from)}`}
                onClick={() => {
                  asked.value = entry.id;
                }}
              >
                {dt(isUnqualified(entry) ? 'downtime.ask' : 'downtime.change')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {shown.length < entries.length && (
        <button
          type="button"
          class="button"
          onClick={() => {
            all.value = true;
          }}
        >
          {dt('downtimes.more', { count: entries.length })}
        </button>
      )}
      {asked.value !== undefined && (
        <DowntimePanel
          store={store}
          line={line}
          id={asked.value}
          onClose={() => {
            asked.value = undefined;
          }}
        />
      )}
    </div>
  );
}

/** Of one look: titles of machines hardly ever change. */
export const titleOf = (store: GroupStore, machine: string): string =>
  store.item<Machine>('machine', machine).peek()?.data.title ?? machine;

export function DowntimeWords({ store, entry, named }: { store: GroupStore; entry: Entry; named: boolean }) {
  const { machine, from, until, reason, note, item } = entry;
  const loss = lossOf[reason];
  return (
    <span class="row-main">
      <span class="row-title">
        {named && `${titleOf(store, machine)} · `}
        {t(`reason.${reason}`)}
      </span>
      <span class="small">
        <span class="figure">
          {formatTime(from)}–{until === undefined ? dt('downtime.now') : formatTime(until)}
        </span>{' '}
        · <Length from={from} until={until} />
        {' · '}
        {dt(loss === 'none' ? 'loss.none' : loss)}
      </span>
      {note !== undefined && <span class="quote">{note}</span>}
      {item?.data.qualifiedBy !== undefined && (
        <span class="small quiet">{dt('downtime.by', { name: item.data.qualifiedBy })}</span>
      )}
    </span>
  );
}

/** Ticks while the downtime goes on, and only this cell. */
function Length({ from, until }: { from: number; until: number | undefined }) {
  return <strong class="figure">{formatDuration((until ?? now.value) - from)}</strong>;
}

/** All downtimes of the shift as a table. */
export function downtimeSheet(store: GroupStore): Sheet {
  const at = now.peek();
  return {
    columns: [
      dt('table.machine'),
      dt('table.from'),
      dt('table.until'),
      dt('table.minutes'),
      dt('table.reason'),
      dt('table.kind'),
      dt('table.note'),
      dt('table.by'),
    ],
    rows: entriesOf(store).map(({ machine, from, until, reason, note, item }) => {
      const loss = lossOf[reason];
      return [
        titleOf(store, machine),
        isoOf(from),
        isoOf(until),
        minutesOf((until ?? at) - from),
        t(`reason.${reason}`),
        dt(loss === 'none' ? 'loss.none' : loss),
        note,
        item?.data.qualifiedBy,
      ];
    }),
  };
}
