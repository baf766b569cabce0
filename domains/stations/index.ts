/** Battery-swap stations: cabinets of slots that stand for everybody to see, bookings by riders, managers who keep them. */
import { defineDomain } from '../../core/domain.ts';
import { commands } from './commands/index.ts';
import { entities, filedUnder } from './entities.ts';
import { groups } from './groups.ts';
import { notices } from './notices.ts';
import { directory } from './partitions.ts';
import { sweep } from './sweep.ts';
import { texts } from './texts.ts';

export const stations = defineDomain({
  name: 'stations',
  entities,
  directory,
  groups,
  commands,
  sweep,
  notices,
  audit: filedUnder,
  texts,
});
