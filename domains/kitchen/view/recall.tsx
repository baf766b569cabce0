/** The last 20 bumped orders, each with a button that brings it back. */
import { now } from '../../../web/kit/clock.ts';
import { formatAge } from '../../../web/kit/duration.ts';
import { Panel } from '../../../web/kit/parts.tsx';
import type { Order } from '../entities.ts';
import { bumped } from '../orders.ts';
import type { Actions } from './actions.ts';
import { Failure } from './failure.tsx';
import type { PanelProps } from './parts.ts';
import { t } from './texts.ts';

export function RecallPanel({ store, onClose, actions }: PanelProps & { actions: Actions }) {
  const orders = bumped(store.list<Order>('order'));
  return (
    <Panel title={t('recall')} onClose={onClose}>
      <Failure actions={actions} />
      <p class="quiet">{orders.length === 0 ? t('recall.none') : t('recall.last')}</p>
      <ul class="rows">
        {orders.map(({ key, data: { number, state, changedAt, changedBy, lines } }) => (
          <li key={key} class="row">
            <span class="row-main">
              <span class="row-title figure">
                {number} · {t(`state.${state}`)}
              </span>
              <span>{lines.map(({ quantity, dish }) => `${quantity} ${dish}`).join(', ')}</span>
              <span class="quiet small">
                {formatAge(changedAt, now.value)}, {changedBy}
              </span>
            </span>
            <button
              type="button"
              class="button"
              aria-label={t('act.on', { act: t('recall.act'), number: String(number) })}
              onClick={() => void actions.run('recall-order', { key, number })}
            >
              {t('recall.act')}
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
