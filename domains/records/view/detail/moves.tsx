/** The moves that the person may make: what needs no word at once, the others with a short form. */
import { useSignal } from '@preact/signals';
import { CommandButton, CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { GroupStore, LiveItem } from '../../../../web/kit/live.ts';
import { usePlatform } from '../../../../web/kit/platform.ts';
import { rejectReasons, sendBackReasons } from '../../codes.ts';
import type { Request, Team } from '../../entities.ts';
import type { MoveName } from '../../lifecycle.ts';
import { describe } from '../describe.ts';
import { movesFor } from '../figures.ts';
import { t } from '../texts.ts';
import './acts.css';

/** Longest note, in characters. */
const maxNote = 140;

type Item = LiveItem<Request>;

const reasons = { reject: rejectReasons, 'send-back': sendBackReasons } as const;
const hasReasons = (name: MoveName): name is keyof typeof reasons => name in reasons;
/** Moves that mean nothing without words. */
const needNote: readonly MoveName[] = ['ask', 'answer', 'reopen'];
/** Moves whose input names the store that keeps the unit's crates. */
const atStore: readonly MoveName[] = ['answer', 'reopen', 'set-due'];
const direct: readonly MoveName[] = ['approve', 'resubmit'];

export function Moves({ item, store, onEdit }: { item: Item; store: GroupStore; onEdit: () => void }) {
  const { me } = usePlatform();
  const doing = useSignal<MoveName | undefined>(undefined);
  const { unit } = item.data;
  const depot = store.item<Team>('team', unit).value?.data.store;
  const moves = movesFor(me.value, item.data);
  if (moves.length === 0) return null;
  const base = { unit, request: item.key, rev: item.rev };
  const begun = moves.find((name) => name === doing.value);
  return (
    <div class="moves">
      <div class="move-buttons">
        {moves.map((name) =>
          direct.includes(name) ? (
            <CommandButton
              key={name}
              domain="records"
              command={name}
              input={base}
              kind="primary"
              describe={describe}
            >
              {t(`do.${name}`)}
            </CommandButton>
          ) : (
            <button
              key={name}
              type="button"
              class={`button ${name === 'answer' ? 'primary' : ''}`}
              aria-expanded={name === 'update-request' ? undefined : doing.value === name}
              onClick={() => {
                if (name === 'update-request') onEdit();
                else doing.value = doing.value === name ? undefined : name;
              }}
            >
              {t(`do.${name}`)}
            </button>
          ),
        )}
      </div>
      {begun !== undefined && (
        <MoveForm
          key={begun}
          name={begun}
          base={atStore.includes(begun) ? { ...base, store: depot } : base}
          dueAt={item.data.dueAt}
          onDone={() => {
            doing.value = undefined;
          }}
        />
      )}
    </div>
  );
}

/** A time as an input of kind `datetime-local` has it: in the time of the person's own clock. */
function localTime(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function MoveForm({
  name,
  base,
  dueAt,
  onDone,
}: {
  name: MoveName;
  base: object;
  dueAt: number;
  onDone: () => void;
}) {
  const command = useCommand('records', name);
  const reason = useSignal('');
  const must = needNote.includes(name) || reason.value === 'other';
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const note = String(form.get('note') ?? '').trim();
    const input = {
      ...base,
      ...(hasReasons(name) ? { reason: reason.value } : {}),
      ...(note === '' ? {} : { note }),
      ...(name === 'set-due' ? { dueAt: new Date(String(form.get('due'))).getTime() } : {}),
    };
    if (await command.run(input)) onDone();
  };
  return (
    <form class="form move-form" onSubmit={submit} aria-label={t(`do.${name}`)}>
      {hasReasons(name) && (
        <label class="field">
          <span>{t('why')}</span>
          <select
            required
            autofocus
            value={reason.value}
            onChange={(event) => {
              reason.value = event.currentTarget.value;
            }}
          >
            <option value="" />
            {reasons[name].map((one) => (
              <option key={one} value={one}>
                {t(`reason.${one}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      {name === 'set-due' && (
        <label class="field">
          <span>{t('due')}</span>
          <input type="datetime-local" name="due" required defaultValue={localTime(dueAt)} />
        </label>
      )}
      <label class="field">
        <span>{t(must ? 'note' : 'note.optional')}</span>
        <input name="note" maxLength={maxNote} required={must} />
      </label>
      <button type="submit" class="button primary" aria-busy={command.busy.value}>
        {t(`do.${name}`)}
      </button>
      <CommandError command={command} describe={describe} />
    </form>
  );
}
