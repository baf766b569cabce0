/** One slot of a cabinet: its battery filled to its charge. A change of another slot repaints nothing here. */
import { useComputed, useSignal } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { Icon } from '../../../web/kit/icons.tsx';
import { late } from '../../../web/kit/late.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Panel } from '../../../web/kit/parts.tsx';
import type { SlotState } from '../codes.ts';
import type { Cabinet, Meter, Slot } from '../entities.ts';
import { stateAt } from '../slots.ts';
import { slotLooks } from './looks.ts';
import { t } from './texts.ts';

/** A slot as it is shown now. */
export interface SeenSlot extends Slot {
  charge: number;
  state: SlotState;
}

/** What managers do at a slot: for few, its own chunk. */
const SlotPanel = late<{ station: string; number: number; slot: SeenSlot; onDone: () => void }>(
  async () => (await import('./slot-panel.tsx')).SlotPanel,
);

export function SlotCell({
  store,
  station,
  index,
  mayManage,
}: {
  store: GroupStore;
  station: string;
  index: number;
  mayManage: boolean;
}) {
  const open = useSignal(false);
  // As text, so that only a change of this slot is one.
  const text = useComputed(() => {
    const slot = store.item<Cabinet>('cabinet', station).value?.data.slots[index];
    const charge = store.item<Meter>('meter', station).value?.data.charges[index] ?? 0;
    return slot && JSON.stringify({ ...slot, charge, state: stateAt(slot, charge, now.value) });
  }).value;
  if (text === undefined) return null;
  const slot = JSON.parse(text) as SeenSlot;
  const number = index + 1;
  const { icon, tone } = slotLooks[slot.state];
  const inside = (
    <>
      <span class="slot-number">
        <span class="listeners-only">{t('slot', { slot: number })}</span>
        <span aria-hidden="true">{number}</span>
      </span>
      <span class="slot-charge figure">
        {slot.battery === undefined ? '–' : t('percent', { charge: slot.charge })}
      </span>
      <span class="slot-state">
        <Icon draw={icon} /> {t(`slot.${slot.state}`)}
      </span>
      <span class="slot-battery small">{slot.note ?? slot.battery}</span>
    </>
  );
  const look = {
    class: `slot tone-${tone} slot-${slot.state}`,
    style: { '--charge': `${slot.battery === undefined ? 0 : slot.charge}%` },
    'data-slot': number,
    'data-state': slot.state,
  };
  if (!mayManage) return <div {...look}>{inside}</div>;
  return (
    <>
      <button
        {...look}
        type="button"
        aria-haspopup="dialog"
        onClick={() => {
          open.value = true;
        }}
      >
        {inside}
      </button>
      {open.value && (
        <Panel
          title={t('slot.manage', { slot: number })}
          onClose={() => {
            open.value = false;
          }}
        >
          <SlotPanel
            station={station}
            number={number}
            slot={slot}
            onDone={() => {
              open.value = false;
            }}
          />
        </Panel>
      )}
    </>
  );
}
