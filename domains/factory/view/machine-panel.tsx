/** A machine in detail: its figures, and what a person may say of it. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../web/kit/command.tsx';
import { formatNumber } from '../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Counter, Elapsed, Panel, Status } from '../../../web/kit/parts.tsx';
import { usePlatform } from '../../../web/kit/platform.ts';
import { worksAt } from '../access.ts';
import { givenReasons } from '../codes.ts';
import type { Employee, Line, Machine } from '../entities.ts';
import { byHand, type HandStatus } from '../status.ts';
import { shiftCountOf } from '../worktime.ts';
import { statusLooks } from './looks.ts';
import { LastPulse, Rate, Spark } from './machine-tile.tsx';
import { t } from './texts.ts';

interface Place {
  store: GroupStore;
  line: string;
  machine: string;
}

export function MachinePanel({ store, line, machine: key, onClose }: Place & { onClose: () => void }) {
  const { me } = usePlatform();
  const item = store.item<Machine>('machine', key).value;
  if (item === undefined) return null;
  const machine = item.data;
  const { icon, tone } = statusLooks[machine.status];
  const shift = store.item<Line>('line', line).value?.data.shift;
  return (
    <Panel title={machine.title} onClose={onClose}>
      <p class="panel-status">
        <Status icon={icon} word={t(`status.${machine.status}`)} tone={tone} />
        <span>
          {t('since')} <Elapsed from={machine.statusSince} />
        </span>
      </p>
      {machine.reason !== undefined && <p>{t(`reason.${machine.reason}`)}</p>}
      {machine.note !== undefined && <p class="quote">{machine.note}</p>}
      <div class="panel-spark">
        <Spark machine={machine} />
      </div>
      <dl class="facts">
        <dt>{t('total.pulses')}</dt>
        <dd>
          <Counter value={machine.counter} />
        </dd>
        <dt>{t('shift.pulses')}</dt>
        <dd class="figure">{formatNumber(shiftCountOf(machine, shift))}</dd>
        <dt>{t('pulse.last')}</dt>
        <dd>
          <LastPulse machine={machine} /> · <Rate machine={machine} />
        </dd>
      </dl>
      {worksAt(me.value, line) && (
        <>
          <OperatorChoice store={store} line={line} machine={key} />
          <StatusForm line={line} machine={key} data={machine} />
        </>
      )}
    </Panel>
  );
}

function OperatorChoice({ store, line, machine: key }: Place) {
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
function describeMachine(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Machine> } | null)?.data;
  if (data?.status === undefined) return undefined;
  const reason = data.reason === undefined ? '' : `, ${t(`reason.${data.reason}`)}`;
  return t('now.is', { status: t(`status.${data.status}`) + reason });
}

function StatusForm({ line, machine: key, data }: { line: string; machine: string; data: Machine }) {
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
