/** Small parts that views are made of: status, age, counter, progress, sparkline, panel. The shell uses none of them. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { now } from './clock.ts';
import { formatAge, formatClock, formatDuration } from './duration.ts';
import { formatDateTime, formatNumber, translator } from './i18n.ts';
import { type Drawing, Icon, icons } from './icons.tsx';

const t = translator({ en: { close: 'Close' }, ru: { close: 'Закрыть' } });

/** Colours of states. Colour never stands alone: an icon and a word say the same. */
export type Tone = 'good' | 'waiting' | 'bad' | 'busy' | 'quiet';

export function Status({ icon, word, tone }: { icon: Drawing; word: string; tone: Tone }) {
  return (
    <span class={`status tone-${tone}`}>
      <Icon draw={icon} />
      <span>{word}</span>
    </span>
  );
}

/** How long ago, ticking with the shared clock; the exact time as a tooltip. */
export function Age({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={formatDateTime(at)}>
      {formatAge(at, now.value)}
    </time>
  );
}

/** A length of time that grows: since `from`, on top of `before` milliseconds. */
export function Elapsed({ from, before = 0, clock }: { from: number; before?: number; clock?: boolean }) {
  const ms = before + now.value - from;
  return <span class="figure">{clock ? formatClock(ms) : formatDuration(ms)}</span>;
}

const calm = () => globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false;

/** A number that counts: digits of one width, and a short glow when it changes. */
export function Counter({ value }: { value: number }) {
  const cell = useRef<HTMLSpanElement>(null);
  const shown = useRef(value);
  useEffect(() => {
    if (shown.current !== value && !calm()) {
      cell.current?.animate?.([{ color: 'var(--accent)' }, {}], { duration: 700, easing: 'ease-out' });
    }
    shown.current = value;
  }, [value]);
  return (
    <span class="figure counter" ref={cell}>
      {formatNumber(value)}
    </span>
  );
}

/** A bar from 0 to `target` with a mark at `expected`; the words belong to the caller, `label` is for listeners. */
export function Progress({
  value,
  target,
  expected,
  label,
  tone = 'good',
}: {
  value: number;
  target: number;
  expected?: number | undefined;
  label: string;
  tone?: Tone;
}) {
  const part = (amount: number) => `${target > 0 ? Math.min(100, Math.max(0, (amount / target) * 100)) : 0}%`;
  return (
    <div
      class={`progress tone-${tone}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={target}
      aria-valuenow={Math.min(value, target)}
    >
      <div class="progress-bar" style={{ inlineSize: part(value) }} />
      {expected !== undefined && <div class="progress-mark" style={{ insetInlineStart: part(expected) }} />}
    </div>
  );
}

/** A small line of the last values, the newest at the right. `label` says in words what it shows. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const top = Math.max(1, ...values);
  const step = values.length > 1 ? 100 / (values.length - 1) : 100;
  const points = values.map(
    (value, index) => `${(index * step).toFixed(1)},${(27 - (value / top) * 24).toFixed(1)}`,
  );
  return (
    <svg class="sparkline" viewBox="0 0 100 28" preserveAspectRatio="none" role="img" aria-label={label}>
      {points.length > 1 && (
        <>
          <polygon points={`0,28 ${points.join(' ')} 100,28`} />
          <polyline points={points.join(' ')} />
        </>
      )}
    </svg>
  );
}

/** A panel above the page: the browser's own modal dialog, so that focus, Escape and the backdrop behave. */
export function Panel({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog class="panel" ref={dialog} aria-label={title} onClose={onClose} closedby="any">
      <div class="panel-body">
        <header class="panel-head">
          <h2>{title}</h2>
          <button type="button" class="button icon-only" aria-label={t('close')} onClick={onClose}>
            <Icon draw={icons.close} />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
