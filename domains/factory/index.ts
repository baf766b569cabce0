/** The factory: looms that pulse and stand, shifts with a target and their OEE, calls from the
 * machines, people on the floor, security events of the site. */
import { defineDomain } from '../../core/domain.ts';
import { commands } from './commands/index.ts';
import { entities } from './entities.ts';
import { groups } from './groups.ts';
import { ingest } from './ingest.ts';
import { notices } from './notices.ts';
import { plant } from './partitions.ts';
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
  notices,
  texts,
});
