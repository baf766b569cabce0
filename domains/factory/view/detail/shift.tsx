/** The shift of a line in detail: bands, downtimes, reasons, machines, and the shifts before. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { isUnqualified, reasonsOf } from '../../downtimes.ts';
import { figuresOf } from '../figures.ts';
import './detail.css';
import { CsvButton } from './csv-button.tsx';
import { DowntimeList, downtimeSheet } from './downtime-list.tsx';
import { MachineTable, machineSheet } from './machine-table.tsx';
import { Pareto } from './pareto.tsx';
import { Reports, reportSheet } from './reports.tsx';
import { dt } from './texts.ts';
import { Timeline } from './timeline.tsx';

export function ShiftDetail({ store, line }: { store: GroupStore; line: string }) {
  const figures = figuresOf(store).value;
  const unqualified = figures?.stops.filter(isUnqualified).length ?? 0;
  return (
    <section class="shift-detail" aria-label={dt('shift.detail')}>
      {figures !== undefined && (
        <>
          <Card title={dt('timeline')} wide>
            <Timeline store={store} line={line} figures={figures} />
          </Card>
          <Card
            title={dt('downtimes')}
            side={
              <>
                {unqualified > 0 && (
                  <span class="badge">{dt('downtimes.unqualified', { count: unqualified })}</span>
                )}
                <CsvButton
                  name={`downtimes-${line}`}
                  title={dt('downtimes')}
                  sheet={() => downtimeSheet(store)}
                />
              </>
            }
          >
            <DowntimeList store={store} line={line} />
          </Card>
          <Card title={dt('pareto')}>
            <Pareto reasons={reasonsOf(figures.stops, figures.window)} />
          </Card>
          <Card
            title={dt('table.machines')}
            wide
            side={
              <CsvButton
                name={`machines-${line}`}
                title={dt('table.machines')}
                sheet={() => machineSheet(store, figures)}
              />
            }
          >
            <MachineTable
              store={store}
              tallies={figures.tallies}
              window={figures.window}
              label={dt('table.machines')}
            />
          </Card>
        </>
      )}
      <Card
        title={dt('reports')}
        wide
        side={<CsvButton name={`shifts-${line}`} title={dt('reports')} sheet={() => reportSheet(store)} />}
      >
        <Reports store={store} />
      </Card>
    </section>
  );
}

function Card({
  title,
  side,
  wide = false,
  children,
}: {
  title: string;
  side?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`card ${wide ? 'wide' : ''}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        {side}
      </header>
      {children}
    </section>
  );
}
