/** The words of the kitchen's audit trail: what fields are called, and how dishes and timers read. */
import type { FieldOf, TrailWords } from '../../../web/kit/audit-words.ts';
import { formatLength } from '../../../web/kit/duration.ts';
import { language, translator } from '../../../web/kit/i18n.ts';
import type { Kitchen, Line, Location } from '../entities.ts';
import { openStates } from '../states.ts';
import { texts } from '../texts.ts';

const fields = {
  en: {
    title: 'Name',
    thresholds: 'Timers',
    location: 'Location',
    number: 'Number',
    service: 'For',
    table: 'Table',
    guest: 'Guest',
    note: 'Note',
    rush: 'Rush',
    lines: 'Dishes',
    state: 'State',
    placedAt: 'Placed',
    startedAt: 'Started',
    readyAt: 'Ready',
    closedAt: 'Closed',
    changedAt: 'Last step',
    changedBy: 'Last step by',
    since: 'Since',
    at: 'Hour from',
    placed: 'Orders placed',
    started: 'Orders started',
    pendingMs: 'Waited to be started, in all',
    prepared: 'Orders made ready',
    preparingMs: 'Time of preparing, in all',
    served: 'Orders served',
    readyMs: 'Waited to be handed out, in all',
    cancelled: 'Orders cancelled',
  },
  ru: {
    title: 'Название',
    thresholds: 'Таймеры',
    location: 'Ресторан',
    number: 'Номер',
    service: 'Куда',
    table: 'Стол',
    guest: 'Гость',
    note: 'Пометка',
    rush: 'Срочно',
    lines: 'Блюда',
    state: 'Состояние',
    placedAt: 'Принят',
    startedAt: 'Начат',
    readyAt: 'Готов',
    closedAt: 'Закрыт',
    changedAt: 'Последний шаг',
    changedBy: 'Последний шаг сделал',
    since: 'С',
    at: 'Час с',
    placed: 'Принято заказов',
    started: 'Начато заказов',
    pendingMs: 'Ждали начала, всего',
    prepared: 'Приготовлено заказов',
    preparingMs: 'Готовились, всего',
    served: 'Выдано заказов',
    readyMs: 'Ждали выдачи, всего',
    cancelled: 'Отменено заказов',
  },
} satisfies TrailWords<FieldOf<Kitchen>>['fields'];

const t = translator({
  en: {
    line: '{station}: {quantity} × {dish}',
    done: 'done',
    threshold: '{state}: warns after {warn}, late after {late}',
  },
  ru: {
    line: '{station}: {quantity} × {dish}',
    done: 'готово',
    threshold: '{state}: предупреждает через {warn}, опаздывает через {late}',
  },
});

const word = (key: keyof typeof texts.en) => texts[language.value][key];

/** `Grill: 2 × Burger (no onions), done`. */
function lineWords({ dish, quantity, modifiers, station, prepared }: Line): string {
  const changes = modifiers.length === 0 ? '' : ` (${modifiers.join(', ')})`;
  const made = t('line', { station: word(`station.${station}`), quantity, dish: dish + changes });
  return prepared ? `${made}, ${t('done')}` : made;
}

/** Limits are kept in seconds. */
function thresholdWords(thresholds: Location['thresholds']): string {
  const limits = openStates.map((state) => {
    const { warn, late } = thresholds[state];
    return t('threshold', {
      state: word(`state.${state}`),
      warn: formatLength(warn * 1000),
      late: formatLength(late * 1000),
    });
  });
  return limits.join('\n');
}

// A value that was too long for its entry stands there as `…`.
export const words: TrailWords<FieldOf<Kitchen>> = {
  fields,
  texts,
  values: {
    lines: (lines) => (Array.isArray(lines) ? (lines as Line[]).map(lineWords).join('\n') : undefined),
    thresholds: (thresholds) =>
      typeof thresholds === 'object' ? thresholdWords(thresholds as Location['thresholds']) : undefined,
    // The number of an order is a name: no commas.
    number: (number) => String(number),
  },
};
