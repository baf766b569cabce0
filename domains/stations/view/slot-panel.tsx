/** What managers do at a slot: a battery in or out, out of use and back. */
import { CommandButton, CommandError, useCommand } from '../../../web/kit/command.tsx';
import { Icon } from '../../../web/kit/icons.tsx';
import { Status } from '../../../web/kit/parts.tsx';
import { drawings } from './icons.ts';
import { slotLooks } from './looks.ts';
import type { SeenSlot } from './slot.tsx';
import { t } from './texts.ts';

const describe = () => t('now.changed');

export function SlotPanel({
  station,
  number,
  slot,
  onDone,
}: {
  station: string;
  number: number;
  slot: SeenSlot;
  onDone: () => void;
}) {
  const { state, battery, charge, note } = slot;
  const where = { station, slot: number, was: state };
  return (
    <div class="form">
      <p>
        <Status {...slotLooks[state]} word={t(`slot.${state}`)} />
        {battery !== undefined && ` ${battery} · ${t('percent', { charge })}`}
      </p>
      {note !== undefined && <p class="quote">{note}</p>}
      {state === 'empty' && <AddBattery station={station} number={number} onDone={onDone} />}
      {state === 'broken' && (
        <CommandButton domain="stations" command="repair" input={where} kind="primary" describe={describe}>
          {t('do.repair')}
        </CommandButton>
      )}
      {battery !== undefined && state !== 'booked' && (
        <CommandButton domain="stations" command="remove-battery" input={where} describe={describe}>
          {t('do.remove')}
        </CommandButton>
      )}
      {state !== 'broken' && <Break where={where} booked={state === 'booked'} />}
    </div>
  );
}

function Break({ where, booked }: { where: object; booked: boolean }) {
  const command = useCommand('stations', 'set-broken');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const note = String(form.get('note') ?? '').trim();
    return command.run({ ...where, ...(note === '' ? {} : { note }) });
  };
  return (
    <form class="form" onSubmit={submit}>
      <label class="field">
        <span>{t('note')}</span>
        <input name="note" maxLength={200} />
      </label>
      {booked && <p class="small">{t('do.break.booked')}</p>}
      <button type="submit" class="button danger" aria-busy={command.busy.value}>
        <Icon draw={drawings.broken} /> {t('do.break')}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}

function AddBattery({ station, number, onDone }: { station: string; number: number; onDone: () => void }) {
  const command = useCommand('stations', 'add-battery');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const input = {
      station,
      slot: number,
      battery: String(form.get('battery') ?? '').trim(),
      charge: Number(form.get('charge')),
    };
    if (await command.run(input)) onDone();
  };
  return (
    <form class="form" onSubmit={submit}>
      <label class="field">
        <span>{t('battery')}</span>
        <input
          name="battery"
          required
          maxLength={32}
          pattern="[a-z0-9][a-z0-9\-]*"
          title={t('do.add.hint')}
        />
        <span class="small quiet">{t('do.add.hint')}</span>
      </label>
      <label class="field">
        <span>{t('charge')}</span>
        <input name="charge" type="number" required min={0} max={100} step={1} defaultValue="50" />
      </label>
      <button type="submit" class="button primary" aria-busy={command.busy.value}>
        <Icon draw={drawings.plus} /> {t('do.add')}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}
