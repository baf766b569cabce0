/** The figures of a line's shift: computed once for all that show them, by the clock and not by each pulse. */
import { computed, type ReadonlySignal, untracked } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import type { GroupStore } from '../../../web/kit/live.ts';
import { type Standstill, type Window, windowOf } from '../downtimes.ts';
import type { Downtime, Machine, Shift } from '../entities.ts';
import { stopsOf, type Tally, talliesOf } from '../oee.ts';

const beatMs = 5000;

/** The present in steps of five seconds. */
const beat = computed(() => now.value - (now.value % beatMs));

export interface Figures {
  shift: Shift;
  window: Window;
  /** Downtimes of all machines that reach into the shift. */
  stops: readonly Standstill[];
  /** Of each machine that was ever heard. */
  tallies: readonly (Tally & { machine: string })[];
}

const held = new WeakMap<GroupStore, ReadonlySignal<Figures | undefined>>();

/** The figures of the active shift; undefined when there is none. */
export function figuresOf(store: GroupStore): ReadonlySignal<Figures | undefined> {
  const known = held.get(store);
  if (known !== undefined) return known;
  const figures = computed(() => {
    const [key] = store.keys('shift').value;
    const until = beat.value;
    const machineKeys = store.keys('machine').value;
    const downtimes = store.list<Downtime>('downtime');
    return untracked(() => {
      const shift = store.item<Shift>('shift', key ?? '').value?.data;
      if (key === undefined || shift === undefined) return undefined;
      const machines = machineKeys.flatMap((one) => store.item<Machine>('machine', one).value ?? []);
      const window = windowOf(shift, until);
      const stops = stopsOf(machines, downtimes).filter((stop) => (stop.until ?? until) > window.from);
      return { shift, window, stops, tallies: talliesOf(machines, stops, key, window) };
    });
  });
  held.set(store, figures);
  return figures;
}
