/** The commands of the network by their names in the HTTP API. */
import { book, cancelBooking } from './booking.ts';
import { addNetwork, addStation } from './networks.ts';
import { report } from './report.ts';
import { collect, handOut, swap } from './swaps.ts';
import { addBattery, removeBattery, repair, setBroken } from './upkeep.ts';

export const commands = {
  'add-network': addNetwork,
  'add-station': addStation,
  'add-battery': addBattery,
  'remove-battery': removeBattery,
  'set-broken': setBroken,
  repair,
  report,
  book,
  'cancel-booking': cancelBooking,
  collect,
  'hand-out': handOut,
  swap,
};
