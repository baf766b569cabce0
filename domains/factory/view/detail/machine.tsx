/** A machine in detail: its figures, its shift, and what a person may say of it. */
import { formatNumber } from '../../../../web/kit/i18n.ts';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { Counter, Elapsed, Status } from '../../../../web/kit/parts.tsx';
import { usePlatform } from '../../../../web/kit/platform.ts';
import { leads, worksAt } from '../../access.ts';
import type { Line, Machine } from '../../entities.ts';
import { scrapOf, shiftCountOf } from '../../worktime.ts';
import { figuresOf } from '../figures.ts';
import { statusLooks } from '../looks.ts';
import { LastPulse, Rate, Spark } from '../machine-tile.tsx';
import { OeeFigures } from '../oee.tsx';
import { t } from '../texts.ts';
import { Axis, MachineBand } from './band.tsx';
import { CallButtons } from './call-buttons.tsx';
import { DowntimeList } from './downtime-list.tsx';
import { IdealRate } from './ideal-rate.tsx';
import { ScrapForm } from './scrap.tsx';
import { OperatorChoice, StatusForm } from './status-form.tsx';
import './detail.css';
import { dt } from './texts.ts';

export interface MachineAt {
  store: GroupStore;
  line: string;
  machine: string;
}

export function MachineDetail({ store, line, machine: key }: MachineAt) {
  const { me } = usePlatform();
  const item = store.item<Machine>('machine', key).value;
  if (item === undefined) return null;
  const machine = item.data;
  const { icon, tone } = statusLooks[machine.status];
  const shift = store.item<Line>('line', line).value?.data.shift;
  const mayWork = worksAt(me.value, line);
  return (
    <>
      <p class="panel-status">
        <Status icon={icon} word={t(`status.${machine.status}`)} tone={tone} />
        <span>
          {t('since')} <Elapsed from={machine.statusSince} />
        </span>
      </p>
      {machine.reason !== undefined && <p>{t(`reason.${machine.reason}`)}</p>}
      {machine.note !== undefined && <p class="quote">{machine.note}</p>}
      {mayWork && <CallButtons store={store} line={line} machine={key} />}
      <div class="panel-spark">
        <Spark machine={machine} />
      </div>
      <dl class="facts">
        <dt>{t('total.pulses')}</dt>
        <dd>
          <Counter value={machine.counter} />
        </dd>
        <dt>{t('shift.pulses')}</dt>
        <dd class="figure">{formatNumber(shiftCountOf(machine, shift))}</dd>
        <dt>{dt('scrap')}</dt>
        <dd class="figure">{formatNumber(scrapOf(machine, shift))}</dd>
        <dt>{t('pulse.last')}</dt>
        <dd>
          <LastPulse machine={machine} /> · <Rate machine={machine} />
        </dd>
      </dl>
      <MachineShift store={store} machine={key} />
      {mayWork && (
        <>
          <StatusForm line={line} machine={key} data={machine} />
          {shift !== undefined && <ScrapForm store={store} line={line} machine={key} />}
          <OperatorChoice store={store} line={line} machine={key} />
        </>
      )}
      {leads(me.value, line) && <IdealRate line={line} machine={key} data={machine} />}
      {shift !== undefined && (
        <section>
          <h3>{dt('downtimes')}</h3>
          <DowntimeList store={store} line={line} machine={key} />
        </section>
      )}
    </>
  );
}

/** OEE and band of the machine in the shift. Beats with the figures, and not with each pulse. */
function MachineShift({ store, machine: key }: Omit<MachineAt, 'line'>) {
  const figures = figuresOf(store).value;
  const tally = figures?.tallies.find(({ machine }) => machine === key);
  if (figures === undefined || tally === undefined) return null;
  return (
    <>
      <OeeFigures tally={tally} />
      <div>
        <MachineBand store={store} machine={key} figures={figures} />
        <Axis figures={figures} />
      </div>
    </>
  );
}
