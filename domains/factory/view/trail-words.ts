/** The words of the factory's audit trail: what fields are called, and their coded values. */
import type { FieldOf, TrailWords } from '../../../web/kit/audit-words.ts';
import { formatNumber, language } from '../../../web/kit/i18n.ts';
import { andonKinds, andonStates } from '../codes.ts';
import type { Factory, Machine } from '../entities.ts';
import { texts } from '../texts.ts';

const fields = {
  en: {
    title: 'Name',
    leads: 'Who is told',
    site: 'Site',
    machines: 'Machines',
    shift: 'Shift',
    line: 'Line',
    status: 'Status',
    statusSince: 'In this status since',
    reason: 'Reason',
    note: 'Note',
    stopSince: 'Down since',
    counter: 'Pieces in all',
    rate: 'Pieces per minute',
    spark: 'Last five minutes',
    sparkAt: 'Last five minutes by',
    lastPulseAt: 'Last pulse',
    shiftCount: 'Pieces in the shift',
    scrap: 'Scrap',
    idealRate: 'Ideal rate, per minute',
    operator: 'Operator',
    idleAfterMs: 'Idle after',
    downAfterMs: 'Down after',
    offlineAfterMs: 'Offline after',
    machine: 'Machine',
    from: 'From',
    until: 'Until',
    qualifiedBy: 'Reason by',
    qualifiedAt: 'Reason given',
    startedAt: 'Started',
    states: 'States',
    kind: 'Kind',
    state: 'State',
    calledAt: 'Called',
    calledBy: 'Called by',
    level: 'Level',
    acknowledgedAt: 'Answered',
    acknowledgedBy: 'Answered by',
    closedAt: 'Closed',
    closedBy: 'Closed by',
    lead: 'Led by',
    plannedEnd: 'Planned end',
    endedAt: 'Ended',
    target: 'Target',
    produced: 'Produced',
    correctedAt: 'Corrected',
    late: 'Pieces that came late',
    reasons: 'Reasons',
    name: 'Name',
    role: 'Role',
    badge: 'Badge',
    onFloor: 'On the floor',
    since: 'Since',
    workedMs: 'Worked',
    severity: 'Severity',
    place: 'Place',
    person: 'Person',
    at: 'Time',
    answer: 'What was done',
  },
  ru: {
    title: 'Название',
    leads: 'Кому сообщать',
    site: 'Площадка',
    machines: 'Станки',
    shift: 'Смена',
    line: 'Линия',
    status: 'Состояние',
    statusSince: 'В этом состоянии с',
    reason: 'Причина',
    note: 'Заметка',
    stopSince: 'Стоит с',
    counter: 'Штук всего',
    rate: 'Штук в минуту',
    spark: 'Последние пять минут',
    sparkAt: 'Последние пять минут на',
    lastPulseAt: 'Последний импульс',
    shiftCount: 'Штук за смену',
    scrap: 'Брак',
    idealRate: 'Идеальный темп, в минуту',
    operator: 'Оператор',
    idleAfterMs: 'Простой через',
    downAfterMs: 'Остановлен через',
    offlineAfterMs: 'Нет связи через',
    machine: 'Станок',
    from: 'С',
    until: 'До',
    qualifiedBy: 'Причину указал',
    qualifiedAt: 'Причина указана',
    startedAt: 'Начало',
    states: 'Состояния',
    kind: 'Вид',
    state: 'Состояние',
    calledAt: 'Вызов сделан',
    calledBy: 'Вызвал',
    level: 'Уровень',
    acknowledgedAt: 'Отвечено',
    acknowledgedBy: 'Ответил',
    closedAt: 'Закрыто',
    closedBy: 'Закрыл',
    lead: 'Начальник',
    plannedEnd: 'Плановое окончание',
    endedAt: 'Окончание',
    target: 'План',
    produced: 'Сделано',
    correctedAt: 'Исправлено',
    late: 'Штук с опозданием',
    reasons: 'Причины',
    name: 'Имя',
    role: 'Роль',
    badge: 'Пропуск',
    onFloor: 'В цехе',
    since: 'С',
    workedMs: 'Отработано',
    severity: 'Важность',
    place: 'Место',
    person: 'Человек',
    at: 'Время',
    answer: 'Что сделано',
  },
} satisfies TrailWords<FieldOf<Factory>>['fields'];

/** The codes of calls are named after calls among the texts, and stand in fields of other names. */
const callsOf = (language: 'en' | 'ru') => {
  const said = texts[language];
  return Object.fromEntries([
    ...andonKinds.map((kind) => [`kind.${kind}`, said[`andon.${kind}`]]),
    ...andonStates.map((state) => [`state.${state}`, said[`andon.${state}`]]),
  ]);
};

/** `Stain: 3`, a line for each reason, below the shift in which the pieces were made. */
function scrapWords({ shift, counts }: NonNullable<Machine['scrap']>): string {
  const said: Readonly<Record<string, string>> = texts[language.value];
  return [
    `${said['entity.shift']}: ${shift}`,
    ...Object.entries(counts).map(
      ([reason, count]) => `${said[`scrap.${reason}`] ?? reason}: ${formatNumber(count)}`,
    ),
  ].join('\n');
}

export const words: TrailWords<FieldOf<Factory>> = {
  fields,
  texts: { en: { ...callsOf('en'), ...texts.en }, ru: { ...callsOf('ru'), ...texts.ru } },
  values: {
    // A machine has scrap by reason, a report of a shift its sum.
    scrap: (scrap) =>
      typeof scrap === 'object' ? scrapWords(scrap as NonNullable<Machine['scrap']>) : undefined,
  },
};
