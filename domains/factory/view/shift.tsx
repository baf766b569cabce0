/** The shift of a line: produced against target, the pace, and for its leads starting, ending and the target. */
import { useSignal } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { formatNumber, formatTime } from '../../../web/kit/i18n.ts';
import type { GroupStore, LiveItem } from '../../../web/kit/live.ts';
import { Counter, Progress, type Tone } from '../../../web/kit/parts.tsx';
import { usePlatform } from '../../../web/kit/platform.ts';
import { leads } from '../access.ts';
import type { Shift } from '../entities.ts';
import { type Pace, paceOf } from '../pace.ts';
import { LineOee } from './oee.tsx';
import { EndPanel, StartPanel, TargetPanel } from './parts.ts';
import { t } from './texts.ts';
import './shift.css';

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
        <>
          <ShiftFigures shift={shift.data} />
          <LineOee store={store} />
        </>
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
