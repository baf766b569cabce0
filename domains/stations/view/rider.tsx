/** What a rider does at a station: book, and with a booking, come and take the battery. */
import { useComputed } from '@preact/signals';
import { segmentOf } from '../../../core/group.ts';
import { now } from '../../../web/kit/clock.ts';
import { CommandButton } from '../../../web/kit/command.tsx';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { useGroup, usePlatform } from '../../../web/kit/platform.ts';
import { rides } from '../access.ts';
import type { Booking, Station } from '../entities.ts';
import { riderOf } from '../partitions.ts';
import { bookingMs } from '../slots.ts';
import { BookingCard } from './booking-card.tsx';
import { hrefOf } from './card.tsx';
import { drawings } from './icons.ts';
import { statusOf } from './status.tsx';
import { t } from './texts.ts';

/** What `current` of a conflict says. */
function describe(current: unknown): string | undefined {
  const { entity, data } = (current ?? {}) as { entity?: string; data?: unknown };
  if (entity === 'booking') return t('now.open', { slot: (data as Booking).slot });
  if (entity === 'station') return t('now.available', { count: (data as Station).counts.available });
  return undefined;
}

export function RiderArea({ store, station }: { store: GroupStore; station: string }) {
  const { me } = usePlatform();
  const rider = rides(me.value) ? segmentOf(me.value.sub) : undefined;
  if (rider !== undefined) return <Booked store={store} station={station} rider={rider} />;
  return me.value.kind === 'anonymous' ? <p class="quiet">{t('book.login')}</p> : null;
}

function Booked({ store, station, rider }: { store: GroupStore; station: string; rider: string }) {
  const own = useGroup(`stations/${riderOf(rider)}`);
  const booking = own.item<Booking>('booking', rider).value?.data;
  const open = useComputed(() => {
    const held = own.item<Booking>('booking', rider).value?.data;
    return held?.state === 'open' && held.expiresAt > now.value;
  }).value;
  if (booking !== undefined && open) {
    if (booking.station === station)
      return <BookingCard store={store} own={own} booking={booking} rider={rider} />;
    return (
      <p class="card">
        <a href={hrefOf(booking.station)}>{t('book.other', { station: booking.station })}</a>
      </p>
    );
  }
  return <BookButton store={store} station={station} />;
}

function BookButton({ store, station }: { store: GroupStore; station: string }) {
  const count = useComputed(
    () => store.item<Station>('station', station).value?.data.counts.available ?? 0,
  ).value;
  const offline = useComputed(() => statusOf(store, station) === 'offline').value;
  if (offline) return <p class="card quiet">{t('book.offline')}</p>;
  return (
    <section class="card book">
      <CommandButton domain="stations" command="book" input={{ station }} kind="primary" describe={describe}>
        <Icon draw={drawings.battery} /> {t('book')}
      </CommandButton>
      <p class="quiet">{count === 0 ? t('book.none') : t('book.best', { minutes: bookingMs / 60_000 })}</p>
    </section>
  );
}
