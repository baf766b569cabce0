/** The records store: crates of paper, the places that keep them, and requests to store, lend out and destroy. */
import { defineDomain, type Item } from '../../core/domain.ts';
import { commands } from './commands/index.ts';
import { entities } from './entities.ts';
import { groups } from './groups.ts';
import { notices } from './notices.ts';
import { auditOf, registry } from './partitions.ts';
import { sweep } from './sweep.ts';
import { texts } from './texts.ts';

/**
 * What changes in a unit is filed with the unit, and what the store has of it only there: an entry tells no unit of another.
 * A job says nothing that its request does not, a place what its shelf does.
 */
function audit({ entity, data }: Item): readonly string[] {
  if (entity === 'job' || entity === 'place' || entity === 'counter') return [];
  const unit: unknown = Reflect.get(data, 'unit');
  return typeof unit === 'string' ? [auditOf(unit)] : ['audit'];
}

export const records = defineDomain({
  name: 'records',
  entities,
  directory: registry,
  groups,
  commands,
  sweep,
  notices,
  audit,
  texts,
});
