/**
 * The rules of a group's log. The broadcaster appends one entry per group and batch at `last + 1`; an empty log starts
 * at the current epoch milliseconds, far above any log that has expired before it, so that a client that slept through
 * the expiry sees a gap and not a false continuation.
 */
import type { Event, GroupEvents } from './protocol.ts';

/** An entry as it is stored. `expiresAt` in epoch seconds; expired entries do not exist, whether swept or not. */
export interface LogEntry {
  offset: number;
  events: Event[];
  expiresAt: number;
}

/** Largest entry, in bytes of its JSON: a frame of 32 KB less room for the envelope. */
export const maxEntryBytes = 30 * 1024;

/** The offset of the next entry. `last` is undefined when the log is empty. */
export function nextOffset(last: number | undefined, now: number): number {
  return last === undefined ? Math.floor(now) : last + 1;
}

/** What a client does with an entry, given the last offset it holds. */
export function position(last: number, offset: number): 'drop' | 'apply' | 'gap' {
  if (offset <= last) return 'drop';
  return offset === last + 1 ? 'apply' : 'gap';
}

/**
 * What a client that holds `after` is missing, given the entries above it in order and the newest offset.
 * Never partial: `nothing`, all missing `entries`, or `snapshot` when the log no longer reaches back.
 */
export function recover(
  after: number,
  entries: readonly LogEntry[],
  last: number | undefined,
): { kind: 'nothing' } | { kind: 'entries'; events: Event[]; offset: number } | { kind: 'snapshot' } {
  if (last === undefined || after > last) return { kind: 'snapshot' };
  if (after === last) return { kind: 'nothing' };
  let expected = after + 1;
  for (const entry of entries) {
    if (entry.offset !== expected) return { kind: 'snapshot' };
    expected += 1;
  }
  if (expected - 1 < last) return { kind: 'snapshot' };
  return { kind: 'entries', events: newest(entries.flatMap((entry) => entry.events)), offset: expected - 1 };
}

const identity = (event: Event) => `${event.entity}\n${event.key}`;

/**
 * Keeps the newest event of each item, where `keepsLatest` says so of its entity (all entities by default), in the order
 * of the events kept. Harmless since an event is the whole new state of its item.
 */
export function newest(
  events: readonly Event[],
  keepsLatest: (entity: string) => boolean = () => true,
): Event[] {
  const top = new Map<string, number>();
  for (const event of events) {
    const id = identity(event);
    top.set(id, Math.max(top.get(id) ?? 0, event.rev));
  }
  const seen = new Set<string>();
  return events.filter((event) => {
    if (!keepsLatest(event.entity)) return true;
    const id = identity(event);
    if (event.rev !== top.get(id) || seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

const encoder = /* @__PURE__ */ new TextEncoder();

/** Size of a text in UTF-8, in bytes. */
export function textBytes(text: string): number {
  return encoder.encode(text).length;
}

/** Size of a value as JSON in UTF-8, in bytes. */
export function jsonBytes(value: unknown): number {
  return textBytes(JSON.stringify(value));
}

/** Cuts a list so that the JSON of each part stays within `maxBytes`; an item above that stands alone. */
export function cut<T>(items: readonly T[], maxBytes: number = maxEntryBytes): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let size = 2;
  for (const item of items) {
    const bytes = jsonBytes(item) + 1;
    if (part.length > 0 && size + bytes > maxBytes) {
      parts.push(part);
      part = [];
      size = 2;
    }
    part.push(item);
    size += bytes;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

/** Packs entries of several groups into frames of at most `maxBytes` each, keeping their order. */
export function frames(entries: readonly GroupEvents[], maxBytes: number = maxEntryBytes): GroupEvents[][] {
  return cut(entries, maxBytes);
}
