/** A rider's open booking: where, how long still, the code, and the button for when one stands before the cabinet. */
import { useComputed, useSignal } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { CommandButton } from '../../../web/kit/command.tsx';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Progress, Status } from '../../../web/kit/parts.tsx';
import type { Booking, Hand, Meter, Station } from '../entities.ts';
import { bookingMs, readyAt } from '../slots.ts';
import { drawings } from './icons.ts';
import { t } from './texts.ts';
import './booking.css';

/** Minutes and seconds: `14:07`. */
export function formatLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** @param store a group that shows the station and its meter. @param own the rider's group */
export function BookingCard({
  store,
  own,
  booking,
  rider,
}: {
  store: GroupStore;
  own: GroupStore;
  booking: Booking;
  rider: string;
}) {
  const { station, slot, code, expiresAt } = booking;
  const title = useComputed(() => store.item<Station>('station', station).value?.data.title ?? station).value;
  const charge = useComputed(
    () => store.item<Meter>('meter', station).value?.data.charges[slot - 1] ?? 0,
  ).value;
  return (
    <section class="card mine tone-busy" aria-label={t('mine.title')}>
      <header class="card-head">
        <h2>{title}</h2>
        {charge >= readyAt ? (
          <Status icon={drawings.available} word={t('mine.ready')} tone="good" />
        ) : (
          <Status icon={drawings.charging} word={t('mine.charging', { charge })} tone="waiting" />
        )}
      </header>
      <dl class="mine-facts">
        <div>
          <dt>{t('mine.code')}</dt>
          <dd class="figure code">{`${code.slice(0, 3)} ${code.slice(3)}`}</dd>
        </div>
        <div>
          <dt>{t('mine.left')}</dt>
          <dd>
            <Left until={expiresAt} />
          </dd>
        </div>
      </dl>
      <Collect own={own} booking={booking} rider={rider} />
      <CommandButton domain="stations" command="cancel-booking" input={{ station }}>
        {t('mine.cancel')}
      </CommandButton>
    </section>
  );
}

function Left({ until }: { until: number }) {
  const left = until - now.value;
  return (
    <>
      <span class="figure code">{formatLeft(left)}</span>
      <Progress
        value={Math.max(0, left)}
        target={bookingMs}
        label={t('mine.left')}
        tone={left < 180_000 ? 'waiting' : 'busy'}
      />
    </>
  );
}

function Collect({ own, booking, rider }: { own: GroupStore; booking: Booking; rider: string }) {
  const keeps = useSignal(false);
  const out = own.item<Hand>('hand', rider).value?.data.batteries[0];
  const { station, slot } = booking;
  const returns = out !== undefined && !keeps.value;
  return (
    <>
      {out !== undefined && (
        <label class="check">
          <input
            type="checkbox"
            checked={returns}
            onChange={(event) => {
              keeps.value = !event.currentTarget.checked;
            }}
          />
          <span>{t('mine.return', { battery: out })}</span>
        </label>
      )}
      <CommandButton
        domain="stations"
        command="collect"
        kind="primary"
        input={{ station, ...(returns ? { returned: out } : {}) }}
      >
        <Icon draw={drawings.available} /> {t('mine.collect', { slot })}
      </CommandButton>
    </>
  );
}
