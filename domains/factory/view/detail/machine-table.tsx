/** The machines of a shift in figures, with the sum of the line. */
import { formatDuration } from '../../../../web/kit/duration.ts';
import { formatNumber } from '../../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../../web/kit/live.ts';
import type { Window } from '../../downtimes.ts';
import { oeeOf, sumOf, type Tally } from '../../oee.ts';
import { oeeTone, percent } from '../oee.tsx';
import { t } from '../texts.ts';
import { hundredths, minutesOf, type Sheet } from './csv-button.tsx';
import { titleOf } from './downtime-list.tsx';
import { Table } from './table.tsx';
import { dt } from './texts.ts';

/** Stops in ms: what is missing of the time. `machines` is how many are summed up. */
const stopsIn = (tally: Tally, window: Window, machines: number) => ({
  planned: (window.until - window.from) * machines - tally.plannedMs,
  unplanned: tally.plannedMs - tally.runMs,
});

interface Shift {
  tallies: readonly (Tally & { machine: string })[];
  window: Window;
}

export function MachineTable({
  store,
  tallies,
  window,
  label,
}: Shift & { store: GroupStore; label: string }) {
  return (
    <Table label={label}>
      <thead>
        <tr>
          <th scope="col">{dt('table.machine')}</th>
          <th scope="col">OEE</th>
          <th scope="col">{t('oee.availability')}</th>
          <th scope="col">{t('oee.performance')}</th>
          <th scope="col">{t('oee.quality')}</th>
          <th scope="col">{dt('table.made')}</th>
          <th scope="col">{dt('scrap')}</th>
          <th scope="col">{dt('table.planned')}</th>
          <th scope="col">{dt('table.unplanned')}</th>
        </tr>
      </thead>
      <tbody>
        {tallies.map((tally) => (
          <Row
            key={tally.machine}
            title={titleOf(store, tally.machine)}
            tally={tally}
            window={window}
            machines={1}
          />
        ))}
      </tbody>
      {tallies.length > 1 && (
        <tfoot>
          <Row title={dt('table.line')} tally={sumOf(tallies)} window={window} machines={tallies.length} />
        </tfoot>
      )}
    </Table>
  );
}

function Row({
  title,
  tally,
  window,
  machines,
}: {
  title: string;
  tally: Tally;
  window: Window;
  machines: number;
}) {
  const { oee, availability, performance, quality } = oeeOf(tally);
  const { planned, unplanned } = stopsIn(tally, window, machines);
  return (
    <tr>
      <th scope="row">{title}</th>
      <td class={`oee-cell tone-${oeeTone(oee)}`}>{percent(oee)}</td>
      <td>{percent(availability)}</td>
      <td>{percent(performance)}</td>
      <td>{percent(quality)}</td>
      <td>{formatNumber(tally.count)}</td>
      <td>{formatNumber(tally.scrap)}</td>
      <td>{formatDuration(planned)}</td>
      <td>{formatDuration(unplanned)}</td>
    </tr>
  );
}

/** The same figures as a table for a file. */
export function machineSheet(store: GroupStore, { tallies, window }: Shift): Sheet {
  return {
    columns: [
      dt('table.machine'),
      'OEE, %',
      `${t('oee.availability')}, %`,
      `${t('oee.performance')}, %`,
      `${t('oee.quality')}, %`,
      dt('table.made'),
      dt('scrap'),
      `${dt('table.planned')}, ${dt('table.minutes')}`,
      `${dt('table.unplanned')}, ${dt('table.minutes')}`,
    ],
    rows: tallies.map((tally) => {
      const { oee, availability, performance, quality } = oeeOf(tally);
      const { planned, unplanned } = stopsIn(tally, window, 1);
      return [
        titleOf(store, tally.machine),
        ...[oee, availability, performance, quality].map(hundredths),
        tally.count,
        tally.scrap,
        minutesOf(planned),
        minutesOf(unplanned),
      ];
    }),
  };
}
