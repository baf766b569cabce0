/** OEE on the screen: the product large, its three parts as bars. */
import { useComputed } from '@preact/signals';
import { formatNumber } from '../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../web/kit/live.ts';
import type { Tone } from '../../../web/kit/parts.tsx';
import { oeeOf, sumOf, type Tally } from '../oee.ts';
import { figuresOf } from './figures.ts';
import { t } from './texts.ts';
import './oee.css';

/** A part of one as percent; a dash while it is not known. */
export const percent = (part: number | undefined): string =>
  part === undefined ? '–' : t('percent', { n: formatNumber(Math.round(part * 100)) });

/** From 85 % a line is called world class, below 60 % there is much to win. */
const good = 0.85;
const poor = 0.6;

export function oeeTone(oee: number | undefined): Tone {
  if (oee === undefined) return 'quiet';
  return oee >= good ? 'good' : oee >= poor ? 'waiting' : 'bad';
}

export function OeeFigures({ tally }: { tally: Tally }) {
  const { oee, availability, performance, quality, overIdeal } = oeeOf(tally);
  return (
    <div class="oee">
      <p class={`oee-total tone-${oeeTone(oee)}`}>
        <span class="figure">{percent(oee)}</span> <abbr title={t('oee.title')}>OEE</abbr>
      </p>
      <dl class="oee-parts">
        {Object.entries({ availability, performance, quality }).map(([name, part]) => (
          <div key={name} class={`tone-${oeeTone(part)}`}>
            <dt>{t(`oee.${name as 'availability' | 'performance' | 'quality'}`)}</dt>
            <dd class="figure">{percent(part)}</dd>
            <dd class="oee-bar" aria-hidden="true">
              <span style={{ inlineSize: `${(part ?? 0) * 100}%` }} />
            </dd>
          </div>
        ))}
      </dl>
      {overIdeal && <p class="small quiet">{t('oee.over')}</p>}
    </div>
  );
}

/** Of the whole line in its shift. */
export function LineOee({ store }: { store: GroupStore }) {
  const figures = figuresOf(store).value;
  if (figures === undefined) return null;
  return <OeeFigures tally={sumOf(figures.tallies)} />;
}

/** Of one machine, in one word: repaints only when the shown number changes. */
export function MachineOee({ store, machine }: { store: GroupStore; machine: string }) {
  const shown = useComputed(() => {
    const tally = figuresOf(store).value?.tallies.find((one) => one.machine === machine);
    return tally === undefined ? undefined : percent(oeeOf(tally).oee);
  });
  if (shown.value === undefined) return null;
  return (
    <span class="tile-oee figure">
      <span class="quiet">OEE</span> {shown}
    </span>
  );
}
