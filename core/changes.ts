/**
 * From changes of a table to events of groups. An item that leaves a group is a removal there, and the old group is not
 * shown its new state; an item that comes into a group is a put.
 */
import type { AnyDomain, Item } from './domain.ts';
import { newest } from './log.ts';
import { isOwn } from './platform.ts';
import type { Event } from './protocol.ts';
import { nextRev } from './rev.ts';

/** A change of one item: created (`before` undefined), written, or removed (`after` undefined). */
export interface Change {
  before: Item | undefined;
  after: Item | undefined;
}

/** The full names of the groups that see an item. An entity that the domain does not know is seen by nobody. */
export function groupsOf(domain: AnyDomain, item: Item): string[] {
  const definition = domain.entities[item.entity];
  if (definition === undefined) return [];
  const paths = definition.groups(item);
  return isOwn(domain) ? [...paths] : paths.map((path) => `${domain.name}/${path}`);
}

/** The events of one change, by group. A write that leaves `rev` as it is changed nothing that anybody sees. */
export function eventsOf(domain: AnyDomain, { before, after }: Change): { group: string; event: Event }[] {
  if (before !== undefined && before.rev === after?.rev) return [];
  const from = before === undefined ? [] : groupsOf(domain, before);
  const to = after === undefined ? [] : groupsOf(domain, after);
  const puts = after === undefined ? [] : to.map((group) => ({ group, event: putOf(after) }));
  const gone = before === undefined ? [] : from.filter((group) => !to.includes(group));
  const rev = after?.rev ?? nextRev(before?.rev ?? 0);
  return [
    ...gone.map((group): { group: string; event: Event } => ({
      group,
      event: { entity: before?.entity ?? '', key: before?.key ?? '', rev, op: 'remove' },
    })),
    ...puts,
  ];
}

function putOf(item: Item): Event {
  return { entity: item.entity, key: item.key, rev: item.rev, op: 'put', data: item.data };
}

/** The events of a batch of changes, gathered by group, in order; of `latest` entities only the newest state. */
export function groupEvents(domain: AnyDomain, changes: readonly Change[]): Map<string, Event[]> {
  const byGroup = new Map<string, Event[]>();
  for (const { group, event } of changes.flatMap((change) => eventsOf(domain, change))) {
    const events = byGroup.get(group);
    if (events === undefined) byGroup.set(group, [event]);
    else events.push(event);
  }
  const keepsLatest = (entity: string) => domain.entities[entity]?.latest ?? true;
  for (const [group, events] of byGroup) byGroup.set(group, newest(events, keepsLatest));
  return byGroup;
}
