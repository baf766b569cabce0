/** A location's display: what it shows is in its address, so that each screen on the wall keeps to its own. */
import { useComputed, useSignal } from '@preact/signals';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { useGroup, usePlatform } from '../../../web/kit/platform.ts';
import { Presence } from '../../../web/kit/presence.tsx';
import { param } from '../../../web/kit/route.ts';
import { SoundButton } from '../../../web/kit/sound.tsx';
import { isAdmin, ordersAt } from '../access.ts';
import type { Location, Order } from '../entities.ts';
import { belongs } from '../orders.ts';
import { type OpenState, openStates, type Station, stations } from '../states.ts';
import { useActions } from './actions.ts';
import { Board } from './board.tsx';
import { Counts } from './counts.tsx';
import { Failure } from './failure.tsx';
import { drawings, stateIcons, stationIcons } from './icons.ts';
import { displayParam, shownState, shownStation, stationParam } from './mode.ts';
import { NewOrderPanel, RecallPanel, SettingsPanel } from './parts.ts';
import { useNewOrderSound } from './sound.ts';
import { t } from './texts.ts';
import './location.css';

const countsParam = param('counts');

export function LocationPage({
  group,
  params: { location = '' },
}: {
  group: string;
  params: Record<string, string>;
}) {
  const store = useGroup(group);
  const actions = useActions(location);
  const display = shownState();
  const station = shownStation();
  const counts = countsParam.value === '1';
  useNewOrderSound(store, display, station);
  return (
    <div class="kitchen">
      <div class="page-head">
        <h1>
          <Title store={store} location={location} />
          <span class="kitchen-shows">
            {[station && t(`station.${station}`), display && t(`display.${display}`)]
              .filter((word) => word !== undefined)
              .join(', ')}
          </span>
        </h1>
        <Presence store={store} />
        <Tools
          store={store}
          location={location}
          actions={actions}
          counts={counts}
          shows={`${display ?? ''} ${station ?? ''}`.trim()}
        />
      </div>
      <div class="kitchen-choice">
        <Displays store={store} display={display} station={station} />
        <Stations station={station} />
      </div>
      <Failure actions={actions} />
      <div class={counts ? 'kitchen-body with-counts' : 'kitchen-body'}>
        <Board
          key={`${display} ${station}`}
          store={store}
          location={location}
          display={display}
          station={station}
          actions={actions}
        />
        {counts && <Counts store={store} station={station} />}
      </div>
      <p class="kitchen-keys quiet small">{t('keys')}</p>
    </div>
  );
}

function Title({ store, location }: { store: GroupStore; location: string }) {
  const title = useComputed(() => store.item<Location>('location', location).value?.data.title ?? location);
  return <>{title}</>;
}

/** One tap to another display; each says how many orders are on it. */
function Displays({
  store,
  display,
  station,
}: {
  store: GroupStore;
  display: OpenState | undefined;
  station: Station | undefined;
}) {
  const sums = useComputed(() => {
    const orders = store.list<Order>('order');
    const of = (state: OpenState | undefined) =>
      orders.filter(({ data }) => belongs(data, state, station)).length;
    return [undefined, ...openStates].map(of).join();
  }).value.split(',');
  return (
    <nav class="choices" aria-label={t('display')}>
      {[undefined, ...openStates].map((state, index) => (
        <button
          key={state ?? 'all'}
          type="button"
          class={`choice-button ${state === undefined ? '' : `state-${state}`}`}
          aria-pressed={state === display}
          onClick={() => {
            displayParam.value = state ?? 'all';
          }}
        >
          {state !== undefined && <Icon draw={stateIcons[state]} />}
          {t(`display.${state ?? 'all'}`)}
          <span class="figure choice-count">{sums[index]}</span>
        </button>
      ))}
    </nav>
  );
}

function Stations({ station }: { station: Station | undefined }) {
  return (
    <nav class="choices" aria-label={t('station')}>
      {[undefined, ...stations].map((one) => (
        <button
          key={one ?? 'all'}
          type="button"
          class="choice-button"
          aria-pressed={one === station}
          onClick={() => {
            stationParam.value = one;
          }}
        >
          {one !== undefined && <Icon draw={stationIcons[one]} />}
          {one === undefined ? t('station.all') : t(`station.${one}`)}
        </button>
      ))}
    </nav>
  );
}

function Tools({
  store,
  location,
  actions,
  counts,
  shows,
}: {
  store: GroupStore;
  location: string;
  actions: ReturnType<typeof useActions>;
  counts: boolean;
  /** The display and the station: each has its sound. */
  shows: string;
}) {
  const me = usePlatform().me.value;
  const open = useSignal<'order' | 'recall' | 'settings' | undefined>(undefined);
  const show = (panel: typeof open.value) => () => {
    open.value = panel;
  };
  const close = show(undefined);
  return (
    <div class="kitchen-tools">
      {ordersAt(me, location) && (
        <button type="button" class="button" aria-haspopup="dialog" onClick={show('order')}>
          <Icon draw={drawings.add} />
          {t('new.order')}
        </button>
      )}
      <button
        type="button"
        class="button"
        aria-pressed={counts}
        onClick={() => {
          countsParam.value = counts ? undefined : '1';
        }}
      >
        <Icon draw={drawings.counts} />
        {t('counts')}
      </button>
      <button type="button" class="button" aria-haspopup="dialog" onClick={show('recall')}>
        <Icon draw={drawings.recall} />
        {t('recall')}
      </button>
      <SoundButton display={shows} />
      {isAdmin(me) && (
        <button type="button" class="button" aria-haspopup="dialog" onClick={show('settings')}>
          <Icon draw={drawings.timer} />
          {t('settings')}
        </button>
      )}
      {open.value === 'recall' && (
        <RecallPanel store={store} location={location} actions={actions} onClose={close} />
      )}
      {open.value === 'settings' && <SettingsPanel store={store} location={location} onClose={close} />}
      {open.value === 'order' && <NewOrderPanel store={store} location={location} onClose={close} />}
    </div>
  );
}
