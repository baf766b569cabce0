/** The desk of a network: alarms that last, bookings as they run, stations, and a new one. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../../../web/kit/announce.ts';
import { now } from '../../../web/kit/clock.ts';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Age, Status } from '../../../web/kit/parts.tsx';
import { useGroup } from '../../../web/kit/platform.ts';
import { Presence } from '../../../web/kit/presence.tsx';
import type { Alarm, Reservation, Station } from '../entities.ts';
import { AddStation } from './add-station.tsx';
import { formatLeft } from './booking-card.tsx';
import { bookingStateAt } from './bookings.tsx';
import { hrefOf, StationCard } from './card.tsx';
import { drawings } from './icons.ts';
import { alarmLooks, bookingTones } from './looks.ts';
import { t } from './texts.ts';
import './desk.css';

export function DeskPage({
  group,
  params: { network = '' },
}: {
  group: string;
  params: Record<string, string>;
}) {
  const store = useGroup(group);
  const all = useGroup('stations/all');
  const title = store.item<{ title: string }>('network', network).value?.data.title ?? network;
  return (
    <div class="battery desk-page">
      <div class="page-head">
        <h1>{title}</h1>
        <Presence store={store} />
        <NewStation network={network} />
      </div>
      <div class="desk-split">
        <Alarms store={store} />
        <Bookings store={store} />
      </div>
      <Stations store={store} all={all} />
    </div>
  );
}

const titleOf = (store: GroupStore, station: string) =>
  store.item<Station>('station', station).value?.data.title ?? station;

function Alarms({ store }: { store: GroupStore }) {
  const open = store
    .list<Alarm>('alarm')
    .filter(({ data }) => data.clearedAt === undefined)
    .sort((a, b) => b.data.raisedAt - a.data.raisedAt);
  const newest = open[0]?.data;
  const heard = useRef(newest?.raisedAt ?? 0);
  useEffect(() => {
    if (newest !== undefined && newest.raisedAt > heard.current) {
      announce(`${titleOf(store, newest.station)}: ${t(`alarm.${newest.kind}`)}`);
    }
    heard.current = Math.max(heard.current, newest?.raisedAt ?? 0);
  }, [newest?.raisedAt]);
  return (
    <section class="card alarms" aria-labelledby="alarms-title">
      <header class="card-head">
        <h2 id="alarms-title">{t('alarms')}</h2>
        {open.length > 0 && <span class="badge">{open.length}</span>}
      </header>
      {open.length === 0 && (
        <p class="quiet">
          <Icon draw={icons.done} /> {t('alarms.none')}
        </p>
      )}
      <ul class="rows">
        {open.map(({ key, data }) => (
          <li key={key} class="row" data-alarm={key}>
            <span class="row-main">
              <Status {...alarmLooks[data.kind]} word={t(`alarm.${data.kind}`)} />
              <a class="row-title" href={hrefOf(data.station)}>
                {titleOf(store, data.station)}
              </a>
            </span>
            <span class="small quiet">
              <Age at={data.raisedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Most closed bookings that are shown below the open ones. */
const mostClosed = 20;

function Bookings({ store }: { store: GroupStore }) {
  const all = store.list<Reservation>('reservation').sort((a, b) => b.data.bookedAt - a.data.bookedAt);
  const open = all.filter(({ data }) => bookingStateAt(data, now.value) === 'open');
  const closed = all.filter((item) => !open.includes(item)).slice(0, mostClosed);
  const row = ({ key, data }: (typeof all)[number]) => {
    const state = bookingStateAt(data, now.value);
    return (
      <li key={key} class="row" data-rider={key}>
        <span class="row-main">
          <span class="row-title">{data.rider}</span>
          <span class="small quiet">
            <a href={hrefOf(data.station)}>{titleOf(store, data.station)}</a> ·{' '}
            {t('slot', { slot: data.slot })} · {data.battery}
          </span>
        </span>
        <span class={`chip figure tone-${bookingTones[state]}`}>
          {state === 'open'
            ? t('left', { time: formatLeft(data.expiresAt - now.value) })
            : t(`booking.${state}`)}
        </span>
      </li>
    );
  };
  return (
    <section class="card" aria-labelledby="bookings-title">
      <h2 id="bookings-title">{t('bookings')}</h2>
      {open.length === 0 && <p class="quiet">{t('bookings.none')}</p>}
      <ul class="rows">{open.map(row)}</ul>
      {closed.length > 0 && (
        <>
          <h3>{t('bookings.earlier')}</h3>
          <ul class="rows">{closed.map(row)}</ul>
        </>
      )}
    </section>
  );
}

function Stations({ store, all }: { store: GroupStore; all: GroupStore }) {
  const keys = store.keys('station').value;
  return (
    <section aria-label={t('stations')}>
      <ul class="station-cards">
        {keys.map((key) => (
          <li key={key}>
            <StationCard store={all} station={key} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function NewStation({ network }: { network: string }) {
  const open = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="button"
        aria-haspopup="dialog"
        onClick={() => {
          open.value = true;
        }}
      >
        <Icon draw={drawings.plus} /> {t('station.add')}
      </button>
      {open.value && (
        <AddStation
          network={network}
          onClose={() => {
            open.value = false;
          }}
        />
      )}
    </>
  );
}
