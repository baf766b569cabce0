/** A rider's own page: the open booking, the batteries that are out, and what was before. */
import { useComputed } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { formatDateTime } from '../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../web/kit/live.ts';
import { useGroup } from '../../../web/kit/platform.ts';
import type { Booking, Hand, Station } from '../entities.ts';
import { BookingCard } from './booking-card.tsx';
import { hrefOf } from './card.tsx';
import { bookingTones } from './looks.ts';
import { t } from './texts.ts';

/** What a booking is now: over by the clock is over. */
export const bookingStateAt = ({ state, expiresAt }: Pick<Booking, 'state' | 'expiresAt'>, at: number) =>
  state === 'open' && expiresAt <= at ? 'expired' : state;

export function BookingsPage({
  group,
  params: { rider = '' },
}: {
  group: string;
  params: Record<string, string>;
}) {
  const own = useGroup(group);
  const all = useGroup('stations/all');
  return (
    <div class="battery bookings-page">
      <div class="page-head">
        <h1>{t('mine.title')}</h1>
        <a class="button" href="#/stations/all">
          {t('mine.map')}
        </a>
      </div>
      <Open own={own} all={all} rider={rider} />
      <Earlier own={own} all={all} />
    </div>
  );
}

function Open({ own, all, rider }: { own: GroupStore; all: GroupStore; rider: string }) {
  const booking = own.item<Booking>('booking', rider).value?.data;
  const open = useComputed(() => {
    const held = own.item<Booking>('booking', rider).value?.data;
    return held !== undefined && bookingStateAt(held, now.value) === 'open';
  }).value;
  const out = own.item<Hand>('hand', rider).value?.data.batteries ?? [];
  return (
    <>
      {booking !== undefined && open ? (
        <BookingCard store={all} own={own} booking={booking} rider={rider} />
      ) : (
        <p class="quiet">{t('mine.none')}</p>
      )}
      {out.length > 0 && <p class="card">{t('mine.out', { batteries: out.join(', ') })}</p>}
    </>
  );
}

/** Most earlier bookings that are shown. */
const most = 30;

function Earlier({ own, all }: { own: GroupStore; all: GroupStore }) {
  const rows = own
    .list<Booking>('booking')
    .filter(({ data }) => bookingStateAt(data, now.value) !== 'open')
    .sort((a, b) => b.data.bookedAt - a.data.bookedAt);
  if (rows.length === 0) return null;
  return (
    <section class="card">
      <h2>{t('mine.history')}</h2>
      <ul class="rows">
        {rows.slice(0, most).map(({ key, data }) => {
          const state = bookingStateAt(data, now.value);
          return (
            <li key={key} class="row">
              <span class="row-main">
                <a class="row-title" href={hrefOf(data.station)}>
                  {all.item<Station>('station', data.station).value?.data.title ?? data.station}
                </a>
                <span class="small quiet">
                  {formatDateTime(data.bookedAt)} · {t('slot', { slot: data.slot })} · {data.battery}
                </span>
              </span>
              <span class={`chip tone-${bookingTones[state]}`}>{t(`booking.${state}`)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
