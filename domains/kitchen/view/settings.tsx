/** The timers' thresholds of a location, in minutes; 0.17 is the ten seconds that the rules allow at least. */
import { CommandError, useCommand } from '../../../web/kit/command.tsx';
import { Panel } from '../../../web/kit/parts.tsx';
import type { Location } from '../entities.ts';
import { usualThresholds } from '../orders.ts';
import { openStates } from '../states.ts';
import type { PanelProps } from './parts.ts';
import { t } from './texts.ts';
import './form.css';

export function SettingsPanel({ store, location, onClose }: PanelProps) {
  const command = useCommand('kitchen', 'set-thresholds');
  const item = store.item<Location>('location', location).peek();
  const held = item?.data.thresholds ?? usualThresholds;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const seconds = (name: string) => Math.round(Number(form.get(name)) * 60);
    const thresholds = Object.fromEntries(
      openStates.map((state) => [state, { warn: seconds(`${state}.warn`), late: seconds(`${state}.late`) }]),
    );
    const seen = item === undefined ? {} : { rev: item.rev };
    if (await command.run({ location, thresholds, ...seen })) onClose();
  };
  return (
    <Panel title={t('settings')} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <p class="quiet">{t('settings.lead')}</p>
        {openStates.map((state) => (
          <fieldset key={state} class="pair">
            {(['warn', 'late'] as const).map((limit) => (
              <label key={limit} class="field">
                <span>{t(`settings.${limit}`, { state: t(`state.${state}`) })}</span>
                <input
                  name={`${state}.${limit}`}
                  type="number"
                  min="0.17"
                  max="120"
                  step="any"
                  required
                  value={Math.round((held[state][limit] / 60) * 100) / 100}
                />
              </label>
            ))}
          </fieldset>
        ))}
        <button type="submit" class="button primary large" aria-busy={command.busy.value}>
          {t('settings.save')}
        </button>
        <CommandError command={command} />
      </form>
    </Panel>
  );
}
