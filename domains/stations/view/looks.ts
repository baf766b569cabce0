/** How states look: icon and tone beside the word. */
import type { Drawing } from '../../../web/kit/icons.tsx';
import type { Tone } from '../../../web/kit/parts.tsx';
import type { AlarmKind, BookingState, SlotState, StationStatus } from '../codes.ts';
import type { Station } from '../entities.ts';
import { drawings } from './icons.ts';

export const slotLooks: Record<SlotState, { icon: Drawing; tone: Tone }> = {
  available: { icon: drawings.available, tone: 'good' },
  booked: { icon: drawings.booked, tone: 'busy' },
  charging: { icon: drawings.charging, tone: 'waiting' },
  empty: { icon: drawings.empty, tone: 'quiet' },
  broken: { icon: drawings.broken, tone: 'bad' },
};

export const statusLooks: Record<StationStatus, { icon: Drawing; tone: Tone }> = {
  online: { icon: drawings.online, tone: 'good' },
  degraded: { icon: drawings.degraded, tone: 'waiting' },
  offline: { icon: drawings.offline, tone: 'bad' },
};

export const alarmLooks: Record<AlarmKind, { icon: Drawing; tone: Tone }> = {
  offline: { icon: drawings.offline, tone: 'bad' },
  'empty-cabinet': { icon: drawings.empty, tone: 'bad' },
  'full-cabinet': { icon: drawings.battery, tone: 'waiting' },
  'low-charge': { icon: drawings.charging, tone: 'waiting' },
};

export const bookingTones: Record<BookingState, Tone> = {
  open: 'busy',
  collected: 'good',
  cancelled: 'quiet',
  expired: 'waiting',
  withdrawn: 'bad',
};

/** The tone of a station as a place to go to: whether there is something to have. */
export function stationTone({ counts }: Pick<Station, 'counts'>, status: StationStatus): Tone {
  if (status === 'offline') return 'quiet';
  if (counts.available === 0) return 'bad';
  return counts.available <= 2 ? 'waiting' : 'good';
}
