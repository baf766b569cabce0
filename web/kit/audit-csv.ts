/** An audit trail as a table for spreadsheets: the words of the screen, with times and numbers as machines read them. */
import type { AuditChange, AuditEntry } from '../../core/audit.ts';
import { fieldsOf, happenedTo, isLength, isTime, t as says, timeOfKey, valuesOf } from './audit-values.ts';
import type { Wording } from './audit-words.ts';
import type { Cell } from './csv.ts';
import { translator } from './i18n.ts';

const t = translator({
  en: {
    time: 'Time',
    who: 'Who',
    command: 'Command',
    record: 'Record',
    key: 'Key',
    what: 'What happened',
    field: 'Field',
    before: 'Before',
    after: 'After',
    ms: '{field}, ms',
  },
  ru: {
    time: 'Время',
    who: 'Кто',
    command: 'Команда',
    record: 'Запись',
    key: 'Ключ',
    what: 'Что произошло',
    field: 'Поле',
    before: 'Было',
    after: 'Стало',
    ms: '{field}, мс',
  },
});

/** A time as RFC 3339 has it, in UTC. */
const timeCell = (at: number) => new Date(at).toISOString();

/** Times and numbers for machines, all else in the screen's words; what is not there is an empty cell. */
function cellOf(value: unknown, words: string | undefined): Cell {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number') return isTime(value) ? timeCell(value) : value;
  return words;
}

/** Every row has a cell for each column. */
const blank: Cell[] = [undefined, undefined, undefined];

function changeRows(change: AuditChange, wording: Wording): Cell[][] {
  const { entity, key, before, after } = change;
  const at = timeOfKey(key);
  const record = [
    wording.entity(entity),
    at === undefined ? key : timeCell(at),
    says(happenedTo(change)),
  ] as const;
  const fields = fieldsOf(change);
  // Too long for its entry: that the record was changed is still told.
  if (fields.length === 0) return [[...record, ...blank]];
  return fields.map((field) => {
    const name = wording.field(field);
    const [was, is] = valuesOf(change, field, wording);
    return [
      ...record,
      isLength(field) ? t('ms', { field: name }) : name,
      cellOf(before?.[field], was),
      cellOf(after?.[field], is),
    ];
  });
}

/** Names of the columns, in the reader's language. */
export const trailColumns = (): string[] =>
  (['time', 'who', 'command', 'record', 'key', 'what', 'field', 'before', 'after'] as const).map((key) =>
    t(key),
  );

/** The rows of an entry: one for each field that changed; one for a command that changed nothing that is shown. */
export function trailRows({ at, by, command, changes }: AuditEntry, wording: Wording): Cell[][] {
  const done = [timeCell(at), by.name, wording.command(command)];
  if (changes.length === 0) return [[...done, ...blank, ...blank]];
  return changes.flatMap((change) => changeRows(change, wording)).map((row) => [...done, ...row]);
}
