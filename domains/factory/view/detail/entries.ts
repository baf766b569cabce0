/** The downtimes of the shift as the screens list them: each with its item once it is over. */
import type { GroupStore, LiveItem } from '../../../../web/kit/live.ts';
import { isUnqualified, type Standstill } from '../../downtimes.ts';
import type { Downtime } from '../../entities.ts';
import { figuresOf } from '../figures.ts';

export interface Entry extends Standstill {
  /** The same while it goes on and when it is over. */
  id: string;
  /** Absent while it goes on. */
  item?: LiveItem<Downtime>;
}

const idOf = ({ machine, from }: Pick<Standstill, 'machine' | 'from'>) => `${machine}@${from}`;

/** Those without a reason first, then the latest. @param machine of this one only */
export function entriesOf(store: GroupStore, machine?: string): Entry[] {
  const items = new Map(store.list<Downtime>('downtime').map((item) => [idOf(item.data), item]));
  const stops = figuresOf(store).value?.stops ?? [];
  return stops
    .filter((stop) => machine === undefined || stop.machine === machine)
    .map((stop) => {
      const item = stop.until === undefined ? undefined : items.get(idOf(stop));
      return { ...stop, id: idOf(stop), ...(item === undefined ? {} : { item }) };
    })
    .sort((a, b) => Number(isUnqualified(b)) - Number(isUnqualified(a)) || b.from - a.from);
}
