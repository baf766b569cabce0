/** One entry of an audit trail: each record that a command changed, in the words of people. */
import type { AuditChange, AuditEntry } from '../../core/audit.ts';
import type { Wording } from './audit-words.ts';
import { formatDateTime, formatNumber, translator } from './i18n.ts';
import { Age } from './parts.tsx';

const t = translator({
  en: {
    created: 'created',
    removed: 'removed',
    empty: 'empty',
    yes: 'yes',
    no: 'no',
  },
  ru: {
    created: 'создано',
    removed: 'удалено',
    empty: 'пусто',
    yes: 'да',
    no: 'нет',
  },
});

/** Numbers above this are times: epoch ms of the year 2001 and later. */
const firstTime = 1_000_000_000_000;

/** A value of a field as a person reads it; what lists and tables hold is read in the same way. */
function valueWords(field: string, value: unknown, wording: Wording): string {
  if (value === undefined || value === null || value === '') return t('empty');
  const said = wording.value(field, value);
  if (said !== undefined) return said;
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'number') return value > firstTime ? formatDateTime(value) : formatNumber(value);
  if (typeof value !== 'object') return String(value);
  const parts = Array.isArray(value)
    ? value.map((one) => valueWords(field, one, wording))
    : Object.entries(value).map(([name, one]) => `${wording.field(name)}: ${valueWords(name, one, wording)}`);
  return parts.join(', ') || t('empty');
}

/** The key of a record; some are times. */
const keyWords = (key: string) => (/^\d{13}$/.test(key) ? formatDateTime(Number(key)) : key);

export function EntryRow({
  entry: { at, by, command, changes },
  wording,
}: {
  entry: AuditEntry;
  wording: Wording;
}) {
  return (
    <li class="card trail-entry">
      <header>
        <span class="trail-who">{by.name}</span> <span>{wording.command(command)}</span>{' '}
        <span class="small quiet">
          <Age at={at} />
        </span>
      </header>
      {changes.map((change) => (
        <ChangeFacts key={`${change.entity} ${change.key}`} change={change} wording={wording} />
      ))}
    </li>
  );
}

function ChangeFacts({
  change: { entity, key, before, after },
  wording,
}: {
  change: AuditChange;
  wording: Wording;
}) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const what = before === undefined ? ` · ${t('created')}` : after === undefined ? ` · ${t('removed')}` : '';
  return (
    <div class="trail-change">
      <p class="trail-record">
        {wording.entity(entity)} {keyWords(key)}
        {what}
      </p>
      <dl class="facts small">
        {names.map((name) => (
          <div key={name}>
            <dt>{wording.field(name)}</dt>
            <dd>
              <Values
                was={before && valueWords(name, before[name], wording)}
                is={after && valueWords(name, after[name], wording)}
              />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** What was before and after; undefined: the record was not there. Of a list only the lines that differ. */
function Values({ was, is }: { was: string | undefined; is: string | undefined }) {
  const [left, right] = was === undefined || is === undefined ? [was, is] : differing(was, is);
  return (
    <>
      {left !== undefined && <del>{left}</del>}
      {left !== undefined && right !== undefined && ' → '}
      {right !== undefined && <ins>{right}</ins>}
    </>
  );
}

function differing(was: string, is: string): [string, string] {
  const [before, after] = [was.split('\n'), is.split('\n')];
  const left = before.filter((line) => !after.includes(line));
  const right = after.filter((line) => !before.includes(line));
  // Lines that only came, went or changed places: all of them tell more.
  return left.length === 0 || right.length === 0 ? [was, is] : [left.join('\n'), right.join('\n')];
}
