/** The form of a request: what it is about, its crates, how soon. New, or one that was sent back. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import { Icon } from '../../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { Panel } from '../../../../web/kit/parts.tsx';
import { type Kind, kinds, services } from '../../codes.ts';
import type { Request } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { describe } from '../describe.ts';
import { kindIcons } from '../looks.ts';
import { t } from '../texts.ts';
import { CratePicker } from './crate-picker.tsx';
import { DetailFields, detailsOf, textOf } from './detail-fields.tsx';
import './form.css';

export function RequestPanel({
  store,
  unit,
  request,
  onClose,
}: {
  store: GroupStore;
  unit: string;
  /** The one that is edited. */
  request?: string;
  onClose: () => void;
}) {
  const item = request === undefined ? undefined : store.item<Request>('request', request).value;
  const was = item?.data;
  const command = useCommand('records', request === undefined ? 'submit' : 'update-request');
  const kind = useSignal<Kind>(was?.details.kind ?? 'withdrawal');
  const picked = useSignal<readonly string[]>(was?.crates ?? []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const done = await command.run({
      unit,
      ...(item === undefined ? {} : { request, rev: item.rev }),
      details: detailsOf(kind.value, form),
      crates: picked.value,
      service: textOf(form, 'service'),
    });
    if (done) onClose();
  };
  return (
    <Panel title={request === undefined ? t('request.new') : labelOf(request)} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        {request === undefined && (
          <fieldset class="choice kinds">
            <legend>{t('filter.kind')}</legend>
            {kinds.map((one) => (
              <label key={one}>
                <input
                  type="radio"
                  name="kind"
                  value={one}
                  checked={kind.value === one}
                  onChange={() => {
                    kind.value = one;
                    picked.value = [];
                  }}
                />
                <span>
                  <Icon draw={kindIcons[one]} /> {t(`kind.${one}`)}
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <DetailFields key={kind.value} kind={kind.value} was={was?.details} />
        <CratePicker store={store} kind={kind.value} request={request} picked={picked} />
        <label class="field">
          <span>{t('service')}</span>
          <select name="service" defaultValue={was?.service ?? 'standard'}>
            {services.map((one) => (
              <option key={one} value={one} selected={one === (was?.service ?? 'standard')}>
                {t(`service.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <button
          type="submit"
          class="button primary"
          aria-busy={command.busy.value}
          disabled={picked.value.length === 0}
        >
          {t(request === undefined ? 'submit' : 'save')}
        </button>
        <CommandError command={command} describe={describe} />
      </form>
    </Panel>
  );
}
