/** The audit trail of a group: who did what when, what was before and after. The newest is live, older is asked for. */
import { useComputed, useSignal } from '@preact/signals';
import type { AuditEntry } from '../../core/audit.ts';
import { trailColumns, trailRows } from './audit-csv.ts';
import { EntryRow } from './audit-entry.tsx';
import { type TrailWords, wordingOf } from './audit-words.ts';
import { errorSentence } from './command.tsx';
import { downloadCsv } from './csv.ts';
import { translator } from './i18n.ts';
import type { LiveItem } from './live.ts';
import { CallError, useGroup, usePlatform } from './platform.ts';
import './audit.css';

const t = translator({
  en: {
    find: 'Find a person, command or record',
    none: 'Nothing was changed yet.',
    nothing: 'Nothing fits.',
    earlier: 'Show earlier entries',
    end: 'This is the beginning of the trail.',
    csv: 'Save as CSV',
  },
  ru: {
    find: 'Найти человека, команду или запись',
    none: 'Изменений ещё не было.',
    nothing: 'Ничего не подходит.',
    earlier: 'Показать более ранние',
    end: 'Это начало журнала.',
    csv: 'Сохранить CSV',
  },
});

type Entry = Pick<LiveItem<AuditEntry>, 'key' | 'data'>;

/** @param words of the domain, once they are there */
export function AuditTrail({ group, words: said }: { group: string; words?: TrailWords | undefined }) {
  const wording = wordingOf(said);
  const platform = usePlatform();
  const store = useGroup(group);
  const wanted = useSignal('');
  const older = useSignal<readonly Entry[]>([]);
  const state = useSignal<'more' | 'loading' | 'end'>('more');
  const failed = useSignal<CallError | undefined>(undefined);
  const entries = useComputed(() => {
    const live = store.list<AuditEntry>('entry');
    const held = new Map<string, Entry>([...older.value, ...live].map((entry) => [entry.key, entry]));
    return [...held.values()].sort((a, b) => (a.key < b.key ? 1 : -1));
  }).value;
  const words = wanted.value.trim().toLowerCase();
  const textOf = ({ data }: Entry) =>
    `${JSON.stringify(data)} ${wording.command(data.command)} ${data.changes.map(({ entity }) => wording.entity(entity)).join(' ')}`;
  const shown = entries.filter((entry) => textOf(entry).toLowerCase().includes(words));

  const loadEarlier = async () => {
    state.value = 'loading';
    failed.value = undefined;
    try {
      const page = await platform.olderEntries(group, entries.at(-1)?.key);
      older.value = [...older.value, ...page.entries];
      state.value = page.more === undefined ? 'end' : 'more';
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      failed.value = error;
      state.value = 'more';
    }
  };
  const save = () =>
    downloadCsv(
      'audit',
      trailColumns(),
      shown.flatMap(({ data }) => trailRows(data, wording)),
    );

  return (
    <section class="trail">
      <div class="trail-head">
        <input
          type="search"
          aria-label={t('find')}
          placeholder={t('find')}
          value={wanted.value}
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        />
        <button type="button" class="button" onClick={save}>
          {t('csv')}
        </button>
      </div>
      {shown.length === 0 && <p class="quiet">{t(entries.length === 0 ? 'none' : 'nothing')}</p>}
      <ol class="trail-entries">
        {shown.map(({ key, data }) => (
          <EntryRow key={key} entry={data} wording={wording} />
        ))}
      </ol>
      {failed.value !== undefined && (
        <p class="command-error" role="alert">
          {errorSentence(failed.value)}
        </p>
      )}
      {state.value === 'end' ? (
        <p class="quiet">{t('end')}</p>
      ) : (
        <button type="button" class="button" aria-busy={state.value === 'loading'} onClick={loadEarlier}>
          {t('earlier')}
        </button>
      )}
    </section>
  );
}
