/** The database: one ordered key space with JSON values, on disk (LevelDB) or in memory. */
import { mkdirSync } from 'node:fs';
import db, { type Level, type Operation, type Range } from 'dynalite/db/index.js';

export type { Operation, Range };

export interface Store {
  get<T>(key: string): Promise<T | undefined>;
  getMany<T>(keys: string[]): Promise<(T | undefined)[]>;
  /** The values of a range, in chunks that are read only as they are asked for, from one snapshot. */
  values<T>(range: Range): AsyncGenerator<T[]>;
  keys(range: Range): AsyncGenerator<string[]>;
  /**
   * Writes all operations or none, and resolves when they are written. Commits become visible in the order of the
   * calls; those that wait for a running write are written together with the next.
   */
  commit(operations: readonly Operation[]): Promise<void>;
  clear(range: Range): Promise<void>;
  close(): Promise<void>;
}

/** Items of one chunk; LevelDB also ends a chunk after 16 KB. */
const chunk = 128;

/**
 * Opens the database.
 * @param path its folder, made when missing; in memory when undefined
 * @throws Error with one line when another process has it open
 */
export async function openStore(path: string | undefined): Promise<Store> {
  if (path !== undefined) mkdirSync(path, { recursive: true });
  const level = db.create(path === undefined ? {} : { path }).db;
  try {
    await level.open();
  } catch (error) {
    throw openError(path, error);
  }
  return storeOf(level);
}

function openError(path: string | undefined, error: unknown): Error {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED') {
    return new Error(`${path} is in use by another local cloud`);
  }
  return new Error(`${path} cannot be opened: ${cause instanceof Error ? cause.message : error}`);
}

/** A store over an open database. */
export function storeOf(level: Level): Store {
  let waiting: Operation[] = [];
  let group = Promise.withResolvers<void>();
  let writing: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const operations = waiting;
      const { resolve, reject } = group;
      waiting = [];
      group = Promise.withResolvers<void>();
      try {
        await level.batch(operations);
        resolve();
      } catch (error) {
        reject(error);
      }
    }
    writing = undefined;
  }

  return {
    get: <T>(key: string) => level.get(key) as Promise<T | undefined>,
    getMany: <T>(keys: string[]) => level.getMany(keys) as Promise<(T | undefined)[]>,
    values: <T>(range: Range) => chunks(level.values(range)) as AsyncGenerator<T[]>,
    keys: (range) => chunks(level.keys(range)),
    commit(operations) {
      if (operations.length === 0) return Promise.resolve();
      for (const operation of operations) waiting.push(operation);
      const written = group.promise;
      writing ??= write();
      return written;
    },
    clear: (range) => level.clear(range),
    async close() {
      await writing;
      await level.close();
    },
  };
}

async function* chunks<T>(iterator: {
  nextv(size: number): Promise<T[]>;
  close(): Promise<void>;
}): AsyncGenerator<T[]> {
  try {
    for (;;) {
      const values = await iterator.nextv(chunk);
      if (values.length === 0) return;
      yield values;
    }
  } finally {
    await iterator.close();
  }
}

/** All keys that begin with `prefix`; every key is ASCII. */
export function under(prefix: string): { gte: string; lt: string } {
  return { gte: prefix, lt: `${prefix}\x7f` };
}

/** Where things are kept. Table and index names hold neither `~` nor `/`. */
export const places = {
  table: (name: string) => `table~${name}`,
  item: (table: string, key: string) => `item-${table}~${key}`,
  indexes: (table: string) => `index-${table}~`,
  index: (table: string, index: string, key: string) => `index-${table}~${index}~${key}`,
  stream: (table: string, sequence: string) => `stream-${table}~${sequence}`,
  expiries: (table: string) => `ttl-${table}~`,
  expiry: (table: string, epochSeconds: number, key: string) =>
    `ttl-${table}~${String(epochSeconds).padStart(12, '0')}~${key}`,
  lag: (sequence: number) => `lag~${String(sequence).padStart(16, '0')}`,
  token: (token: string) => `token~${token}`,
  durable: (key: string) => `durable~${key}`,
  sequence: 'state~sequence',
};
