/** The kitchen: orders routed to stations, displays with timers, the numbers that guests wait for, figures by the hour. */
import { defineDomain } from '../../core/domain.ts';
import { commands } from './commands/index.ts';
import { entities } from './entities.ts';
import { groups } from './groups.ts';
import { kitchens } from './partitions.ts';
import { sweep } from './sweep.ts';
import { texts } from './texts.ts';

export const kitchen = defineDomain({
  name: 'kitchen',
  entities,
  directory: kitchens,
  groups,
  commands,
  sweep,
  texts,
});
