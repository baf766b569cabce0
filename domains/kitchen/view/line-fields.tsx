/** The fields of one dish of a new order. A known dish is suggested while somebody types, and knows its station. */
import { useSignal } from '@preact/signals';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import { type Dish, dishNamed } from '../menu.ts';
import { type Station, stations } from '../states.ts';
import { t } from './texts.ts';

type Known = Pick<Dish, 'dish' | 'station'>;

/** The `datalist` that the fields of dishes suggest from. */
export const dishesId = 'kitchen-dishes';

export function LineFields({
  row,
  place,
  dishes,
  remove,
}: {
  row: number;
  /** Which of the order's dishes it is, from 1. */
  place: number;
  dishes: readonly Known[];
  /** Undefined: the only one stays. */
  remove: (() => void) | undefined;
}) {
  const station = useSignal<Station>(stations[0]);
  return (
    <fieldset class="line-fields">
      <legend>{t('new.line', { n: place })}</legend>
      <label class="field line-fields-wide">
        <span>{t('new.dish')}</span>
        <input
          name={`dish.${row}`}
          maxLength={60}
          required
          list={dishesId}
          autocomplete="off"
          onInput={(event) => {
            const known = dishNamed(dishes, event.currentTarget.value);
            if (known !== undefined) station.value = known.station;
          }}
        />
      </label>
      <label class="field">
        <span>{t('new.quantity')}</span>
        <input name={`quantity.${row}`} type="number" min="1" max="99" required value="1" />
      </label>
      <label class="field">
        <span>{t('station')}</span>
        <select
          name={`station.${row}`}
          value={station.value}
          onChange={(event) => {
            station.value = event.currentTarget.value as Station;
          }}
        >
          {stations.map((one) => (
            <option key={one} value={one}>
              {t(`station.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="field line-fields-wide">
        <span>{t('new.modifiers')}</span>
        <input name={`modifiers.${row}`} maxLength={245} />
      </label>
      {remove !== undefined && (
        <button
          type="button"
          class="button icon-only"
          aria-label={t('new.remove', { n: place })}
          onClick={remove}
        >
          <Icon draw={icons.close} />
        </button>
      )}
    </fieldset>
  );
}
