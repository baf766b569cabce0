/** Calls somebody to a machine: one tap each. */
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import { Icon } from '../../../../web/kit/icons.tsx';
import { isOpen } from '../../andon.ts';
import { andonKinds } from '../../codes.ts';
import type { Andon } from '../../entities.ts';
import { describeAndon } from '../andon.tsx';
import { andonIcons } from '../looks.ts';
import { t } from '../texts.ts';
import type { MachineAt } from './machine.tsx';
import { dt } from './texts.ts';

export function CallButtons({ store, line, machine }: MachineAt) {
  const command = useCommand('factory', 'call-andon');
  return (
    <fieldset class="calls">
      <legend>{dt('call')}</legend>
      <div class="call-grid">
        {andonKinds.map((kind) => {
          const call = store.item<Andon>('andon', `${machine}.${kind}`).value;
          const open = call !== undefined && isOpen(call.data);
          return (
            <button
              key={kind}
              type="button"
              class={`button call ${open ? 'call-open' : ''}`}
              disabled={open}
              aria-busy={command.busy.value}
              onClick={() => command.run({ line, machine, kind })}
            >
              <Icon draw={andonIcons[kind]} />
              <span>
                {t(`andon.${kind}`)}
                {open && <span class="small"> · {dt('call.open')}</span>}
              </span>
            </button>
          );
        })}
      </div>
      <CommandError command={command} describe={describeAndon} />
    </fieldset>
  );
}
