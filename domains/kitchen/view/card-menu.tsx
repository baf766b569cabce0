/** What is done with an order now and then: its priority, its cancellation, a station that makes its part again. */
import { useSignal } from '@preact/signals';
import { usePlatform } from '../../../web/kit/platform.ts';
import { takes } from '../access.ts';
import type { Order } from '../entities.ts';
import { mayStep } from '../stage.ts';
import { stations } from '../states.ts';
import type { Actions } from './actions.ts';
import { t } from './texts.ts';

export function CardMenu({
  order,
  orderKey: key,
  location,
  actions,
}: {
  order: Order;
  orderKey: string;
  location: string;
  actions: Actions;
}) {
  const me = usePlatform().me.value;
  const asking = useSignal(false);
  const { number, rush } = order;
  const run = (command: string, input?: object) => void actions.run(command, { key, number }, input);
  if (asking.value) {
    return (
      <div class="order-menu">
        <p>{t('cancel.ask', { number: String(number) })}</p>
        <button type="button" class="button danger" onClick={() => run('cancel-order')}>
          {t('cancel')}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            asking.value = false;
          }}
        >
          {t('back')}
        </button>
      </div>
    );
  }
  return (
    <div class="order-menu">
      {mayStep(order, 'rush') && takes(me, location, 'rush') && (
        <button type="button" class="button" onClick={() => run('set-rush', { rush: !rush })}>
          {t(rush ? 'rush.off' : 'rush.on')}
        </button>
      )}
      {mayStep(order, 'recall') && (
        <button type="button" class="button" onClick={() => run('recall-order')}>
          {t('recall.act')}
        </button>
      )}
      {stations
        .filter((station) => mayStep(order, 'recall-station', station))
        .map((station) => (
          <button
            key={station}
            type="button"
            class="button"
            onClick={() => run('recall-station', { station })}
          >
            {t('recall')}: {t(`station.${station}`)}
          </button>
        ))}
      {mayStep(order, 'cancel') && takes(me, location, 'cancel') && (
        <button
          type="button"
          class="button danger"
          onClick={() => {
            asking.value = true;
          }}
        >
          {t('cancel')}
        </button>
      )}
    </div>
  );
}
