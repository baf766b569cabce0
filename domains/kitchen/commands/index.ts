/** The commands of the kitchen by their names in the HTTP API. */
import { addLocation, setThresholds } from './locations.ts';
import { placeOrder } from './place.ts';
import {
  bumpOrder,
  bumpStation,
  cancelOrder,
  recallOrder,
  recallStation,
  serveOrder,
  setRush,
  startOrder,
} from './steps.ts';

export const commands = {
  'add-location': addLocation,
  'set-thresholds': setThresholds,
  'place-order': placeOrder,
  'start-order': startOrder,
  'bump-order': bumpOrder,
  'bump-station': bumpStation,
  'serve-order': serveOrder,
  'recall-order': recallOrder,
  'recall-station': recallStation,
  'set-rush': setRush,
  'cancel-order': cancelOrder,
};
