/** An order taken at the pass, for when there is no till. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { CommandError, useCommand } from '../../../web/kit/command.tsx';
import { Icon } from '../../../web/kit/icons.tsx';
import { Panel } from '../../../web/kit/parts.tsx';
import type { Order } from '../entities.ts';
import { dishNamed, knownDishes } from '../menu.ts';
import { isOpen, type Service, services } from '../states.ts';
import { drawings } from './icons.ts';
import { dishesId, LineFields } from './line-fields.tsx';
import type { PanelProps } from './parts.ts';
import { t } from './texts.ts';
import './form.css';

/** One key for one filled form: sent again after a lost answer, it is the same order. */
const newKey = () => `pass-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;

const most = 20;

export function NewOrderPanel({ store, location, onClose }: PanelProps) {
  const command = useCommand('kitchen', 'place-order');
  const order = useMemo(newKey, []);
  const rows = useSignal<readonly number[]>([0]);
  const service = useSignal<Service>('table');
  const { number, dishes } = useMemo(() => {
    const orders = store.list<Order>('order').map(({ data }) => data);
    return { number: nextNumber(orders), dishes: knownDishes(orders) };
  }, []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const given = (name: string) => (text(name) === '' ? {} : { [name]: text(name) });
    const done = await command.run({
      location,
      order,
      number: Number(text('number')),
      service: service.value,
      ...given('table'),
      ...given('guest'),
      ...given('note'),
      rush: form.get('rush') === 'on',
      lines: rows.value.map((row) => ({
        dish: dishNamed(dishes, text(`dish.${row}`))?.dish ?? text(`dish.${row}`),
        quantity: Number(text(`quantity.${row}`)),
        station: text(`station.${row}`),
        modifiers: text(`modifiers.${row}`)
          .split(',')
          .map((one) => one.trim())
          .filter((one) => one !== ''),
      })),
    });
    if (done) onClose();
  };
  return (
    <Panel title={t('new.order')} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <fieldset class="pair">
          <label class="field">
            <span>{t('new.number')}</span>
            <input name="number" type="number" min="1" max="9999" required value={number} />
          </label>
          <label class="field">
            <span>{t('new.service')}</span>
            <select
              value={service.value}
              onChange={(event) => {
                service.value = event.currentTarget.value as Service;
              }}
            >
              {services.map((one) => (
                <option key={one} value={one}>
                  {t(`service.${one}`)}
                </option>
              ))}
            </select>
          </label>
        </fieldset>
        {service.value === 'table' ? (
          <label class="field">
            <span>{t('new.table')}</span>
            <input name="table" maxLength={12} required />
          </label>
        ) : (
          <label class="field">
            <span>{t('new.guest')}</span>
            <input name="guest" maxLength={40} />
          </label>
        )}
        <datalist id={dishesId}>
          {dishes.map(({ dish }) => (
            <option key={dish} value={dish} />
          ))}
        </datalist>
        {rows.value.map((row, index) => (
          <LineFields
            key={row}
            row={row}
            place={index + 1}
            dishes={dishes}
            remove={
              rows.value.length === 1
                ? undefined
                : () => {
                    rows.value = rows.value.filter((other) => other !== row);
                  }
            }
          />
        ))}
        {rows.value.length < most && (
          <button
            type="button"
            class="button"
            onClick={() => {
              rows.value = [...rows.value, (rows.value.at(-1) ?? 0) + 1];
            }}
          >
            <Icon draw={drawings.add} />
            {t('new.add')}
          </button>
        )}
        <label class="field">
          <span>{t('new.note')}</span>
          <input name="note" maxLength={120} />
        </label>
        <label class="check">
          <input name="rush" type="checkbox" />
          <span>{t('rush')}</span>
        </label>
        <button type="submit" class="button primary large" aria-busy={command.busy.value}>
          {t('new.place')}
        </button>
        <CommandError command={command} />
      </form>
    </Panel>
  );
}

/** The number after the newest one, but for those that are out. */
function nextNumber(orders: readonly Order[]): number {
  const newest = [...orders].sort((a, b) => b.placedAt - a.placedAt)[0]?.number ?? 0;
  const out = new Set(orders.filter(({ state }) => isOpen(state)).map((order) => order.number));
  let next = (newest % 9999) + 1;
  while (out.has(next)) next = (next % 9999) + 1;
  return next;
}
