/** What a lead does with a shift: start it, set its target, end it. */
import { useSignal } from '@preact/signals';
import { CommandButton, CommandError, useCommand } from '../../../web/kit/command.tsx';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { LiveItem } from '../../../web/kit/live.ts';
import { Panel } from '../../../web/kit/parts.tsx';
import { usePlatform } from '../../../web/kit/platform.ts';
import type { Shift } from '../entities.ts';
import { t } from './texts.ts';

/** What `current` of a conflict says of the shift now. */
function describeShift(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Shift> } | null)?.data;
  if (data?.target === undefined || data.produced === undefined) return undefined;
  const progress = t('shift.progress', { produced: data.produced, target: data.target });
  return t('now.is', { status: `${data.title ?? t('shift')}. ${progress}` });
}

const textOf = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

export function StartPanel({ line, onClose }: { line: string; onClose: () => void }) {
  const { me } = usePlatform();
  const command = useCommand('factory', 'start-shift');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const done = await command.run({
      line,
      title: textOf(form, 'title'),
      lead: textOf(form, 'lead'),
      hours: Number(form.get('hours')),
      target: Number(form.get('target')),
    });
    if (done) onClose();
  };
  return (
    <Panel title={t('shift.start')} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <label class="field">
          <span>{t('shift.title.field')}</span>
          <input name="title" required maxLength={60} defaultValue={t('shift.title.default')} />
        </label>
        <label class="field">
          <span>{t('shift.lead.field')}</span>
          <input name="lead" required maxLength={60} defaultValue={me.value.name ?? me.value.sub} />
        </label>
        <label class="field">
          <span>{t('shift.hours.field')}</span>
          <input name="hours" type="number" required min={0.5} max={24} step={0.5} defaultValue="8" />
        </label>
        <label class="field">
          <span>{t('shift.target.field')}</span>
          <input name="target" type="number" required min={0} max={10_000_000} step={1} inputMode="numeric" />
        </label>
        <button type="submit" class="button primary" aria-busy={command.busy.value}>
          {t('shift.start')}
        </button>
        <CommandError command={command} describe={describeShift} />
      </form>
    </Panel>
  );
}

interface Running {
  line: string;
  shift: LiveItem<Shift>;
  onClose: () => void;
}

export function TargetPanel({ line, shift, onClose }: Running) {
  const command = useCommand('factory', 'set-target');
  // What the person saw when the panel opened: another target since then is a conflict.
  const seen = useSignal(shift.data.target).value;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const target = Number(new FormData(event.currentTarget as HTMLFormElement).get('target'));
    if (await command.run({ line, target, shift: shift.key, was: seen })) onClose();
  };
  return (
    <Panel title={t('shift.target')} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <label class="field">
          <span>{t('shift.target.field')}</span>
          <input
            name="target"
            type="number"
            required
            min={0}
            max={10_000_000}
            step={1}
            inputMode="numeric"
            defaultValue={String(seen)}
          />
        </label>
        <button type="submit" class="button primary" aria-busy={command.busy.value}>
          {t('save')}
        </button>
        <CommandError command={command} describe={describeShift} />
      </form>
    </Panel>
  );
}

export function EndPanel({ line, shift, onClose }: Running) {
  const { produced, target } = shift.data;
  return (
    <Panel title={t('shift.end')} onClose={onClose}>
      <p>{t('shift.end.ask', { produced, target })}</p>
      <CommandButton
        domain="factory"
        command="end-shift"
        input={{ line, shift: shift.key }}
        kind="danger"
        describe={describeShift}
      >
        <Icon draw={icons.done} />
        {t('shift.end')}
      </CommandButton>
    </Panel>
  );
}
