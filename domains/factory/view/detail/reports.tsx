/** What the shifts before came to. */
import { useSignal } from '@preact/signals';
import { formatDuration } from '../../../../web/kit/duration.ts';
import { formatDateTime } from '../../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { Panel } from '../../../../web/kit/parts.tsx';
import { windowOf } from '../../downtimes.ts';
import type { Report } from '../../entities.ts';
import { oeeOf, sumOf } from '../../oee.ts';
import { OeeFigures, oeeTone, percent } from '../oee.tsx';
import { t } from '../texts.ts';
import { hundredths, isoOf, type Sheet } from './csv-button.tsx';
import { MachineTable } from './machine-table.tsx';
import { Pareto } from './pareto.tsx';
import { Table } from './table.tsx';
import { dt } from './texts.ts';

/** The latest first. */
const reportsOf = (store: GroupStore) =>
  store.list<Report>('report').sort((a, b) => b.data.endedAt - a.data.endedAt);

export function Reports({ store }: { store: GroupStore }) {
  const open = useSignal<string | undefined>(undefined);
  const reports = reportsOf(store);
  const shown = reports.find(({ key }) => key === open.value);
  if (reports.length === 0) return <p class="quiet">{dt('reports.none')}</p>;
  return (
    <>
      <Table label={dt('reports')}>
        <thead>
          <tr>
            <th scope="col">{dt('reports.shift')}</th>
            <th scope="col">OEE</th>
            <th scope="col">{t('oee.availability')}</th>
            <th scope="col">{t('oee.performance')}</th>
            <th scope="col">{t('oee.quality')}</th>
            <th scope="col">{dt('table.made')}</th>
            <th scope="col">{dt('pareto')}</th>
          </tr>
        </thead>
        <tbody>
          {reports.map(({ key, data }) => (
            <ReportRow
              key={key}
              report={data}
              onOpen={() => {
                open.value = key;
              }}
            />
          ))}
        </tbody>
      </Table>
      {shown !== undefined && (
        <Panel
          title={shown.data.title}
          onClose={() => {
            open.value = undefined;
          }}
        >
          <ReportDetail store={store} report={shown.data} />
        </Panel>
      )}
    </>
  );
}

/** A shift of before: its machines and why they stood. */
function ReportDetail({ store, report }: { store: GroupStore; report: Report }) {
  return (
    <>
      <p>
        {t('shift.lead', { name: report.lead })}
        <br />
        <span class="figure">
          {formatDateTime(report.startedAt)} – {formatDateTime(report.endedAt)}
        </span>
      </p>
      <p>{t('shift.progress', { produced: report.produced, target: report.target })}</p>
      {report.correctedAt !== undefined && (
        <p class="small">
          {dt('reports.corrected.how', { time: formatDateTime(report.correctedAt), count: report.late ?? 0 })}
        </p>
      )}
      <OeeFigures tally={sumOf(report.machines)} />
      <MachineTable
        store={store}
        tallies={report.machines}
        window={windowOf(report, report.endedAt)}
        label={report.title}
      />
      <h3>{dt('pareto')}</h3>
      <Pareto reasons={report.reasons} />
    </>
  );
}

function ReportRow({ report, onOpen }: { report: Report; onOpen: () => void }) {
  const { oee, availability, performance, quality } = oeeOf(sumOf(report.machines));
  const [worst] = report.reasons;
  return (
    <tr>
      <th scope="row">
        <button type="button" class="row-open" aria-haspopup="dialog" onClick={onOpen}>
          {report.title}
        </button>
        <br />
        <span class="small quiet">{formatDateTime(report.endedAt)}</span>
      </th>
      <td class={`oee-cell tone-${oeeTone(oee)}`}>{percent(oee)}</td>
      <td>{percent(availability)}</td>
      <td>{percent(performance)}</td>
      <td>{percent(quality)}</td>
      <td>
        {dt('reports.of', { produced: report.produced, target: report.target })}
        {report.correctedAt !== undefined && (
          <>
            <br />
            <span class="small quiet">{dt('reports.corrected')}</span>
          </>
        )}
      </td>
      <td>{worst === undefined ? '–' : `${t(`reason.${worst.reason}`)}, ${formatDuration(worst.ms)}`}</td>
    </tr>
  );
}

/** The shifts before as a table for a file. */
export function reportSheet(store: GroupStore): Sheet {
  return {
    columns: [
      dt('reports.shift'),
      dt('table.from'),
      dt('table.until'),
      'OEE, %',
      `${t('oee.availability')}, %`,
      `${t('oee.performance')}, %`,
      `${t('oee.quality')}, %`,
      dt('table.made'),
      dt('reports.target'),
    ],
    rows: reportsOf(store).map(({ data }) => {
      const { oee, availability, performance, quality } = oeeOf(sumOf(data.machines));
      return [
        data.title,
        isoOf(data.startedAt),
        isoOf(data.endedAt),
        ...[oee, availability, performance, quality].map(hundredths),
        data.produced,
        data.target,
      ];
    }),
  };
}
