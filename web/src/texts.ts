/** Words of the shell. */
import { type Texts, translator } from '../kit/i18n.ts';

const en = {
  'state.connected': 'Live',
  'state.reconnecting': 'Reconnecting',
  'state.disconnected': 'Offline',
  'state.error': 'Refused',
  'state.failed': 'Polling',
  'since.connected': 'Connected since {time}: changes appear at once.',
  'since.reconnecting': 'The connection was lost at {time} and is being made again.',
  'since.disconnected': 'No network since {time}.',
  'since.error': 'The server refused the connection at {time}.',
  'since.failed': 'No live connection since {time}: asking every 10 seconds instead.',
  'since.connecting': 'Connecting since {time}.',
  'nav.label': 'Places',
  audit: 'Audit trail',
  skip: 'Skip to content',
  'sign.in': 'Sign in',
  'user.menu': 'Account',
  'user.anonymous': 'Not signed in',
  again: 'Try again',
  'view.failed': 'This page could not be loaded. Check the connection and try again.',
  'start.failed': 'Pulsecast cannot reach its server.',
} as const;

export type Key = keyof typeof en;

export const shellTexts: Texts<Key> = {
  en,
  ru: async () => (await import('./texts.ru.ts')).ru,
};
export const t = translator(shellTexts);
