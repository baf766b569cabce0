/** Words of an audit trail: how people of a domain call its commands, records, fields and coded values. */
import type { DataOf, Entities, Texts } from '../../core/domain.ts';
import { type Language, language } from './i18n.ts';

/** The names of all fields of a domain's items. */
export type FieldOf<E extends Entities> = {
  [N in keyof E]: DataOf<E, N> extends infer D ? (D extends unknown ? keyof D & string : never) : never;
}[keyof E];

export interface TrailWords<F extends string = string> {
  /** What each field is called; the compiler asks for every field, in both languages. */
  fields: Record<Language, Record<F, string>>;
  /** `command.<name>`, `entity.<name>`, and `<field>.<value>` of coded values. */
  texts: Texts;
  /** How values read that are no single word, such as lengths of time and lists; undefined leaves one to the trail. */
  values?: Partial<Record<F, (value: unknown) => string | undefined>>;
}

/** The words of a trail in the reader's language. What has no word stays as it is stored. */
export interface Wording {
  command(name: string): string;
  entity(name: string): string;
  field(name: string): string;
  /** Undefined: a value that has no words of its own. */
  value(field: string, value: unknown): string | undefined;
}

const own = <T>(table: Readonly<Record<string, T>> | undefined, key: string) =>
  table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;

export function wordingOf(words: TrailWords | undefined): Wording {
  const text = (key: string) => own(words?.texts[language.value], key);
  return {
    command: (name) => text(`command.${name}`) ?? name.replaceAll('-', ' '),
    entity: (name) => text(`entity.${name}`) ?? name,
    field: (name) => own(words?.fields[language.value], name) ?? name,
    value: (field, value) =>
      own(words?.values, field)?.(value) ??
      (typeof value === 'string' ? text(`${field}.${value}`) : undefined),
  };
}
