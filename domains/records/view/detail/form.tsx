/** The form of a request: what it is about, its crates, how soon. New, or one that was sent back. */
import { useSignal } from '@preact/signals';
import { CommandError, useCommand } from '../../../../web/kit/command.tsx';
import { Icon } from '../../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { Panel } from '../../../../web/kit/parts.tsx';
import { bases, type Kind, kinds, services } from '../../codes.ts';
import type { Crate, Details, Request } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { describe } from '../describe.ts';
import { kindIcons } from '../looks.ts';
import { t } from '../texts.ts';

const textOf = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

function detailsOf(kind: Kind, form: FormData): object {
  switch (kind) {
    case 'storage':
      return { kind, subject: textOf(form, 'subject'), keepUntil: Number(form.get('keepUntil')) };
    case 'withdrawal':
      return {
        kind,
        purpose: textOf(form, 'purpose'),
        deliverTo: textOf(form, 'deliverTo'),
        days: Number(form.get('days')),
      };
    case 'destruction':
      return { kind, basis: textOf(form, 'basis'), witness: textOf(form, 'witness') };
  }
}

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

function TextField({
  name,
  most,
  value,
}: {
  name: 'subject' | 'purpose' | 'deliverTo' | 'witness';
  most: number;
  value?: string | undefined;
}) {
  return (
    <label class="field">
      <span>{t(name)}</span>
      <input name={name} required maxLength={most} defaultValue={value} />
    </label>
  );
}

function NumberField({
  name,
  least,
  most,
  value,
}: {
  name: 'keepUntil' | 'days';
  least: number;
  most: number;
  value: number;
}) {
  return (
    <label class="field">
      <span>{t(name)}</span>
      <input type="number" name={name} required min={least} max={most} defaultValue={String(value)} />
    </label>
  );
}

/** Years that papers are kept when nothing else is said. */
const usualYears = 10;

function DetailFields({ kind, was }: { kind: Kind; was?: Details | undefined }) {
  if (kind === 'storage') {
    const { subject, keepUntil = new Date().getFullYear() + usualYears } = was?.kind === 'storage' ? was : {};
    return (
      <>
        <TextField name="subject" most={100} value={subject} />
        <NumberField name="keepUntil" least={1990} most={2199} value={keepUntil} />
      </>
    );
  }
  if (kind === 'withdrawal') {
    const { purpose, deliverTo, days = 14 } = was?.kind === 'withdrawal' ? was : {};
    return (
      <>
        <TextField name="purpose" most={100} value={purpose} />
        <TextField name="deliverTo" most={60} value={deliverTo} />
        <NumberField name="days" least={1} most={90} value={days} />
      </>
    );
  }
  const { basis, witness } = was?.kind === 'destruction' ? was : {};
  return (
    <>
      <label class="field">
        <span>{t('basis')}</span>
        <select name="basis">
          {bases.map((one) => (
            <option key={one} value={one} selected={one === basis}>
              {t(`basis.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <TextField name="witness" most={60} value={witness} />
    </>
  );
}

/** The crates that the kind may concern and that no other request has, and those that the request has already. */
function CratePicker({
  store,
  kind,
  request,
  picked,
}: {
  store: GroupStore;
  kind: Kind;
  request: string | undefined;
  picked: { value: readonly string[] };
}) {
  const needed = kind === 'storage' ? 'here' : 'stored';
  const crates = store
    .list<Crate>('crate')
    .filter(
      ({ data }) =>
        data.state === needed &&
        (data.request === undefined || (request !== undefined && data.request === request)),
    );
  const toggle = (key: string) => {
    picked.value = picked.value.includes(key)
      ? picked.value.filter((other) => other !== key)
      : [...picked.value, key];
  };
  return (
    <fieldset class="choice wide crate-picker">
      <legend>{t('crates.pick')}</legend>
      {crates.length === 0 && <p class="quiet">{t(`crates.none.${needed}`)}</p>}
      {crates.map(({ key, data }) => (
        <label key={key}>
          <input type="checkbox" checked={picked.value.includes(key)} onChange={() => toggle(key)} />
          <span>
            <span class="figure">{labelOf(key)}</span> {data.title}
            {data.keepUntil !== undefined && (
              <span class="small quiet">{t('crate.kept', { year: String(data.keepUntil) })}</span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
