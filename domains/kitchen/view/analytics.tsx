/** The last 24 hours: orders by the hour, and how long the stages took. */

import { useComputed } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { formatNumber, formatTime, nameOf } from '../../../web/kit/i18n.ts';
import { useGroup, usePlatform } from '../../../web/kit/platform.ts';
import type { Hour } from '../entities.ts';
import { beginOf, hourMs, lastHours, sumsOf } from '../hours.ts';
import { openStates } from '../states.ts';
import { t } from './texts.ts';
import { formatTimer } from './timer.tsx';
import './analytics.css';

const length = (ms: number | undefined) => (ms === undefined ? t('figures.unknown') : formatTimer(ms));

export function AnalyticsPage({ group }: { group: string; params: Record<string, string> }) {
  const store = useGroup(group);
  const place = usePlatform().groups.value.find((entry) => entry.group === group);
  const hour = useComputed(() => beginOf(now.value)).value;
  const day = lastHours(
    store.list<Hour>('hour').map(({ data }) => data),
    hour,
  );
  const hours = day.flatMap(({ hour: one }) => one ?? []);
  const sums = sumsOf(hours);
  return (
    <div class="figures">
      <h1>{place === undefined ? t('figures.title') : nameOf(place)}</h1>
      <ul class="figures-sums">
        {(['placed', 'served', 'cancelled'] as const).map((name) => (
          <li key={name} class="card" data-sum={name}>
            <span class="figure figures-sum">{formatNumber(sums[name])}</span>
            <span class="quiet">{t(`figures.${name}`)}</span>
          </li>
        ))}
      </ul>
      <section class="card">
        <h2>{t('figures.perHour')}</h2>
        <Bars day={day} />
      </section>
      <section class="card">
        <h2>{t('figures.stages')}</h2>
        <dl class="facts">
          {openStates.map((state) => (
            <div key={state} data-stage={state}>
              <dt>{t(`figures.${state}`)}</dt>
              <dd>{length(sums[state])}</dd>
            </div>
          ))}
        </dl>
      </section>
      <details class="card">
        <summary>{t('figures.table')}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by the keyboard */}
        <section class="figures-table" aria-label={t('figures.table')} tabIndex={0}>
          <HourTable hours={hours} />
        </section>
      </details>
    </div>
  );
}

function Bars({ day }: { day: ReturnType<typeof lastHours> }) {
  const top = Math.max(1, ...day.map(({ hour }) => hour?.placed ?? 0));
  return (
    <ol class="bars">
      {day.map(({ at, hour }, index) => {
        const count = hour?.placed ?? 0;
        return (
          <li key={at} class="bar-place" title={t('figures.hour', { from: formatTime(at), count })}>
            <span class="bar-count figure">{count === 0 ? '' : formatNumber(count)}</span>
            <span class="bar" style={{ '--part': count / top }} />
            <span class="bar-hour figure small quiet">{index % 3 === 2 ? formatTime(at) : ''}</span>
          </li>
        );
      })}
    </ol>
  );
}

function HourTable({ hours }: { hours: readonly Hour[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('figures.hourHead')}</th>
          <th scope="col">{t('figures.placed')}</th>
          {openStates.map((state) => (
            <th key={state} scope="col">
              {t(`figures.${state}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {hours.map((hour) => {
          const sums = sumsOf([hour]);
          return (
            <tr key={hour.at}>
              <th scope="row" class="figure">
                {formatTime(hour.at)}–{formatTime(hour.at + hourMs)}
              </th>
              <td class="figure">{formatNumber(hour.placed)}</td>
              {openStates.map((state) => (
                <td key={state} class="figure">
                  {sums[state] === undefined ? '—' : formatTimer(sums[state])}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
