/** Texts in English and Russian. The language is a signal: a change repaints every text, nothing is reloaded. */
import { computed, signal } from '@preact/signals';
import type { ListedGroup } from '../../core/access.ts';
import { recall, remember } from './memory.ts';

export const languages = ['en', 'ru'] as const;
export type Language = (typeof languages)[number];

/** Forms of one text by plural category; `other` is the form of last resort. The count is the value `count`. */
export type PluralText = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
/** A text with places `{name}` for values. */
export type Text = string | PluralText;
export type Values = Record<string, string | number>;
type Table<K extends string> = Record<K, Text>;
/**
 * Texts of one area. English comes with the code, Russian may be loaded for those who read it. That both have the same
 * keys is checked by the compiler; their places by a test.
 */
export interface Texts<K extends string = string> {
  en: Table<K>;
  ru: Table<K> | (() => Promise<Table<K>>);
}

function firstLanguage(): Language {
  const kept = recall('language');
  if (kept === 'en' || kept === 'ru') return kept;
  const wanted = globalThis.navigator?.languages ?? [];
  return wanted.some((name) => /^(ru|be|kk|uk)\b/i.test(name)) ? 'ru' : 'en';
}

export const language = signal<Language>(firstLanguage());

const loads: (() => Promise<void>)[] = [];

/** Settles when the texts of all areas are there in the language; what cannot be loaded stays English. */
export async function textsReady(wanted: Language = language.peek()): Promise<void> {
  if (wanted === 'ru') await Promise.all(loads.map((load) => load()));
}

/** Changes the language for now and for the next visit, once its texts are there. */
export async function setLanguage(next: Language): Promise<void> {
  remember('language', next);
  await textsReady(next);
  language.value = next;
}

const pluralRules = computed(() => new Intl.PluralRules(language.value));
const numberFormat = computed(() => new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }));
const timeFormat = computed(
  () => new Intl.DateTimeFormat(language.value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const dateTimeFormat = computed(
  () => new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'medium' }),
);

/** A number in the reader's form; at most one digit after the point. */
export const formatNumber = (value: number): string => numberFormat.value.format(value);
/** Hours and minutes of a time in epoch milliseconds. */
export const formatTime = (at: number): string => timeFormat.value.format(at);
/** Date and time of a time in epoch milliseconds. */
export const formatDateTime = (at: number): string => dateTimeFormat.value.format(at);

/** The title of a group in the reader's language; a name that people gave stays as it is. */
export const nameOf = ({ title, titles }: Pick<ListedGroup, 'title' | 'titles'>): string =>
  titles?.[language.value] ?? title;

/** Fills the places of a text. A number is written in the reader's form; a place without a value stays as it is. */
export function fill(text: Text, values: Values, rules: Intl.PluralRules): string {
  const form =
    typeof text === 'string' ? text : (text[rules.select(Number(values.count ?? 0))] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === 'number' ? formatNumber(value) : value;
  });
}

/** Makes the `t` of an area: `t('key', { count: 3 })`. Reads the language, so that whoever calls it is repainted. */
export function translator<K extends string>({ en, ru }: Texts<K>): (key: K, values?: Values) => string {
  const russian = signal(typeof ru === 'function' ? undefined : ru);
  if (typeof ru === 'function') {
    loads.push(async () => {
      russian.value ??= await ru().catch(() => undefined);
    });
  }
  return (key, values = {}) => {
    const table = (language.value === 'ru' ? russian.value : undefined) ?? en;
    return fill(table[key], values, pluralRules.value);
  };
}
