/** The words of the stations's audit trail: what fields are called, and their coded values. */
import type { FieldOf, TrailWords } from '../../../web/kit/audit-words.ts';
import { formatTime, language } from '../../../web/kit/i18n.ts';
import { slotStates } from '../codes.ts';
import type { Slot, Station, Stations } from '../entities.ts';
import { texts } from '../texts.ts';

const fields = {
  en: {
    title: 'Name',
    managers: 'Managers',
    network: 'Network',
    place: 'Address',
    latitude: 'Latitude',
    longitude: 'Longitude',
    slots: 'Slots',
    status: 'Status',
    counts: 'Batteries by state',
    heartbeatAt: 'Last heard',
    charges: 'Charges, %',
    station: 'Station',
    kind: 'Kind',
    raisedAt: 'Raised',
    clearedAt: 'Cleared',
    slot: 'Slot',
    battery: 'Battery',
    state: 'State',
    bookedAt: 'Booked',
    expiresAt: 'Kept until',
    closedAt: 'Closed',
    code: 'Code',
    batteries: 'Batteries',
    rider: 'Rider',
  },
  ru: {
    title: 'Название',
    managers: 'Управляющие',
    network: 'Сеть',
    place: 'Адрес',
    latitude: 'Широта',
    longitude: 'Долгота',
    slots: 'Ячейки',
    status: 'Состояние',
    counts: 'Батареи по состояниям',
    heartbeatAt: 'Последний сигнал',
    charges: 'Заряды, %',
    station: 'Станция',
    kind: 'Вид',
    raisedAt: 'Поднята',
    clearedAt: 'Снята',
    slot: 'Ячейка',
    battery: 'Батарея',
    state: 'Состояние',
    bookedAt: 'Забронировано',
    expiresAt: 'Держится до',
    closedAt: 'Закрыто',
    code: 'Код',
    batteries: 'Батареи',
    rider: 'Водитель',
  },
} satisfies TrailWords<FieldOf<Stations>>['fields'];

const values = {
  en: {
    ...texts.en,
    'status.online': 'Online',
    'status.degraded': 'Degraded',
    'status.offline': 'Offline',
    'kind.empty-cabinet': 'No battery to be had',
    'kind.full-cabinet': 'No empty slot',
    'kind.low-charge': 'Low charge',
    'kind.offline': 'Offline',
    'state.open': 'Open',
    'state.collected': 'Collected',
    'state.cancelled': 'Cancelled',
    'state.expired': 'Expired',
    'state.withdrawn': 'Withdrawn',
    'state.available': 'Available',
    'state.booked': 'Booked',
    'state.charging': 'Charging',
    'state.empty': 'Empty',
    'state.broken': 'Out of use',
  },
  ru: {
    ...texts.ru,
    'status.online': 'На связи',
    'status.degraded': 'Работает с перебоями',
    'status.offline': 'Нет связи',
    'kind.empty-cabinet': 'Нет готовых батарей',
    'kind.full-cabinet': 'Нет свободных ячеек',
    'kind.low-charge': 'Низкий заряд',
    'kind.offline': 'Нет связи',
    'state.open': 'Открыта',
    'state.collected': 'Забрана',
    'state.cancelled': 'Отменена',
    'state.expired': 'Истекла',
    'state.withdrawn': 'Отозвана',
    'state.available': 'Готова',
    'state.booked': 'Забронирована',
    'state.charging': 'Заряжается',
    'state.empty': 'Пусто',
    'state.broken': 'Не работает',
  },
};

const stateWord = (state: Slot['state']) => values[language.value][`state.${state}`];

/** `3: Booked, b-103, 14:30`: the time is that at which the booking ends. */
const slotWords = ({ state, battery, until, note }: Slot, index: number) =>
  [`${index + 1}: ${stateWord(state)}`, battery, until === undefined ? undefined : formatTime(until), note]
    .filter((part) => part !== undefined)
    .join(', ');

const countWords = (counts: Station['counts']) =>
  slotStates.map((state) => `${stateWord(state)}: ${counts[state]}`).join('\n');

// A value that was too long for its entry stands there as `…`. A station's `slots` are their number, a cabinet's are a list.
export const words: TrailWords<FieldOf<Stations>> = {
  fields,
  texts: values,
  values: {
    slots: (slots) => (Array.isArray(slots) ? (slots as Slot[]).map(slotWords).join('\n') : undefined),
    counts: (counts) => (typeof counts === 'object' ? countWords(counts as Station['counts']) : undefined),
  },
};
