/** Who listens to a group: pk `shard`, sk `connectionId`. The base table, read consistently: an index would lag. */
import { memberShards, shardOf } from '../../core/group.ts';
import type { Db, Doc } from './dynamo.ts';

export interface Members {
  /** Adds a connection, or moves its `until` (epoch ms), after which it is no member any more. */
  join(group: string, connectionId: string, until: number): Promise<void>;
  leave(group: string, connectionId: string): Promise<void>;
  has(group: string, connectionId: string): Promise<boolean>;
  /** The connections that are members at `now` (epoch ms). */
  of(group: string, now: number): Promise<string[]>;
}

interface Row {
  connectionId: string;
  until: number;
}

const only = ['connectionId', 'until'] as const;

/** Rows read at a time. Larger pages save round trips, and hold more rows in memory at once. */
const pageRows = 2500;

export function createMembers(db: Db, table: string): Members {
  const keyOf = (group: string, connectionId: string) => ({
    shard: `${group}#${shardOf(connectionId)}`,
    connectionId,
  });
  /** Page by page: of a page's rows only the ids are kept, so that a large group needs little memory. */
  const inShard = async (shard: string, now: number): Promise<string[]> => {
    const key = { expression: '#shard = :shard', names: { '#shard': 'shard' }, values: { ':shard': shard } };
    const ids: string[] = [];
    let after: Doc | undefined;
    do {
      const page = await db.query({
        table,
        key,
        only,
        limit: pageRows,
        ...(after === undefined ? {} : { after }),
      });
      for (const row of page.docs as unknown as Row[]) if (row.until > now) ids.push(row.connectionId);
      after = page.next;
    } while (after !== undefined);
    return ids;
  };
  return {
    async join(group, connectionId, until) {
      const member = { ...keyOf(group, connectionId), until, expiresAt: Math.ceil(until / 1000) };
      await db.write({ table, put: member });
    },
    async leave(group, connectionId) {
      await db.write({ table, remove: keyOf(group, connectionId) });
    },
    async has(group, connectionId) {
      return (await db.get(table, keyOf(group, connectionId))) !== undefined;
    },
    async of(group, now) {
      const shards = Array.from({ length: memberShards }, (_, shard) => inShard(`${group}#${shard}`, now));
      return (await Promise.all(shards)).flat();
    },
  };
}
