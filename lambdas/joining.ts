/**
 * The answer for a group, the same for subscribe, sync and polling. The position in the log is read before the data, and
 * the caller has written the membership before either: so every change is in the data, in the log, or pushed.
 */

import { type FoundGroup, groupError } from '../core/access.ts';
import { shownEntries } from '../core/audit.ts';
import { groupsOf } from '../core/changes.ts';
import { PulsecastError } from '../core/codes.ts';
import type { AnyDomain, Item } from '../core/domain.ts';
import { jsonBytes, recover } from '../core/log.ts';
import { presence, trail } from '../core/platform.ts';
import { isPresent, type PresenceData } from '../core/presence.ts';
import type { GroupState, SnapshotItem } from '../core/protocol.ts';
import type { Items } from './adapters/items.ts';
import type { Log } from './adapters/log.ts';
import {
  type Candidates,
  type Cursor,
  decodeCursor,
  fitMissing,
  roomForItems,
  type Standing,
  shareRoom,
} from './paging.ts';
import { count, logger } from './telemetry.ts';

export interface Reading {
  log: Log;
  items: Items;
  now: () => number;
}

/** A group that was found and may be seen. */
export interface Joined {
  group: string;
  found: FoundGroup;
}

/** Where a listener stands: given what it holds (`after`), or which page it asks for (`more`). */
export async function standingOf(
  { group, after, more }: { group: string; after?: number | undefined; more?: string | undefined },
  { log }: Pick<Reading, 'log'>,
): Promise<Standing> {
  if (more !== undefined) return { kind: 'snapshot', group, start: decodeCursor(group, more) };
  const last = await log.open(group);
  const snapshot: Standing = { kind: 'snapshot', group, start: { offset: last, partition: 0 } };
  if (after === undefined) return snapshot;
  const entries = after < last ? await log.between(group, after, last) : [];
  if (entries === undefined) return snapshot;
  const verdict = recover(after, entries, last);
  if (verdict.kind === 'snapshot') return snapshot;
  if (verdict.kind === 'nothing') return { kind: 'missing', group, offset: last, events: [] };
  return { kind: 'missing', group, offset: verdict.offset, events: verdict.events };
}

/** An error of one group as its standing: the others go on. What is not our own error is logged and kept back. */
export function failedStanding(group: string, error: unknown): Standing {
  if (error instanceof PulsecastError) return { kind: 'error', state: groupError(group, error) };
  count('faults');
  logger.error('group failed', error instanceof Error ? error : new Error(String(error)));
  const hidden = new PulsecastError('internal', 'Something failed on our side.');
  return { kind: 'error', state: groupError(group, hidden) };
}

/** The answers, in the order of `standings`, within `maxBytes` of JSON. `found` is needed for all but the errors. */
export async function statesOf(
  standings: readonly Standing[],
  found: ReadonlyMap<string, FoundGroup>,
  reading: Pick<Reading, 'items' | 'now'>,
  maxBytes: number,
): Promise<GroupState[]> {
  const fitted = fitMissing(standings, maxBytes);
  const read = await Promise.all(
    fitted.map(async (standing): Promise<Standing | Candidates> => {
      if (standing.kind !== 'snapshot') return standing;
      const definition = found.get(standing.group);
      if (definition === undefined) throw new Error(`The group ${standing.group} was not looked up.`);
      try {
        return await candidatesOf(definition, standing.group, standing.start, reading, maxBytes);
      } catch (error) {
        return failedStanding(standing.group, error);
      }
    }),
  );
  const room = roomForItems(
    fitted.map((standing, index) => {
      const result = read[index];
      return result !== undefined && 'kind' in result ? result : standing;
    }),
    maxBytes,
  );
  const pages = shareRoom(
    read.filter((result): result is Candidates => !('kind' in result)),
    room,
  ).values();
  return read.map((result) => {
    const state = 'kind' in result ? settled(result) : pages.next().value;
    if (state === undefined) throw new Error('A group has no answer.');
    return state;
  });
}

function settled(standing: Standing): GroupState | undefined {
  if (standing.kind === 'error') return standing.state;
  if (standing.kind === 'snapshot') return undefined;
  count('recovered');
  const { group, offset, events } = standing;
  return { group, offset, recovered: true, events };
}

/** A partition with items of a group; `newest` when only so many of them are shown. */
interface Source {
  domain: AnyDomain;
  partition: string;
  newest?: number | undefined;
}

/** Where the items of a group are, in the order of its pages. */
function sourcesOf({ domain, definition, params }: FoundGroup, group: string): Source[] {
  return [
    ...definition.partitions(params).map((partition) => ({ domain, partition, newest: definition.newest })),
    { domain: presence, partition: group },
    ...(definition.audit === true ? [{ domain: trail, partition: group, newest: shownEntries }] : []),
  ];
}

function isShown(domain: AnyDomain, item: Item, group: string, now: number): boolean {
  if (!groupsOf(domain, item).includes(group)) return false;
  const until = domain.entities[item.entity]?.until?.(item.data);
  if (until !== undefined && until <= now) return false;
  return domain !== presence || item.entity !== 'presence' || isPresent(item.data as PresenceData, now);
}

/** The sort key after which a source's items are shown; undefined for all. */
async function beginningOf({ domain, partition, newest }: Source, items: Items): Promise<string | undefined> {
  if (newest === undefined) return undefined;
  const last = (await items.newest(domain.name, partition, newest + 1))[newest];
  return last && `${last.entity}#${last.key}`;
}

/** Reads a group's items from a cursor on, until `enough` bytes or the end. */
async function candidatesOf(
  found: FoundGroup,
  group: string,
  start: Cursor,
  { items, now }: Pick<Reading, 'items' | 'now'>,
  enough: number,
): Promise<Candidates> {
  count('snapshots');
  const sources = sourcesOf(found, group);
  const gathered: Candidates['items'] = [];
  let bytes = 0;
  let { after } = start;
  for (const [index, source] of sources.entries()) {
    if (index < start.partition) continue;
    const { domain, partition } = source;
    after ??= await beginningOf(source, items);
    let done = false;
    while (!done) {
      if (bytes > enough) return { group, start, items: gathered, done: false };
      const page = await items.page(domain.name, partition, after);
      for (const item of page.items.filter((candidate) => isShown(domain, candidate, group, now()))) {
        const shown = snapshotItem(item);
        bytes += jsonBytes(shown);
        const next = { offset: start.offset, partition: index, after: `${item.entity}#${item.key}` };
        gathered.push({ item: shown, next });
      }
      const last = page.items.at(-1);
      after = last === undefined ? after : `${last.entity}#${last.key}`;
      done = page.done;
    }
    after = undefined;
  }
  return { group, start, items: gathered, done: true };
}

function snapshotItem({ entity, key, rev, data }: Item): SnapshotItem {
  return { entity, key, rev, data };
}
