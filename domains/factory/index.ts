/** The factory: looms that pulse, shifts with a target, people on the floor, security events of the site. */
import { defineDomain } from '../../core/domain.ts';
import { commands } from './commands/index.ts';
import { entities, plant } from './entities.ts';
import { groups } from './groups.ts';
import { ingest } from './ingest.ts';
import { sweep } from './sweep.ts';
import { texts } from './texts.ts';

export const factory = defineDomain({
  name: 'factory',
  entities,
  directory: plant,
  groups,
  commands,
  ingest,
  sweep,
  texts,
});
