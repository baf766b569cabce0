/**
 * What the plant's rules should be, written down a second time and without a look at the domain: who may see and do
 * what, and who sees an item. The model trusts only this.
 */
import type { Identity } from './issuer.ts';

/** An item as the table holds it. */
export interface Image {
  partition: string;
  entity: string;
  key: string;
  rev: number;
  data: Record<string, unknown>;
}

const is = ({ roles }: Identity, ...wanted: string[]) => wanted.some((role) => roles.includes(role));

/** Works at a line, and with `lead` leads it. */
export function worksAt(user: Identity, line: string, lead = false): boolean {
  const roles = lead ? ['shift-lead'] : ['operator', 'shift-lead'];
  return is(user, 'admin') || (is(user, ...roles) && user.units.includes(`line:${line}`));
}

export function oversees(user: Identity, site: string): boolean {
  return is(user, 'admin') || (is(user, 'shift-lead', 'security') && user.units.includes(`site:${site}`));
}

export function maySee(user: Identity, group: string): boolean {
  const [domain, kind, id = ''] = group.split('/');
  if (domain !== 'factory') return false;
  if (kind === 'line') return worksAt(user, id);
  return kind === 'site' && oversees(user, id);
}

/** The groups that may see an item in this state. */
export function seenBy({ partition, entity, key, data }: Image): string[] {
  const line = `factory/line/${String(data.line)}`;
  switch (entity) {
    case 'site':
      return [`factory/site/${key}`];
    case 'line':
      return [`factory/site/${String(data.site)}`, `factory/line/${key}`];
    case 'machine':
    case 'employee':
      return [line];
    case 'shift':
    case 'report':
    case 'downtime':
    case 'andon':
    case 'track':
      return partition.startsWith('line/') ? [line] : [];
    case 'security':
      return partition.startsWith('site/') ? [`factory/site/${String(data.site)}`] : [];
    // Who is present in a group stands in a partition of its name.
    case 'presence':
      return [partition];
    default:
      return [];
  }
}
