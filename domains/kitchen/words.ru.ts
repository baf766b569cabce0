/** What states, stations and services are called in Russian. */
import type { CodeWords } from './words.ts';

export const words: CodeWords = {
  'state.pending': 'Новый',
  'state.preparing': 'Готовится',
  'state.ready': 'Готов',
  'state.served': 'Выдан',
  'state.cancelled': 'Отменён',
  'station.grill': 'Гриль',
  'station.fryer': 'Фритюр',
  'station.cold': 'Холодный цех',
  'station.bar': 'Бар',
  'service.table': 'Стол',
  'service.takeaway': 'С собой',
  'service.delivery': 'Доставка',
};
