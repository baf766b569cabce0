/** One order on a display. An update of the order repaints this card and no other. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import type { Line, Order } from '../entities.ts';
import { linesAt, stageSince } from '../orders.ts';
import { isOpen, type OpenState, type Station, stations } from '../states.ts';
import type { Actions } from './actions.ts';
import { drawings, stateIcons, stationIcons } from './icons.ts';
import { useLeaving } from './leaving.ts';
import { bumpOf } from './mode.ts';
import { CardMenu } from './parts.ts';
import { t } from './texts.ts';
import { heatTones, Timer, useHeat } from './timer.tsx';
import './card.css';

export interface CardProps {
  store: GroupStore;
  location: string;
  order: string;
  display: OpenState | undefined;
  station: Station | undefined;
  actions: Actions;
  chosen: ReadonlySignal<string | undefined>;
  /** False once the board itself goes. */
  stays: () => boolean;
}

export function Card(props: CardProps) {
  const item = props.store.item<Order>('order', props.order).value;
  if (item === undefined || !isOpen(item.data.state)) return null;
  return <OpenCard {...props} data={item.data} state={item.data.state} />;
}

function OpenCard({
  store,
  location,
  order: key,
  display,
  station,
  actions,
  chosen,
  stays,
  data,
  state,
}: CardProps & { data: Order; state: OpenState }) {
  const card = useRef<HTMLElement>(null);
  useLeaving(card, stays);
  const menu = useSignal(false);
  const heat = useHeat(store, location, data);
  const marked = chosen.value === key;
  useEffect(() => {
    if (marked) card.current?.scrollIntoView?.({ block: 'nearest' });
  }, [marked]);
  const { number } = data;
  const bump = bumpOf(state, display, station);
  const act =
    bump.command === 'start-order' ? t('start') : bump.command === 'serve-order' ? t('serve') : t('bump');
  const shown = stations.filter((one) => linesAt(data, one).length > 0 && (station ?? one) === one);
  return (
    <article
      ref={card}
      class={`order tone-${heatTones[heat]} ${data.rush ? 'rush' : ''} ${marked ? 'chosen' : ''}`}
      data-order={key}
      data-state={state}
      aria-current={marked ? 'true' : undefined}
    >
      <header class="order-head">
        <h2>
          <span class="figure">{number}</span>
          {data.rush && (
            <span class="order-rush">
              <Icon draw={drawings.rush} />
              {t('rush')}
            </span>
          )}
        </h2>
        <Timer since={stageSince(data)} heat={heat} />
        <p class="order-for">
          <Service order={data} />
          {data.guest !== undefined && <span class="order-guest">{data.guest}</span>}
        </p>
        <p class="order-marks">
          <span class={`order-state state-${state}`}>
            <Icon draw={stateIcons[state]} />
            {t(`state.${state}`)}
          </span>
        </p>
      </header>
      {data.note !== undefined && <p class="order-note">{data.note}</p>}
      {shown.map((one) => (
        <StationLines
          key={one}
          station={one}
          order={data}
          bump={
            station === undefined && state !== 'ready'
              ? () => void actions.run('bump-station', { key, number }, { station: one })
              : undefined
          }
        />
      ))}
      <footer class="order-foot">
        <button
          type="button"
          class="button primary order-bump"
          aria-label={t('act.on', { act, number: String(number) })}
          onClick={() => void actions.run(bump.command, { key, number }, bump.input)}
        >
          {act}
        </button>
        <button
          type="button"
          class="button icon-only"
          aria-label={t('more.of', { number: String(number) })}
          aria-expanded={menu.value}
          onClick={() => {
            menu.value = !menu.value;
          }}
        >
          <Icon draw={drawings.more} />
        </button>
      </footer>
      {menu.value && <CardMenu order={data} orderKey={key} location={location} actions={actions} />}
    </article>
  );
}

function Service({ order: { service, table } }: { order: Order }) {
  return (
    <span>
      {service === 'table' && table !== undefined
        ? t('service.table.of', { table })
        : t(`service.${service}`)}
    </span>
  );
}

/** What one station makes; its head is the button that says that it is done. */
function StationLines({
  station,
  order,
  bump,
}: {
  station: Station;
  order: Order;
  bump: (() => void) | undefined;
}) {
  const lines = linesAt(order, station);
  const word = t(`station.${station}`);
  const done = lines.every(({ prepared }) => prepared);
  return (
    <div class={`lines ${done ? 'lines-done' : ''}`}>
      {bump === undefined || done ? (
        <p class="lines-head">
          <Icon draw={stationIcons[station]} />
          {word}
          {done && <span class="lines-mark">✓ {t('prepared')}</span>}
        </p>
      ) : (
        <button
          type="button"
          class="lines-head"
          aria-label={t('act.on', {
            act: t('bump.station', { station: word }),
            number: String(order.number),
          })}
          onClick={bump}
        >
          <Icon draw={stationIcons[station]} />
          {word}
          <span class="lines-tick" aria-hidden="true" />
        </button>
      )}
      <ul>
        {lines.map((line, index) => (
          <LineRow key={index} line={line} />
        ))}
      </ul>
    </div>
  );
}

function LineRow({ line: { quantity, dish, modifiers } }: { line: Line }) {
  return (
    <li class="line">
      <span class="figure line-quantity">{quantity}</span>
      <span class="line-dish">
        {dish}
        {modifiers.length > 0 && (
          <ul class="modifiers">
            {modifiers.map((modifier, index) => (
              <li key={index}>{modifier}</li>
            ))}
          </ul>
        )}
      </span>
    </li>
  );
}
