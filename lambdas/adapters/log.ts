/** The log of each group: pk `group`, sk `offset`; `events` as JSON text; expired entries do not exist. */
import { type LogEntry, nextOffset } from '../../core/log.ts';
import type { Event } from '../../core/protocol.ts';
import type { Db, Doc } from './dynamo.ts';

export interface Log {
  /** The offset of the newest entry, without touching the log; undefined when it is empty. */
  last(group: string): Promise<number | undefined>;
  /**
   * The position for a listener. An empty log gets a base entry without events; the newest entry lives on when less
   * than half of its time is left, so that a group with listeners never loses its position.
   */
  open(group: string): Promise<number>;
  /** The entries above `after` up to `last`, in order; undefined when there are too many to be worth reading. */
  between(group: string, after: number, last: number): Promise<LogEntry[] | undefined>;
  /** Appends one entry at the end, whoever else appends; `conflicts` tells how often another was first. */
  append(group: string, events: readonly Event[]): Promise<{ offset: number; conflicts: number }>;
}

/** Most entries that are read to repair a gap; a snapshot is cheaper above. */
const maxGap = 1000;

/** Attempts to append. Each lost one means that another appender got through, so this bounds unfairness, not progress. */
const maxAppends = 30;

export interface LogOptions {
  db: Db;
  table: string;
  retentionSeconds: number;
  now?: () => number;
  pause?: (ms: number) => Promise<void>;
  random?: () => number;
}

/** Groups whose last entry is remembered. */
const maxRemembered = 2000;

/** An entry that this sandbox appended; `alone` when nobody else appended to the group in between. */
interface Remembered {
  offset: number;
  /** Epoch ms. */
  at: number;
  alone: boolean;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function createLog(options: LogOptions): Log {
  const { db, table, retentionSeconds, now = Date.now, pause = sleep, random = Math.random } = options;
  const seconds = () => Math.floor(now() / 1000);
  const expiry = () => seconds() + retentionSeconds;

  const newest = async (group: string): Promise<{ offset: number; expiresAt: number } | undefined> => {
    const { docs } = await db.query({ table, key: inGroup(group), ascending: false, limit: 1 });
    const entry = docs.map(entryOf)[0];
    return entry === undefined || entry.expiresAt <= seconds() ? undefined : entry;
  };
  const put = async (group: string, offset: number, events: readonly Event[]): Promise<boolean> => {
    const entry = { group, offset, events: JSON.stringify(events), expiresAt: expiry() };
    const written = await db.write({
      table,
      put: entry,
      condition: { expression: 'attribute_not_exists(#offset)', names: { '#offset': 'offset' } },
    });
    return written !== false;
  };
  /** False when the entry was swept in the same moment. */
  const prolong = async (group: string, offset: number): Promise<boolean> => {
    const written = await db.write({
      table,
      update: { group, offset },
      set: {
        expression: 'SET #expiresAt = :expiresAt',
        names: { '#expiresAt': 'expiresAt' },
        values: { ':expiresAt': expiry() },
      },
      condition: { expression: 'attribute_exists(#offset)', names: { '#offset': 'offset' } },
    });
    return written !== false;
  };

  const remembered = new Map<string, Remembered>();
  /**
   * The last offset without a read, when this sandbox was the last to append: an entry lives for the whole retention, so that
   * within half of it nobody can have begun a new log, and whoever appended meanwhile took the next offset and makes our
   * put fail.
   */
  const lastOf = async (group: string): Promise<{ last: number | undefined; alone: boolean }> => {
    const own = remembered.get(group);
    const fresh = own !== undefined && now() - own.at < (retentionSeconds * 1000) / 2;
    if (fresh && own.alone) return { last: own.offset, alone: true };
    const last = (await newest(group))?.offset;
    return { last, alone: fresh && last === own.offset };
  };
  const remember = (group: string, entry: Remembered | undefined) => {
    if (remembered.size >= maxRemembered) remembered.clear();
    if (entry === undefined) remembered.delete(group);
    else remembered.set(group, entry);
  };

  return {
    last: async (group) => (await newest(group))?.offset,
    async open(group) {
      for (let attempt = 0; attempt < maxAppends; attempt += 1) {
        const top = await newest(group);
        if (top === undefined) {
          const offset = nextOffset(undefined, now());
          if (await put(group, offset, [])) return offset;
        } else if (top.expiresAt - seconds() >= retentionSeconds / 2 || (await prolong(group, top.offset))) {
          return top.offset;
        }
      }
      throw new Error(`The log of ${group} could not be opened.`);
    },
    async between(group, after, last) {
      if (last - after > maxGap) return undefined;
      const { docs, next } = await db.query({ table, key: range(group, after + 1, last) });
      if (next !== undefined) return undefined;
      return docs.map(entryOf).filter((entry) => entry.expiresAt > seconds());
    },
    async append(group, events) {
      for (let conflicts = 0; conflicts < maxAppends; conflicts += 1) {
        const { last, alone } = await lastOf(group);
        const offset = nextOffset(last, now());
        if (await put(group, offset, events)) {
          remember(group, { offset, at: now(), alone });
          return { offset, conflicts };
        }
        remember(group, undefined);
        await pause(random() * 5 * (conflicts + 1));
      }
      throw new Error(`The log of ${group} is too busy to append to.`);
    },
  };
}

function inGroup(group: string) {
  return { expression: '#group = :group', names: { '#group': 'group' }, values: { ':group': group } };
}

function range(group: string, first: number, last: number) {
  return {
    expression: '#group = :group AND #offset BETWEEN :first AND :last',
    names: { '#group': 'group', '#offset': 'offset' },
    values: { ':group': group, ':first': first, ':last': last },
  };
}

function entryOf(doc: Doc): LogEntry {
  const { offset, events, expiresAt } = doc as { offset: number; events: string; expiresAt: number };
  return { offset, events: JSON.parse(events) as Event[], expiresAt };
}
