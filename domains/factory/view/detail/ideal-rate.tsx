/** The ideal rate of a machine, for its leads. */
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import type { Machine } from '../../entities.ts';
import { defaultIdealRate } from '../../oee.ts';
import { dt } from './texts.ts';

/** What `current` of a conflict says of the rate now. */
function describeRate(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Machine> } | null)?.data;
  return data === undefined ? undefined : dt('ideal.now', { rate: data.idealRate ?? defaultIdealRate });
}

export function IdealRate({ line, machine, data }: { line: string; machine: string; data: Machine }) {
  const command = useCommand('factory', 'set-ideal-rate');
  const rate = data.idealRate ?? defaultIdealRate;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    return command.run({ line, machine, perMinute: Number(form.get('rate')), was: rate });
  };
  return (
    <details class="more">
      <summary>
        {dt('ideal.title')} · <span class="figure">{dt('ideal.now', { rate })}</span>
      </summary>
      {/* Keyed, so that a rate that somebody else sets stands in the field. */}
      <form class="form" key={rate} onSubmit={submit}>
        <label class="field">
          <span>{dt('ideal.field')}</span>
          <input
            name="rate"
            type="number"
            required
            min={0.1}
            max={10_000}
            step={0.1}
            inputMode="decimal"
            defaultValue={String(rate)}
          />
        </label>
        <button type="submit" class="button" aria-busy={command.busy.value}>
          {dt('ideal.save')}
        </button>
        <CommandError command={command} describe={describeRate} />
      </form>
    </details>
  );
}
