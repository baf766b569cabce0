/** What a display shows: a state and a station, kept in its address, so that each screen on the wall has its own. */
import { param } from '../../../web/kit/route.ts';
import { type OpenState, openStates, type Station, stations } from '../states.ts';

export const displayParam = param('display');
export const stationParam = param('station');

/** The state of the display; undefined shows all open orders, and all of them: no limit to the most recent. */
export const shownState = (): OpenState | undefined =>
  openStates.find((state) => state === displayParam.value);
export const shownStation = (): Station | undefined => stations.find((one) => one === stationParam.value);

/** The command that one bump of a card stands for, and its input besides location and order. */
export interface Bump {
  command: 'start-order' | 'bump-order' | 'bump-station' | 'serve-order';
  input: { station?: Station };
}

/** One tap moves an order on; at a station's own screen it finishes what that station makes. */
export function bumpOf(state: OpenState, display: OpenState | undefined, station: Station | undefined): Bump {
  if (state === 'ready') return { command: 'serve-order', input: {} };
  if (station !== undefined && display !== 'pending') return { command: 'bump-station', input: { station } };
  return { command: state === 'pending' ? 'start-order' : 'bump-order', input: {} };
}
