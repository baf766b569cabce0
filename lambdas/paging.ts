/**
 * Fitting the answer for many groups into one frame: what is missing is sent whole or not at all, snapshots share the
 * rest and go on with a cursor.
 */
import { PulsecastError } from '../core/codes.ts';
import { hashOf } from '../core/group.ts';
import { jsonBytes, textBytes } from '../core/log.ts';
import type { Event, GroupState, SnapshotItem, Wanted } from '../core/protocol.ts';
import { maxItemBytes } from './adapters/items.ts';

/** Where a snapshot goes on: the frozen offset, the partition by position, the sort key of the last item sent. */
export interface Cursor {
  offset: number;
  partition: number;
  after?: string;
}

/** The cursor as a client gets it, good for this group alone: in another it would leave items out unnoticed. */
export function encodeCursor(group: string, { offset, partition, after }: Cursor): string {
  const parts = [hashOf(group), offset, partition, ...(after === undefined ? [] : [after])];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Longest sort key of DynamoDB, in bytes. */
const maxSortKeyBytes = 1024;

const isSortKey = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && textBytes(value) <= maxSortKeyBytes;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Reads a cursor, which a client may have made up: it can lead nowhere but into the group's own partitions. */
export function decodeCursor(group: string, text: string): Cursor {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    const [of, offset, partition, after] = parts;
    if (of === hashOf(group) && isCount(offset) && isCount(partition)) {
      const cursor = { offset, partition, ...(isSortKey(after) ? { after } : {}) };
      // Written in any other way it is not ours, and might come back longer than it came.
      if (encodeCursor(group, cursor) === text) return cursor;
    }
  } catch {
    // Not base64 of JSON: refused below, like any other nonsense.
  }
  throw new PulsecastError('bad_request', 'The cursor is not one of ours for this group.');
}

/** What is known of a group before its data is read. */
export type Standing =
  | { kind: 'error'; state: GroupState }
  | { kind: 'missing'; group: string; offset: number; events: Event[] }
  | { kind: 'snapshot'; group: string; start: Cursor };

/** A group's items as read, each with the cursor after it, and whether that was all. */
export interface Candidates {
  group: string;
  start: Cursor;
  items: { item: SnapshotItem; next: Cursor }[];
  done: boolean;
}

/** Room for one item with its cursor. */
const oneItem = maxItemBytes + 1536;

const comma = 1;

function skeleton(standing: Standing): GroupState {
  if (standing.kind === 'error') return standing.state;
  const { group } = standing;
  if (standing.kind === 'missing') return { group, offset: standing.offset, recovered: true, events: [] };
  const { start } = standing;
  return { group, offset: start.offset, recovered: false, snapshot: [], more: encodeCursor(group, start) };
}

/** What stands for a cursor of ours where a page begins: longer than each. */
const anyCursor = '-'.repeat(64);

/** Whether there is an answer for all of them within `maxBytes`, if each were a page without an item. */
export function answerable(wanted: readonly Wanted[], maxBytes: number): boolean {
  const pages = wanted.map(
    ({ group, more = anyCursor }): GroupState => ({
      group,
      offset: Number.MAX_SAFE_INTEGER,
      recovered: false,
      snapshot: [],
      more,
    }),
  );
  return jsonBytes(pages) <= maxBytes;
}

/**
 * Decides which of the groups that miss entries get those entries, the shortest first; the others get a snapshot. Room
 * for one item stays free when there is any snapshot, so that paging always moves on.
 */
export function fitMissing(standings: readonly Standing[], maxBytes: number): Standing[] {
  const base = standings.reduce((sum, standing) => sum + jsonBytes(skeleton(standing)) + comma, 0);
  const missing = standings
    .filter((standing) => standing.kind === 'missing')
    .map((standing) => ({ standing, bytes: jsonBytes(standing.events) }))
    .sort((a, b) => a.bytes - b.bytes);
  const total = missing.reduce((sum, { bytes }) => sum + bytes, base);
  if (total <= maxBytes && !standings.some(({ kind }) => kind === 'snapshot')) return [...standings];
  let room = maxBytes - base - oneItem;
  const dropped = new Set<Standing>();
  for (const { standing, bytes } of missing) {
    if (standing.events.length === 0) continue;
    // A snapshot in its place adds a cursor to the skeleton.
    if (bytes <= room) room -= bytes;
    else {
      room -= 64;
      dropped.add(standing);
    }
  }
  return standings.map((standing) =>
    standing.kind === 'missing' && dropped.has(standing)
      ? { kind: 'snapshot', group: standing.group, start: { offset: standing.offset, partition: 0 } }
      : standing,
  );
}

/** The bytes that are left for the items of snapshots. */
export function roomForItems(standings: readonly Standing[], maxBytes: number): number {
  return standings.reduce((room, standing) => {
    const events = standing.kind === 'missing' ? jsonBytes(standing.events) : 0;
    return room - jsonBytes(skeleton(standing)) - comma - events;
  }, maxBytes);
}

/** Shares the room: equal parts, what one group leaves goes to the next; the first group gets one item at least. */
export function shareRoom(candidates: readonly Candidates[], room: number): GroupState[] {
  let left = room;
  return candidates.map((candidate, index) => {
    const fair = left / (candidates.length - index);
    const sizes = candidate.items.map(({ item }) => jsonBytes(item) + comma);
    // The skeleton holds the first cursor; later ones are longer by the key that they name.
    let used =
      Math.max(0, ...candidate.items.map(({ next }) => encodeCursor(candidate.group, next).length)) + comma;
    let taken = 0;
    for (const size of sizes) {
      const limit = index === 0 && taken === 0 ? left : fair;
      if (used + size > limit) break;
      used += size;
      taken += 1;
    }
    if (taken > 0) left -= used;
    return page(candidate, taken);
  });
}

function page({ group, start, items, done }: Candidates, taken: number): GroupState {
  const snapshot = items.slice(0, taken).map(({ item }) => item);
  const state = { group, offset: start.offset, recovered: false as const, snapshot };
  if (done && taken === items.length) return state;
  return { ...state, more: encodeCursor(group, items[taken - 1]?.next ?? start) };
}
