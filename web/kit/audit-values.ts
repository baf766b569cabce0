/** What an audit trail tells of a changed record, in the words of people: for the screen and for the file alike. */
import type { AuditChange } from '../../core/audit.ts';
import type { Wording } from './audit-words.ts';
import { formatLength } from './duration.ts';
import { formatDateTime, formatNumber, translator } from './i18n.ts';

export const t = translator({
  en: { created: 'created', removed: 'removed', changed: 'changed', empty: 'empty', yes: 'yes', no: 'no' },
  ru: { created: 'создано', removed: 'удалено', changed: 'изменено', empty: 'пусто', yes: 'да', no: 'нет' },
});

/** Numbers above this are times: epoch ms of the year 2001 and later. */
const firstTime = 1_000_000_000_000;
export const isTime = (value: number): boolean => value > firstTime;

/** Fields of this name hold lengths of time, in milliseconds. */
export const isLength = (field: string): boolean => field.endsWith('Ms');

/** A value of a field as a person reads it; what lists and tables hold is read in the same way. */
export function valueWords(field: string, value: unknown, wording: Wording): string {
  if (value === undefined || value === null || value === '') return t('empty');
  const said = wording.value(field, value);
  if (said !== undefined) return said;
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'number') {
    if (isLength(field)) return formatLength(value);
    return isTime(value) ? formatDateTime(value) : formatNumber(value);
  }
  if (typeof value !== 'object') return String(value);
  const parts = Array.isArray(value)
    ? value.map((one) => valueWords(field, one, wording))
    : Object.entries(value).map(([name, one]) => `${wording.field(name)}: ${valueWords(name, one, wording)}`);
  return parts.join(', ') || t('empty');
}

/** The time that a key of a record is, if it is one. */
export const timeOfKey = (key: string): number | undefined =>
  /^\d{13}$/.test(key) ? Number(key) : undefined;

export type Happened = 'created' | 'removed' | 'changed';
export function happenedTo({ before, after }: AuditChange): Happened {
  // A change that did not fit its entry has neither.
  if (before === undefined && after !== undefined) return 'created';
  return after === undefined && before !== undefined ? 'removed' : 'changed';
}

/** The fields that a change tells of. */
export const fieldsOf = ({ before, after }: AuditChange): string[] => [
  ...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]),
];

/** What was before and after, in words; undefined: the record was not there. Of a list only the lines that differ. */
export function valuesOf(
  { before, after }: AuditChange,
  field: string,
  wording: Wording,
): [string | undefined, string | undefined] {
  const was = before && valueWords(field, before[field], wording);
  const is = after && valueWords(field, after[field], wording);
  return was === undefined || is === undefined ? [was, is] : differing(was, is);
}

function differing(was: string, is: string): [string, string] {
  const [before, after] = [was.split('\n'), is.split('\n')];
  const left = before.filter((line) => !after.includes(line));
  const right = after.filter((line) => !before.includes(line));
  // Lines that only came, went or changed places: all of them tell more.
  return left.length === 0 || right.length === 0 ? [was, is] : [left.join('\n'), right.join('\n')];
}
