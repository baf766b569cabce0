/** The words of the kitchen in English and Russian. Both languages have the same keys (checked by `defineDomain`). */
import type { Texts } from '../../core/domain.ts';
import { words as wordsRu } from './words.ru.ts';
import { words } from './words.ts';

export const texts = {
  en: {
    title: 'Kitchen',
    ...words,
    'entity.location': 'Location',
    'entity.order': 'Order',
    'entity.past': 'Past order',
    'entity.ticket': 'Number',
    'entity.hour': 'Hour',
    'command.add-location': 'Add a location',
    'command.set-thresholds': 'Set the timers',
    'command.place-order': 'Place an order',
    'command.start-order': 'Start an order',
    'command.bump-order': 'Bump an order',
    'command.bump-station': 'Bump a station',
    'command.serve-order': 'Hand out an order',
    'command.recall-order': 'Recall an order',
    'command.recall-station': 'Recall a station',
    'command.set-rush': 'Set the priority',
    'command.cancel-order': 'Cancel an order',
  },
  ru: {
    title: 'Кухня',
    ...wordsRu,
    'entity.location': 'Ресторан',
    'entity.order': 'Заказ',
    'entity.past': 'Закрытый заказ',
    'entity.ticket': 'Номер',
    'entity.hour': 'Час',
    'command.add-location': 'Добавить ресторан',
    'command.set-thresholds': 'Настроить таймеры',
    'command.place-order': 'Принять заказ',
    'command.start-order': 'Начать заказ',
    'command.bump-order': 'Отметить заказ готовым',
    'command.bump-station': 'Отметить цех готовым',
    'command.serve-order': 'Выдать заказ',
    'command.recall-order': 'Вернуть заказ',
    'command.recall-station': 'Вернуть блюда цеха',
    'command.set-rush': 'Изменить срочность',
    'command.cancel-order': 'Отменить заказ',
  },
} satisfies Texts;
