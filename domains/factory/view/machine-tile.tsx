/** One machine at a glance. An update of the machine repaints this tile and no other. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../../../web/kit/announce.ts';
import { now } from '../../../web/kit/clock.ts';
import { formatDuration } from '../../../web/kit/duration.ts';
import { formatNumber } from '../../../web/kit/i18n.ts';
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Age, Counter, Elapsed, Panel, Sparkline, Status } from '../../../web/kit/parts.tsx';
import { isOpen } from '../andon.ts';
import { andonKinds } from '../codes.ts';
import type { Andon, Employee, Machine } from '../entities.ts';
import { bucketMs, moveOn, ratePerMinute } from '../rates.ts';
import { andonIcons, silentFor, statusLooks } from './looks.ts';
import { MachineOee } from './oee.tsx';
import { MachineDetail } from './parts.ts';
import { t } from './texts.ts';
import './machine-tile.css';

export function MachineTile({
  store,
  line,
  machine: key,
}: {
  store: GroupStore;
  line: string;
  machine: string;
}) {
  const open = useSignal(false);
  const item = store.item<Machine>('machine', key).value;
  const status = item?.data.status;
  const before = useRef(status);
  useEffect(() => {
    if (item !== undefined && before.current !== status) {
      announce(`${item.data.title}: ${t(`status.${item.data.status}`)}.`);
    }
    before.current = status;
  }, [status]);
  if (item === undefined) return null;
  const machine = item.data;
  const { icon, tone } = statusLooks[machine.status];
  return (
    <>
      <article class={`tile tone-${tone}`} data-machine={key}>
        <header class="tile-head">
          <h2>
            <button
              type="button"
              class="tile-open"
              aria-haspopup="dialog"
              title={t('details', { title: machine.title })}
              onClick={() => {
                open.value = true;
              }}
            >
              {machine.title}
            </button>
          </h2>
          <Status icon={icon} word={t(`status.${machine.status}`)} tone={tone} />
        </header>
        <p class="tile-state">
          <Calls store={store} machine={key} />
          <span>
            {t('since')} <Elapsed from={machine.statusSince} />
          </span>
          {machine.reason !== undefined && <span class="tile-reason">{t(`reason.${machine.reason}`)}</span>}
          {machine.note !== undefined && <span class="tile-note">{machine.note}</span>}
        </p>
        <div class="tile-figures">
          <span class="tile-counter">
            <Counter value={machine.counter} />
          </span>
          <span class="tile-pace">
            <Rate machine={machine} />
            <MachineOee store={store} machine={key} />
          </span>
        </div>
        <Spark machine={machine} />
        <footer class="tile-foot">
          <Operator store={store} employee={machine.operator} />
          <LastPulse machine={machine} />
        </footer>
      </article>
      {open.value && (
        <Panel
          title={machine.title}
          onClose={() => {
            open.value = false;
          }}
        >
          <MachineDetail store={store} line={line} machine={key} />
        </Panel>
      )}
    </>
  );
}

/** What somebody at the machine waits for. */
function Calls({ store, machine }: { store: GroupStore; machine: string }) {
  const kinds = useComputed(() =>
    andonKinds.filter((kind) => {
      const call = store.item<Andon>('andon', `${machine}.${kind}`).value;
      return call !== undefined && isOpen(call.data);
    }),
  ).value;
  if (kinds.length === 0) return null;
  return (
    <span class="tile-calls">
      {kinds.map((kind) => (
        <span key={kind}>
          <Icon draw={andonIcons[kind]} /> {t(`andon.${kind}`)}
        </span>
      ))}
    </span>
  );
}

/** Pulses per minute. Between two pulses the screen's own clock lets it sink. */
export function Rate({ machine }: { machine: Machine }) {
  const text = formatNumber(Math.round(ratePerMinute(machine, now.value)));
  return <span class="figure rate">{t('rate', { rate: text })}</span>;
}

export function Spark({ machine }: { machine: Machine }) {
  const bucket = useComputed(() => now.value - (now.value % bucketMs)).value;
  // Without the bucket that is still filling: it would always look like a fall.
  const spark = moveOn(machine, bucket).spark.slice(0, -1);
  const rate = Math.round(ratePerMinute(machine, bucket));
  return <Sparkline values={spark} label={t('rate.last', { rate })} />;
}

function Operator({ store, employee }: { store: GroupStore; employee: string | undefined }) {
  const name =
    employee === undefined
      ? t('operator.none')
      : (store.item<Employee>('employee', employee).value?.data.name ?? employee);
  return (
    <span class={employee === undefined ? 'quiet' : undefined} title={t('operator')}>
      <Icon draw={icons.person} />
      {name}
    </span>
  );
}

/** The age of the last pulse; in alarm when a running machine has been silent for too long. */
export function LastPulse({ machine }: { machine: Machine }) {
  if (machine.lastPulseAt === undefined) return <span class="quiet">{t('pulse.none')}</span>;
  const silence = silentFor(machine, now.value);
  if (silence !== undefined) {
    return (
      <span class="silent">
        <Icon draw={icons.warning} />
        {t('pulse.silent', { age: formatDuration(silence) })}
      </span>
    );
  }
  return (
    <span class="quiet" title={t('pulse.last')}>
      <Age at={machine.lastPulseAt} />
    </span>
  );
}
