/** What the network tells people: riders of their bookings, managers of alarms. */
import type { NoticeDef } from '../../core/domain.ts';
import { notifierOf } from '../../core/notices.ts';

export const notices = {
  booking_confirmed: {
    severity: 'info',
    text: {
      en: 'Booked: battery {battery} at {station}, slot {slot}. It is kept for {minutes} min.',
      ru: 'Забронировано: батарея {battery}, {station}, ячейка {slot}. Ждёт вас {minutes} мин.',
    },
  },
  booking_ready: {
    severity: 'info',
    text: {
      en: 'Your battery is charged and ready: {station}, slot {slot}',
      ru: 'Ваша батарея заряжена и готова: {station}, ячейка {slot}',
    },
  },
  booking_expired: {
    severity: 'warning',
    text: {
      en: 'Your booking at {station} has expired, the battery is free again',
      ru: 'Бронь на станции {station} истекла, батарея снова свободна',
    },
  },
  booking_withdrawn: {
    severity: 'warning',
    text: {
      en: 'Slot {slot} at {station} is out of order: your booking was cancelled. Please book another battery.',
      ru: 'Ячейка {slot} на станции {station} неисправна, бронь отменена. Забронируйте другую батарею.',
    },
  },
  'empty-cabinet': {
    severity: 'warning',
    text: { en: '{station}: no battery is available', ru: '{station}: нет доступных батарей' },
  },
  'full-cabinet': {
    severity: 'warning',
    text: { en: '{station}: no empty slot is left', ru: '{station}: не осталось пустых ячеек' },
  },
  'low-charge': {
    severity: 'warning',
    text: { en: '{station}: batteries are low', ru: '{station}: низкий заряд батарей' },
  },
  offline: {
    severity: 'critical',
    text: { en: '{station} is offline', ru: '{station}: нет связи' },
  },
} as const satisfies Record<string, NoticeDef>;

export const notify = notifierOf(notices);
