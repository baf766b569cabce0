/** Reasons of downtime, the gravest first, with their share in sum: which few of them make most of it. */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { formatDuration } from '../../../../web/kit/duration.ts';
import { lossOf } from '../../codes.ts';
import type { Reason } from '../../downtimes.ts';
import { percent } from '../oee.tsx';
import { t } from '../texts.ts';
import { Table } from './table.tsx';
import { type DetailKey, dt } from './texts.ts';

type Order = 'time' | 'count';

export interface Ranked extends Reason {
  /** Part of the longest or most frequent, 0 to 1. */
  part: number;
  /** Share of this and all before it, 0 to 1. */
  sum: number;
}

/** The reasons in order, each with its share in sum. */
export function rankOf(reasons: readonly Reason[], order: Order): Ranked[] {
  const amount = ({ ms, count }: Reason) => (order === 'time' ? ms : count);
  const sorted = [...reasons].sort((a, b) => amount(b) - amount(a) || b.ms - a.ms);
  const total = sorted.reduce((sum, one) => sum + amount(one), 0);
  const top = sorted[0] === undefined ? 1 : amount(sorted[0]);
  let sum = 0;
  return sorted.map((one) => {
    sum += amount(one);
    return { ...one, part: amount(one) / top, sum: sum / total };
  });
}

/** @param reasons by their sums, in any order */
export function Pareto({ reasons: given }: { reasons: readonly Reason[] }) {
  const order = useSignal<Order>('time');
  const shown = useSignal<'chart' | 'table'>('chart');
  const reasons = rankOf(given, order.value);
  if (reasons.length === 0) return <p class="quiet">{dt('downtimes.none')}</p>;
  return (
    <div class="pareto">
      <div class="pareto-choices">
        <Choice
          label="pareto.order"
          value={order.value}
          options={{ time: 'pareto.time', count: 'pareto.count' }}
          onChoose={(value) => {
            order.value = value;
          }}
        />
        <Choice
          label="pareto.show"
          value={shown.value}
          options={{ chart: 'pareto.chart', table: 'pareto.table' }}
          onChoose={(value) => {
            shown.value = value;
          }}
        />
      </div>
      {shown.value === 'chart' ? (
        <Chart reasons={reasons} order={order.value} />
      ) : (
        <ReasonTable reasons={reasons} />
      )}
    </div>
  );
}

/** Two or three words of which one holds. */
function Choice<T extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: DetailKey;
  value: T;
  options: Record<T, DetailKey>;
  onChoose: (value: T) => void;
}) {
  const id = useId();
  return (
    <fieldset class="choice segments" aria-label={dt(label)}>
      {(Object.entries(options) as [T, DetailKey][]).map(([name, word]) => (
        <label key={name}>
          <input type="radio" name={id} checked={value === name} onChange={() => onChoose(name)} />
          <span>{dt(word)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Chart({ reasons, order }: { reasons: readonly Ranked[]; order: Order }) {
  return (
    <ol class="pareto-chart">
      {reasons.map(({ reason, ms, count, part, sum }) => (
        <li key={reason} class={`tone-${lossOf[reason] === 'planned' ? 'busy' : 'bad'}`}>
          <span class="listeners-only">
            {dt('pareto.label', {
              reason: t(`reason.${reason}`),
              time: formatDuration(ms),
              count,
              share: percent(sum),
            })}
          </span>
          <span class="pareto-reason" aria-hidden="true">
            {t(`reason.${reason}`)}
          </span>
          <span class="pareto-amount figure" aria-hidden="true">
            {order === 'time' ? formatDuration(ms) : `${count}×`}
          </span>
          <span class="pareto-track" aria-hidden="true">
            <span class="pareto-bar" style={{ inlineSize: `${part * 100}%` }} />
            <span class="pareto-sum" style={{ insetInlineStart: `${sum * 100}%` }} />
          </span>
          <span class="small quiet figure" aria-hidden="true">
            {percent(sum)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function ReasonTable({ reasons }: { reasons: readonly Ranked[] }) {
  return (
    <Table label={dt('pareto')}>
      <thead>
        <tr>
          <th scope="col">{dt('table.reason')}</th>
          <th scope="col">{dt('table.time')}</th>
          <th scope="col">{dt('table.count')}</th>
          <th scope="col">{dt('pareto.sum')}</th>
        </tr>
      </thead>
      <tbody>
        {reasons.map(({ reason, ms, count, sum }) => (
          <tr key={reason}>
            <th scope="row">{t(`reason.${reason}`)}</th>
            <td>{formatDuration(ms)}</td>
            <td>{count}</td>
            <td>{percent(sum)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
