/** What a batch means for each group, and for each connection. Pure. */
import { groupEvents, groupsOf } from '../core/changes.ts';
import type { AnyDomain } from '../core/domain.ts';
import { frames } from '../core/log.ts';
import type { Event, GroupEvents, ServerFrame } from '../core/protocol.ts';
import type { Message } from './adapters/post.ts';
import type { RecordedChange } from './changes.ts';

export interface GroupWork {
  group: string;
  events: Event[];
  /** The number of the first record that concerns the group. */
  firstRecord: string;
}

/** The events of each group that a batch concerns. */
export function workOf(changes: readonly RecordedChange[]): GroupWork[] {
  const byDomain = Map.groupBy(changes, ({ domain }) => domain);
  return [...byDomain].flatMap(([domain, own]) => {
    const first = firstRecords(domain, own);
    return [...groupEvents(domain, own)].map(([group, events]) => ({
      group,
      events,
      firstRecord: first.get(group) ?? own[0]?.sequence ?? '',
    }));
  });
}

function firstRecords(domain: AnyDomain, changes: readonly RecordedChange[]): Map<string, string> {
  const first = new Map<string, string>();
  for (const { before, after, sequence } of changes) {
    for (const item of [before, after]) {
      for (const group of item === undefined ? [] : groupsOf(domain, item)) {
        if (!first.has(group)) first.set(group, sequence);
      }
    }
  }
  return first;
}

/** A message with the groups that it speaks of. */
export interface GroupMessage extends Message {
  groups: readonly string[];
}

/**
 * One message for each connection, of as few frames as hold the entries of all its groups. Connections that are members
 * of the same groups share the same strings: each distinct frame is serialised once.
 */
export function messagesOf(
  reached: readonly { members: readonly string[]; entries: readonly GroupEvents[] }[],
): GroupMessage[] {
  const mine = new Map<string, number[]>();
  for (const [index, { members }] of reached.entries()) {
    for (const connectionId of members) {
      const list = mine.get(connectionId);
      if (list === undefined) mine.set(connectionId, [index]);
      else list.push(index);
    }
  }
  const shared = new Map<string, { frames: string[]; groups: string[] }>();
  return [...mine].map(([connectionId, indexes]) => {
    const key = indexes.join();
    const known = shared.get(key) ?? serialised(indexes.flatMap((index) => reached[index]?.entries ?? []));
    shared.set(key, known);
    return { connectionId, ...known };
  });
}

function serialised(entries: readonly GroupEvents[]): { frames: string[]; groups: string[] } {
  const texts = frames(entries).map((groups) =>
    JSON.stringify({ type: 'events', groups } satisfies ServerFrame),
  );
  return { frames: texts, groups: [...new Set(entries.map(({ group }) => group))] };
}
