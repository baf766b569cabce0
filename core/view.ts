/**
 * A group as a client holds it: its items and the last offset. The one rule of state: an event counts iff its `rev` is
 * higher than what is held, and removals keep their `rev`, so that repeats and late events change nothing.
 */
import { position } from './log.ts';
import type { Event, SnapshotItem } from './protocol.ts';

export interface HeldItem {
  entity: string;
  key: string;
  rev: number;
  /** Undefined once removed: the item stays as a tombstone, so that a late event cannot bring it back. */
  data: unknown;
}

/** Map key of an item. */
export function itemId({ entity, key }: { entity: string; key: string }): string {
  return `${entity}\n${key}`;
}

export class GroupView {
  /** The last offset applied; undefined until the first answer. */
  offset: number | undefined;
  readonly items = new Map<string, HeldItem>();

  /** Applies one event, if it is news. */
  applyEvent(event: Event): void {
    const { entity, key, rev } = event;
    const held = this.items.get(itemId(event));
    if (held && rev <= held.rev) return;
    this.items.set(itemId(event), { entity, key, rev, data: event.op === 'put' ? event.data : undefined });
  }

  /** Takes the missing entries of a `recovered: true` answer. */
  applyRecovered(offset: number, events: readonly Event[]): void {
    for (const event of events) this.applyEvent(event);
    this.offset = Math.max(this.offset ?? 0, offset);
  }

  /** Takes a whole snapshot as of `offset`. Items that are not in it are gone. */
  applySnapshot(offset: number, snapshot: readonly SnapshotItem[]): void {
    const present = new Set(snapshot.map(itemId));
    for (const [id, held] of this.items) {
      if (held.data !== undefined && !present.has(id)) this.items.delete(id);
    }
    for (const item of snapshot) this.applyEvent({ ...item, op: 'put' });
    this.offset = offset;
  }

  /** The items that exist, of one entity or all. */
  list(entity?: string): HeldItem[] {
    return [...this.items.values()].filter(
      (item) => item.data !== undefined && (entity === undefined || item.entity === entity),
    );
  }
}

/** Takes a pushed entry: applied, dropped as known, or a gap that the caller must have repaired first. */
export function applyEntry(
  view: GroupView,
  { offset, events }: { offset: number; events: readonly Event[] },
): 'drop' | 'apply' | 'gap' {
  const verdict = view.offset === undefined ? 'gap' : position(view.offset, offset);
  if (verdict === 'apply') view.applyRecovered(offset, events);
  return verdict;
}
