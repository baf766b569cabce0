/** The shift of all machines as bands, one below the other: what stood when, and together with what. */
import { useSignal } from '@preact/signals';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { Panel } from '../../../../web/kit/parts.tsx';
import { type Figures, figuresOf } from '../figures.ts';
import { Axis, type Look, lookWords, MachineBand } from './band.tsx';
import { titleOf } from './downtime-list.tsx';
import { DowntimePanel } from './downtime-panel.tsx';
import { entriesOf } from './entries.ts';
import { MachineDetail } from './machine.tsx';
import { dt } from './texts.ts';

const looks: readonly Look[] = ['running', 'idle', 'down', 'planned', 'offline'];

type Open = { machine: string } | { downtime: string };

export function Timeline({ store, line, figures }: { store: GroupStore; line: string; figures: Figures }) {
  const open = useSignal<Open | undefined>(undefined);
  const close = () => {
    open.value = undefined;
  };
  const look = (machine: string) => (event: MouseEvent) => {
    const from = (event.target as HTMLElement).dataset.from;
    const window = figuresOf(store).peek()?.window;
    const entry =
      from !== undefined &&
      entriesOf(store, machine).find((one) => Math.max(one.from, window?.from ?? 0) === Number(from));
    open.value = entry ? { downtime: entry.id } : { machine };
  };
  const asked = open.value;
  return (
    <div class="timeline">
      <ul class="bands">
        {figures.tallies.map(({ machine }) => (
          <li key={machine}>
            <button type="button" class="band-row" aria-haspopup="dialog" onClick={look(machine)}>
              <span class="band-title">{titleOf(store, machine)}</span>
              <MachineBand store={store} machine={machine} figures={figures} />
            </button>
          </li>
        ))}
      </ul>
      <div class="band-row">
        <span class="band-title" />
        <Axis figures={figures} />
      </div>
      <ul class="legend small">
        {looks.map((one) => (
          <li key={one}>
            <span class={`swatch stretch-${one}`} />
            {lookWords[one]()}
          </li>
        ))}
      </ul>
      <p class="small quiet">{dt('timeline.hint')}</p>
      {asked !== undefined && 'machine' in asked && (
        <Panel title={titleOf(store, asked.machine)} onClose={close}>
          <MachineDetail store={store} line={line} machine={asked.machine} />
        </Panel>
      )}
      {asked !== undefined && 'downtime' in asked && (
        <DowntimePanel store={store} line={line} id={asked.downtime} onClose={close} />
      )}
    </div>
  );
}
