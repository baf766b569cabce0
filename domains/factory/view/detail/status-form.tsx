/** What a person says of a machine: who runs it, and its status. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import { givenReasons } from '../../codes.ts';
import type { Employee, Machine } from '../../entities.ts';
import { byHand, type HandStatus } from '../../status.ts';
import { t } from '../texts.ts';
import type { MachineAt } from './machine.tsx';

export function OperatorChoice({ store, line, machine: key }: MachineAt) {
  const command = useCommand('factory', 'assign-machine');
  const machine = store.item<Machine>('machine', key).value?.data;
  const present = store
    .list<Employee>('employee')
    .filter(({ key: id, data }) => data.onFloor || id === machine?.operator);
  return (
    <div class="field">
      <label>
        <span>{t('operator')}</span>
        <select
          value={machine?.operator ?? ''}
          disabled={command.busy.value}
          onChange={(event) =>
            command.run({ line, machine: key, employee: event.currentTarget.value || null })
          }
        >
          <option value="">{t('operator.none')}</option>
          {present.map(({ key: id, data }) => (
            <option key={id} value={id}>
              {data.name}
            </option>
          ))}
        </select>
      </label>
      <CommandError command={command} />
    </div>
  );
}

/** What `current` of a conflict says of the machine now. */
export function describeMachine(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Machine> } | null)?.data;
  if (data?.status === undefined) return undefined;
  const reason = data.reason === undefined ? '' : `, ${t(`reason.${data.reason}`)}`;
  return t('now.is', { status: t(`status.${data.status}`) + reason });
}

export function StatusForm({ line, machine: key, data }: { line: string; machine: string; data: Machine }) {
  const command = useCommand('factory', 'set-machine-status');
  const chosen = useSignal<HandStatus | undefined>(undefined);
  const reason = useSignal('');
  const note = useSignal('');
  const possible = byHand[data.status];
  const wanted = chosen.value !== undefined && possible.includes(chosen.value) ? chosen.value : undefined;

  const submit = async (event: Event) => {
    event.preventDefault();
    const done = await command.run({
      line,
      machine: key,
      status: wanted,
      statusSince: data.statusSince,
      ...(wanted !== 'idle' && reason.value !== '' ? { reason: reason.value } : {}),
      ...(note.value.trim() === '' ? {} : { note: note.value }),
    });
    if (!done) return;
    chosen.value = undefined;
    reason.value = '';
    note.value = '';
  };

  return (
    <form class="form" onSubmit={submit}>
      <fieldset class="choice wide">
        <legend>{t('set.status')}</legend>
        {possible.map((status) => (
          <label key={status}>
            <input
              type="radio"
              name="status"
              checked={wanted === status}
              onChange={() => {
                chosen.value = status;
              }}
            />
            <span>{t(`set.${status}`)}</span>
          </label>
        ))}
      </fieldset>
      {wanted === 'idle' && <p class="quiet">{t('set.hint.idle')}</p>}
      {(wanted === 'down' || wanted === 'maintenance') && (
        <label class="field">
          <span>{t('reason')}</span>
          <select
            required={wanted === 'down'}
            value={reason.value}
            onChange={(event) => {
              reason.value = event.currentTarget.value;
            }}
          >
            <option value="">{t(wanted === 'down' ? 'reason.choose' : 'reason.optional')}</option>
            {givenReasons.map((name) => (
              <option key={name} value={name}>
                {t(`reason.${name}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      {wanted !== undefined && (
        <label class="field">
          <span>{t('note.optional')}</span>
          <input
            maxLength={200}
            value={note.value}
            onInput={(event) => {
              note.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      {wanted !== undefined && (
        <button type="submit" class="button primary" aria-busy={command.busy.value}>
          {t('set.save')}
        </button>
      )}
      <CommandError command={command} describe={describeMachine} />
    </form>
  );
}
