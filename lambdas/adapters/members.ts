/** Who listens to a group: pk `shard`, sk `connectionId`. The base table, read consistently: an index would lag. */
import { memberShards, shardOf } from '../../core/group.ts';
import type { Db } from './dynamo.ts';

export interface Members {
  /** Adds a connection, or moves its `until` (epoch ms), after which it is no member any more. */
  join(group: string, connectionId: string, until: number): Promise<void>;
  leave(group: string, connectionId: string): Promise<void>;
  has(group: string, connectionId: string): Promise<boolean>;
  /** The connections that are members at `now` (epoch ms). */
  of(group: string, now: number): Promise<string[]>;
}

export function createMembers(db: Db, table: string): Members {
  const keyOf = (group: string, connectionId: string) => ({
    shard: `${group}#${shardOf(connectionId)}`,
    connectionId,
  });
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
      const shards = await Promise.all(
        Array.from({ length: memberShards }, (_, shard) =>
          db.all({
            table,
            key: {
              expression: '#shard = :shard',
              names: { '#shard': 'shard' },
              values: { ':shard': `${group}#${shard}` },
            },
            only: ['connectionId', 'until'],
          }),
        ),
      );
      return (shards.flat() as { connectionId: string; until: number }[])
        .filter(({ until }) => until > now)
        .map(({ connectionId }) => connectionId);
    },
  };
}
