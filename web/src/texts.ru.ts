/** The shell's words in Russian: loaded for those who read it. */
import type { Text } from '../kit/i18n.ts';
import type { Key } from './texts.ts';

export const ru: Record<Key, Text> = {
  'state.connected': 'На связи',
  'state.reconnecting': 'Соединение…',
  'state.disconnected': 'Нет сети',
  'state.error': 'Отказ',
  'state.failed': 'Опрос',
  'since.connected': 'На связи с {time}: изменения видны сразу.',
  'since.reconnecting': 'Связь потеряна в {time}, восстанавливается.',
  'since.disconnected': 'Нет сети с {time}.',
  'since.error': 'Сервер отказал в соединении в {time}.',
  'since.failed': 'Живой связи нет с {time}: опрос каждые 10 секунд.',
  'since.connecting': 'Соединение устанавливается с {time}.',
  'nav.label': 'Места',
  audit: 'Журнал изменений',
  skip: 'К содержимому',
  'sign.in': 'Войти',
  'user.menu': 'Учётная запись',
  'user.anonymous': 'Вход не выполнен',
  again: 'Повторить',
  'view.failed': 'Страницу не удалось загрузить. Проверьте связь и попробуйте ещё раз.',
  'start.failed': 'Сервер Pulsecast недоступен.',
};
