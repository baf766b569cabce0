/** Scrap of a machine in this shift: reported by a tap on what is wrong, put right by a lead. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import { usePlatform } from '../../../../web/kit/platform.ts';
import { leads } from '../../access.ts';
import { scrapReasons } from '../../codes.ts';
import type { Line, Machine } from '../../entities.ts';
import type { MachineAt } from './machine.tsx';
import { dt } from './texts.ts';

type Counts = NonNullable<Machine['scrap']>['counts'];

/** What `current` of a conflict says of the scrap now. */
function describeScrap(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Machine> } | null)?.data;
  return data?.scrap === undefined ? undefined : wordsOf(data.scrap.counts);
}

const wordsOf = (counts: Counts): string =>
  scrapReasons
    .filter((reason) => (counts[reason] ?? 0) > 0)
    .map((reason) => dt('scrap.now', { reason: dt(`scrap.${reason}`), count: counts[reason] ?? 0 }))
    .join(' · ');

export function ScrapForm({ store, line, machine }: MachineAt) {
  const { me } = usePlatform();
  const report = useCommand('factory', 'report-scrap');
  const correct = useCommand('factory', 'correct-scrap');
  const quantity = useSignal('1');
  const correcting = useSignal(false);
  const shift = store.item<Line>('line', line).value?.data.shift;
  const held = store.item<Machine>('machine', machine).value?.data.scrap;
  const counts: Counts = held !== undefined && held.shift === shift ? held.counts : {};
  const pieces = Number(quantity.value);
  const valid = Number.isInteger(pieces) && pieces >= (correcting.value ? 0 : 1) && pieces <= 10_000;
  const tell = async (reason: (typeof scrapReasons)[number]) => {
    const input = { line, machine, reason, quantity: pieces };
    const done = correcting.value
      ? await correct.run({ ...input, was: counts[reason] ?? 0 })
      : await report.run(input);
    if (!done) return;
    quantity.value = '1';
    correcting.value = false;
  };
  return (
    <details class="more">
      <summary>{dt('scrap.report')}</summary>
      <div class="form">
        {Object.keys(counts).length > 0 && <p class="quiet">{wordsOf(counts)}</p>}
        <label class="field">
          <span>{dt('scrap.quantity')}</span>
          <input
            type="number"
            min={correcting.value ? 0 : 1}
            max={10_000}
            step={1}
            inputMode="numeric"
            value={quantity.value}
            onInput={(event) => {
              quantity.value = event.currentTarget.value;
            }}
          />
        </label>
        {leads(me.value, line) && (
          <label class="check">
            <input
              type="checkbox"
              checked={correcting.value}
              onChange={(event) => {
                correcting.value = event.currentTarget.checked;
              }}
            />
            <span>{dt('scrap.correct')}</span>
          </label>
        )}
        <fieldset class="calls">
          <legend>{dt('scrap.reason')}</legend>
          <div class="call-grid">
            {scrapReasons.map((reason) => (
              <button
                key={reason}
                type="button"
                class="button"
                disabled={!valid}
                aria-busy={report.busy.value || correct.busy.value}
                onClick={() => tell(reason)}
              >
                {dt(`scrap.${reason}`)}
              </button>
            ))}
          </div>
        </fieldset>
        <CommandError command={correcting.value ? correct : report} describe={describeScrap} />
      </div>
    </details>
  );
}
