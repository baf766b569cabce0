/** How a station stands: contact, age of its last report, and its slots by state. */
import { now } from '../../../web/kit/clock.ts';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Age, Status } from '../../../web/kit/parts.tsx';
import { type StationStatus, slotStates } from '../codes.ts';
import type { Counts, Meter } from '../entities.ts';
import { statusAt } from '../status.ts';
import { slotLooks, statusLooks } from './looks.ts';
import { t } from './texts.ts';
import './status.css';

/** The status by the clock of the screen: silence shows at once, before the sweep has written it down. */
export const statusOf = (store: GroupStore, station: string): StationStatus =>
  statusAt(store.item<Meter>('meter', station).value?.data.heartbeatAt, now.value);

export function Contact({ store, station }: { store: GroupStore; station: string }) {
  const status = statusOf(store, station);
  const at = store.item<Meter>('meter', station).value?.data.heartbeatAt;
  return (
    <span class="contact">
      <Status {...statusLooks[status]} word={t(`status.${status}`)} />
      <span class="small quiet" title={t('heard')}>
        {at === undefined ? t('heard.never') : <Age at={at} />}
      </span>
    </span>
  );
}

/** The slots of a station as one bar, each state with its number. */
export function CountsBar({ counts }: { counts: Counts }) {
  const shown = slotStates.filter((state) => counts[state] > 0);
  return (
    <div class="counts">
      <div class="counts-bar" aria-hidden="true">
        {shown.map((state) => (
          <span
            key={state}
            class={`tone-${slotLooks[state].tone} part-${state}`}
            style={{ flexGrow: counts[state] }}
          />
        ))}
      </div>
      <ul class="counts-words">
        {shown.map((state) => (
          <li key={state} class={`tone-${slotLooks[state].tone}`}>
            <Icon draw={slotLooks[state].icon} />
            <span class="figure">{counts[state]}</span> <span class="word">{t(`slot.${state}`)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
