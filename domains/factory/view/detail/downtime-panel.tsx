/** Why a machine stood: a tap on the reason is all. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { Panel } from '../../../../web/kit/parts.tsx';
import { givenReasons, lossOf } from '../../codes.ts';
import type { Downtime, Machine } from '../../entities.ts';
import { t } from '../texts.ts';
import { DowntimeWords, titleOf } from './downtime-list.tsx';
import { type Entry, entriesOf } from './entries.ts';
import { describeMachine } from './status-form.tsx';
import { dt } from './texts.ts';

interface Asked {
  store: GroupStore;
  line: string;
  /** `Entry.id`. */
  id: string;
  onClose: () => void;
}

export function DowntimePanel({ store, line, id, onClose }: Asked) {
  const entry = entriesOf(store).find((one) => one.id === id);
  return (
    <Panel title={entry === undefined ? dt('downtimes') : titleOf(store, entry.machine)} onClose={onClose}>
      {entry === undefined ? (
        <p>{dt('downtime.gone')}</p>
      ) : (
        <>
          <DowntimeWords store={store} entry={entry} named={false} />
          <Reasons store={store} line={line} entry={entry} onDone={onClose} />
        </>
      )}
    </Panel>
  );
}

/** What `current` of a conflict says of the downtime now. */
function describeDowntime(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Downtime> } | null)?.data;
  if (data?.reason === undefined) return undefined;
  const by = data.qualifiedBy === undefined ? '' : `. ${dt('downtime.by', { name: data.qualifiedBy })}`;
  return t('now.is', { status: t(`reason.${data.reason}`) + by });
}

function Reasons({
  store,
  line,
  entry,
  onDone,
}: {
  store: GroupStore;
  line: string;
  entry: Entry;
  onDone: () => void;
}) {
  const qualify = useCommand('factory', 'qualify-downtime');
  const setStatus = useCommand('factory', 'set-machine-status');
  const note = useSignal('');
  // What the person saw when the panel opened: what somebody else has said since then is a conflict.
  const seen = useSignal({
    rev: entry.item?.rev,
    statusSince: store.item<Machine>('machine', entry.machine).peek()?.data.statusSince,
  }).value;
  const command = entry.item === undefined ? setStatus : qualify;
  const tell = async (reason: (typeof givenReasons)[number]) => {
    const more = { reason, ...(note.value.trim() === '' ? {} : { note: note.value }) };
    const { machine, item } = entry;
    const done =
      item === undefined
        ? await setStatus.run({ line, machine, status: 'down', statusSince: seen.statusSince, ...more })
        : await qualify.run({ line, downtime: item.key, rev: seen.rev ?? item.rev, ...more });
    if (done) onDone();
  };
  return (
    <div class="form">
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
      <fieldset class="calls">
        <legend>{dt('downtime.why')}</legend>
        <div class="call-grid">
          {givenReasons.map((reason) => (
            <button
              key={reason}
              type="button"
              class={`button reason ${reason === entry.reason ? 'primary' : ''}`}
              aria-busy={command.busy.value}
              onClick={() => tell(reason)}
            >
              <span>
                {t(`reason.${reason}`)}
                {lossOf[reason] === 'planned' && <span class="small"> · {dt('planned')}</span>}
              </span>
            </button>
          ))}
        </div>
      </fieldset>
      <CommandError
        command={command}
        describe={entry.item === undefined ? describeMachine : describeDowntime}
      />
    </div>
  );
}
