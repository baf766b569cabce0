/** A new station of a network. */
import { CommandError, useCommand } from '../../../web/kit/command.tsx';
import { Panel } from '../../../web/kit/parts.tsx';
import { t } from './texts.ts';

export function AddStation({ network, onClose }: { network: string; onClose: () => void }) {
  const command = useCommand('stations', 'add-station');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const word = (name: string) => String(form.get(name) ?? '').trim();
    const input = {
      network,
      station: word('station'),
      title: word('title'),
      place: word('place'),
      latitude: Number(word('latitude')),
      longitude: Number(word('longitude')),
      slots: Number(word('slots')),
    };
    if (await command.run(input)) onClose();
  };
  return (
    <Panel title={t('station.add')} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <label class="field">
          <span>{t('station.title')}</span>
          <input name="title" required maxLength={60} />
        </label>
        <label class="field">
          <span>{t('station.id')}</span>
          <input name="station" required maxLength={32} pattern="[a-z0-9][a-z0-9\-]*" />
        </label>
        <label class="field">
          <span>{t('station.place')}</span>
          <input name="place" required maxLength={80} />
        </label>
        <div class="fields">
          <label class="field">
            <span>{t('station.latitude')}</span>
            <input name="latitude" type="number" required min={-90} max={90} step="any" />
          </label>
          <label class="field">
            <span>{t('station.longitude')}</span>
            <input name="longitude" type="number" required min={-180} max={180} step="any" />
          </label>
          <label class="field">
            <span>{t('station.slots')}</span>
            <input name="slots" type="number" required min={1} max={48} step={1} defaultValue="12" />
          </label>
        </div>
        <button type="submit" class="button primary" aria-busy={command.busy.value}>
          {t('station.add')}
        </button>
        <CommandError command={command} />
      </form>
    </Panel>
  );
}
