/** The words of the records store's audit trail: its own for fields, those of the screens for codes. */
import type { Texts } from '../../../core/domain.ts';
import type { FieldOf, TrailWords } from '../../../web/kit/audit-words.ts';
import { formatDateTime, language } from '../../../web/kit/i18n.ts';
import { bases, kinds, rejectReasons, requestStates, sendBackReasons, services } from '../codes.ts';
import type { Records, Step } from '../entities.ts';
import { texts } from '../texts.ts';
import { ru } from './texts.ru.ts';
import { en } from './texts.ts';

/** What the trail and the screens call the same. */
const shared = [
  'unit',
  'crates',
  'service',
  'requester',
  'deliverTo',
  'witness',
  'subject',
  'purpose',
  'days',
  'basis',
] as const;
/** What a request and the people of a unit hold below their fields. */
type Part = 'subject' | 'purpose' | 'days' | 'basis' | 'sub' | 'name' | 'role';

/** The words without plural forms. */
type Said = { [K in keyof typeof en as (typeof en)[K] extends string ? K : never]: string };

const pick = <K extends keyof Said>(said: Said, keys: readonly K[]) =>
  Object.fromEntries(keys.map((key) => [key, said[key]])) as Record<K, string>;

/** The codes under the names of the fields in which they stand; a crate's states stand beside a request's. */
const codesOf = (said: Said) => ({
  'state.here': said['crate.here'],
  'state.out': said['crate.out'],
  ...pick(said, [
    ...kinds.map((kind) => `kind.${kind}` as const),
    ...requestStates.map((state) => `state.${state}` as const),
    ...services.map((service) => `service.${service}` as const),
    ...bases.map((basis) => `basis.${basis}` as const),
    ...[...rejectReasons, ...sendBackReasons].map((reason) => `reason.${reason}` as const),
  ]),
});

const fields = {
  en: {
    ...pick(en, shared),
    title: 'Name',
    store: 'Store',
    last: 'Last number',
    people: 'People',
    state: 'State',
    keepUntil: 'Keep until',
    place: 'Place',
    request: 'Request',
    details: 'Details',
    dueAt: 'Due',
    missed: 'Missed due time',
    submittedAt: 'Submitted',
    approvedAt: 'Approved',
    closedAt: 'Closed',
    steps: 'Steps',
    capacity: 'Capacity',
    units: 'Units',
    kind: 'Kind',
    question: 'Question',
    answer: 'Answer',
    sub: 'User',
    name: 'Name',
    role: 'Role',
  },
  ru: {
    ...pick(ru, shared),
    title: 'Название',
    store: 'Хранилище',
    last: 'Последний номер',
    people: 'Сотрудники',
    state: 'Состояние',
    keepUntil: 'Хранить до',
    place: 'Место',
    request: 'Заявка',
    details: 'Содержание',
    dueAt: 'Срок',
    missed: 'Пропущенный срок',
    submittedAt: 'Подано',
    approvedAt: 'Согласовано',
    closedAt: 'Закрыто',
    steps: 'Шаги',
    capacity: 'Вместимость',
    units: 'Подразделения',
    kind: 'Вид',
    question: 'Вопрос',
    answer: 'Ответ',
    sub: 'Пользователь',
    name: 'Имя',
    role: 'Роль',
  },
} satisfies TrailWords<FieldOf<Records> | Part>['fields'];

/** Codes that no screen shows, and those whose word on the screens does not fit here. */
const own = {
  en: { 'role.head': 'Head', 'role.clerk': 'Clerk' },
  // A crate's state and a request's are one word here: the screens' fits a request only.
  ru: { 'role.head': 'Руководитель', 'role.clerk': 'Сотрудник', 'state.stored': 'На хранении' },
};

const codes: Texts = {
  en: { ...codesOf(en), ...own.en, ...texts.en },
  ru: { ...codesOf(ru), ...own.ru, ...texts.ru },
};

/** `20 Nov 2026, 14:30, Helen Park: Reject, Not justified, Not your case`. */
function stepWords({ at, by, command, reason, note }: Step): string {
  const said = codes[language.value];
  const words = [said[`command.${command}`], reason && said[`reason.${reason}`], note];
  return `${formatDateTime(at)}, ${by}: ${words.filter((word) => word !== undefined).join(', ')}`;
}

export const words: TrailWords<FieldOf<Records> | Part> = {
  fields,
  texts: codes,
  values: {
    // A year, not a number of them.
    keepUntil: (year) => (typeof year === 'number' ? String(year) : undefined),
    steps: (steps) => (Array.isArray(steps) ? (steps as Step[]).map(stepWords).join('\n') : undefined),
  },
};
