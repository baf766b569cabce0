/** What a request of each kind asks for besides its crates. */
import { bases, type Kind } from '../../codes.ts';
import type { Details } from '../../entities.ts';
import { t } from '../texts.ts';

export const textOf = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

export function detailsOf(kind: Kind, form: FormData): object {
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

export function DetailFields({ kind, was }: { kind: Kind; was?: Details | undefined }) {
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
