/** The shift of a line: produced against target, the pace, and for its leads starting, ending and the target. */
import { useSignal } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { CommandButton, CommandError, useCommand } from '../../../web/kit/command.tsx';
import { formatNumber, formatTime } from '../../../web/kit/i18n.ts';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { GroupStore, LiveItem } from '../../../web/kit/live.ts';
import { Counter, Panel, Progress, type Tone } from '../../../web/kit/parts.tsx';
import { usePlatform } from '../../../web/kit/platform.ts';
import { leads } from '../access.ts';
import type { Shift } from '../entities.ts';
import { type Pace, paceOf } from '../pace.ts';
import { t } from './texts.ts';

type Open = 'start' | 'target' | 'end';

/** The line's active shift. There is at most one. */
export const shiftOf = (store: GroupStore): LiveItem<Shift> | undefined => store.list<Shift>('shift')[0];

export function ShiftPanel({ store, line }: { store: GroupStore; line: string }) {
  const { me } = usePlatform();
  const open = useSignal<Open | undefined>(undefined);
  const shift = shiftOf(store);
  const mayLead = leads(me.value, line);
  const show = (what: Open) => () => {
    open.value = what;
  };
  const close = () => {
    open.value = undefined;
  };
  return (
    <section class="card shift" aria-labelledby="shift-title">
      {shift === undefined ? (
        <>
          <h2 id="shift-title">{t('shift')}</h2>
          <p class="quiet">{t('shift.none')}</p>
        </>
      ) : (
        <ShiftFigures shift={shift.data} />
      )}
      {mayLead && (
        <div class="shift-actions">
          {shift === undefined ? (
            <button type="button" class="button primary" onClick={show('start')}>
              {t('shift.start')}
            </button>
          ) : (
            <>
              <button type="button" class="button" onClick={show('target')}>
                {t('shift.target')}
              </button>
              <button type="button" class="button" onClick={show('end')}>
                {t('shift.end')}
              </button>
            </>
          )}
        </div>
      )}
      {open.value === 'start' && shift === undefined && <StartPanel line={line} onClose={close} />}
      {open.value === 'target' && shift !== undefined && (
        <TargetPanel line={line} shift={shift} onClose={close} />
      )}
      {open.value === 'end' && shift !== undefined && <EndPanel line={line} shift={shift} onClose={close} />}
    </section>
  );
}

/** Within this part of what is expected a shift counts as on pace. */
const slack = 0.02;

/** Ahead, behind or on pace: a word with its tone. */
export function paceWord(
  shift: Pick<Shift, 'produced' | 'target'>,
  pace: Pace,
): { word: string; tone: Tone } {
  if (shift.produced >= shift.target) return { word: t('shift.done'), tone: 'good' };
  if (Math.abs(pace.ahead) <= shift.target * slack) return { word: t('shift.onpace'), tone: 'good' };
  return pace.ahead > 0
    ? { word: t('shift.ahead'), tone: 'good' }
    : { word: t('shift.behind'), tone: 'waiting' };
}

function ShiftFigures({ shift }: { shift: Shift }) {
  const { produced, target } = shift;
  return (
    <>
      <div class="shift-who">
        <h2 id="shift-title">{shift.title}</h2>
        <p>{t('shift.lead', { name: shift.lead })}</p>
        <p class="quiet">
          {t('shift.time', { from: formatTime(shift.startedAt), to: formatTime(shift.plannedEnd) })}
        </p>
      </div>
      <div class="shift-count">
        <p class="shift-produced">
          <Counter value={produced} /> <span class="quiet">{t('shift.of', { target })}</span>
        </p>
        <ShiftBar shift={shift} />
      </div>
      <PaceFigures shift={shift} />
    </>
  );
}

export function ShiftBar({ shift }: { shift: Shift }) {
  const pace = paceOf(shift, now.value);
  const { produced, target } = shift;
  return (
    <Progress
      value={produced}
      target={target}
      expected={pace.expected}
      tone={paceWord(shift, pace).tone}
      label={t('shift.progress', { produced, target })}
    />
  );
}

/** How old a shift must be before its pace is projected, in ms. */
const knownAfterMs = 5 * 60_000;

/** Moves with the clock, therefore apart. */
function PaceFigures({ shift }: { shift: Shift }) {
  const pace = paceOf(shift, now.value);
  const { word, tone } = paceWord(shift, pace);
  const sign = pace.ahead > 0 ? '+' : pace.ahead < 0 ? '−' : '±';
  const late = now.value > shift.plannedEnd;
  // A pace of some seconds says nothing of hours.
  const known = now.value - shift.startedAt >= knownAfterMs;
  return (
    <dl class="pace">
      <div class={`tone-${tone}`}>
        <dt>{word}</dt>
        <dd class="figure pace-ahead">
          {sign}
          {formatNumber(Math.abs(pace.ahead))}
        </dd>
      </div>
      <div>
        <dt>{t('shift.expected')}</dt>
        <dd class="figure">{formatNumber(pace.expected)}</dd>
      </div>
      <div>
        <dt>{t('shift.perHour')}</dt>
        <dd class="figure">{known ? formatNumber(pace.perHour) : '–'}</dd>
      </div>
      <div>
        <dt>{t(late ? 'shift.over' : 'shift.projected')}</dt>
        <dd class="figure">
          {late ? formatTime(shift.plannedEnd) : known ? formatNumber(pace.projected) : '–'}
        </dd>
      </div>
    </dl>
  );
}

/** What `current` of a conflict says of the shift now. */
function describeShift(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Shift> } | null)?.data;
  if (data?.target === undefined || data.produced === undefined) return undefined;
  const progress = t('shift.progress', { produced: data.produced, target: data.target });
  return t('now.is', { status: `${data.title ?? t('shift')}. ${progress}` });
}

const textOf = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

function StartPanel({ line, onClose }: { line: string; onClose: () => void }) {
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

function TargetPanel({ line, shift, onClose }: Running) {
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

function EndPanel({ line, shift, onClose }: Running) {
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
