/** The states of a machine over its shift as a band, and the hours below it. */
import { formatDuration } from '../../../../web/kit/duration.ts';
import { formatTime } from '../../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { lossOf } from '../../codes.ts';
import type { Machine, Track } from '../../entities.ts';
import { bandOf, type Stretch } from '../../track.ts';
import type { Figures } from '../figures.ts';
import { t } from '../texts.ts';
import { titleOf } from './downtime-list.tsx';
import { dt } from './texts.ts';

/** The band reaches to the planned end of the shift, and further once that has passed. */
const endOf = ({ shift, window }: Figures) => Math.max(shift.plannedEnd, window.until);

const partOf = (figures: Figures, at: number) =>
  ((at - figures.window.from) / Math.max(1, endOf(figures) - figures.window.from)) * 100;

/** How a stretch looks: planned stops apart from others. */
export type Look = 'running' | 'idle' | 'down' | 'planned' | 'offline';

function lookOf({ status, reason }: Stretch): Look {
  if (status === 'maintenance') return 'planned';
  if (status === 'down' && reason !== undefined && lossOf[reason] === 'planned') return 'planned';
  return status;
}

export const lookWords: Record<Look, () => string> = {
  running: () => t('status.running'),
  idle: () => t('status.idle'),
  down: () => t('status.down'),
  planned: () => dt('band.planned'),
  offline: () => t('status.offline'),
};

function wordsOf(stretch: Stretch): string {
  const reason = stretch.reason === undefined ? '' : ` · ${t(`reason.${stretch.reason}`)}`;
  const times = `${formatTime(stretch.from)}–${formatTime(stretch.until)}`;
  return `${lookWords[lookOf(stretch)]()}${reason} · ${times} · ${formatDuration(stretch.until - stretch.from)}`;
}

export function MachineBand({
  store,
  machine,
  figures,
}: {
  store: GroupStore;
  machine: string;
  figures: Figures;
}) {
  const data = store.item<Machine>('machine', machine).peek()?.data;
  const track = store.item<Track>('track', machine).value?.data;
  if (data === undefined) return null;
  const { window, stops } = figures;
  const shift = store.keys('shift').value[0];
  const band = bandOf(machine, data, track?.shift === shift ? track : undefined, stops, window);
  const sum = (looks: readonly Look[]) =>
    band
      .filter((stretch) => looks.includes(lookOf(stretch)))
      .reduce((ms, { from, until }) => ms + until - from, 0);
  const label = dt('band.label', {
    machine: titleOf(store, machine),
    run: formatDuration(sum(['running'])),
    count: stops.filter((stop) => stop.machine === machine).length,
    down: formatDuration(sum(['down', 'planned', 'offline'])),
  });
  return (
    <div class="band" role="img" aria-label={label}>
      {band.map((stretch) => (
        <span
          key={stretch.from}
          class={`stretch stretch-${lookOf(stretch)}`}
          title={wordsOf(stretch)}
          data-from={stretch.reason === undefined ? undefined : stretch.from}
          style={{
            insetInlineStart: `${partOf(figures, stretch.from)}%`,
            inlineSize: `${partOf(figures, stretch.until) - partOf(figures, stretch.from)}%`,
          }}
        />
      ))}
      <span class="band-now" style={{ insetInlineStart: `${partOf(figures, window.until)}%` }} />
    </div>
  );
}

const hourMs = 3_600_000;

/** Marks at whole hours, so many that they have room. */
export function Axis({ figures }: { figures: Figures }) {
  const end = endOf(figures);
  const hours = (end - figures.window.from) / hourMs;
  const step = hours <= 5 ? hourMs : hours <= 10 ? 2 * hourMs : 4 * hourMs;
  const first = Math.ceil(figures.window.from / step) * step;
  const marks = Array.from(
    { length: Math.max(0, Math.floor((end - first) / step) + 1) },
    (_, index) => first + index * step,
  );
  return (
    <div class="axis small quiet figure" aria-hidden="true">
      {marks.map((at) => (
        <span key={at} style={{ insetInlineStart: `${partOf(figures, at)}%` }}>
          {formatTime(at)}
        </span>
      ))}
    </div>
  );
}
