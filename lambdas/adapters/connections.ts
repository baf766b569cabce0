/** Connections and what each subscribed to: pk `connectionId`, sk `#` for itself and `g#<group>` for a subscription. */
import type { Principal } from '../../core/domain.ts';
import type { Db, Doc } from './dynamo.ts';

/** Longest life of a connection in ms: API Gateway ends it after 2 h; five minutes on top for clocks and races. */
export const connectionLifeMs = (2 * 60 + 5) * 60 * 1000;

export interface Connection {
  connectionId: string;
  principal: Principal;
  /** Epoch ms; undefined for anonymous. */
  tokenExpiresAt?: number;
  /** Epoch ms. */
  connectedAt: number;
}

export interface Connections {
  open(connection: Connection): Promise<void>;
  /** The connection and the groups that it subscribed to; undefined when it is gone. */
  find(connectionId: string): Promise<{ connection: Connection; groups: string[] } | undefined>;
  /** Puts a new principal and token in place; false when the connection is gone. */
  renew(connection: Connection): Promise<boolean>;
  addGroup(connection: Connection, group: string): Promise<void>;
  removeGroup(connectionId: string, group: string): Promise<void>;
  /** Removes the connection with its subscriptions; the groups that it had. */
  close(connectionId: string): Promise<string[]>;
}

export function createConnections(db: Db, table: string): Connections {
  const rowOf = (connection: Connection): Doc => ({
    ...connection,
    item: '#',
    expiresAt: expiry(connection),
  });
  const rows = (connectionId: string): Promise<Doc[]> =>
    db.all({
      table,
      key: { expression: '#id = :id', names: { '#id': 'connectionId' }, values: { ':id': connectionId } },
    });
  return {
    async open(connection) {
      await db.write({ table, put: rowOf(connection) });
    },
    async find(connectionId) {
      const found = await rows(connectionId);
      const row = found.find(({ item }) => item === '#');
      if (row === undefined) return undefined;
      const { item: _item, expiresAt: _expiresAt, ...connection } = row;
      return { connection: connection as unknown as Connection, groups: groupsIn(found) };
    },
    async renew(connection) {
      const written = await db.write({
        table,
        put: rowOf(connection),
        condition: { expression: 'attribute_exists(#id)', names: { '#id': 'connectionId' } },
      });
      return written !== false;
    },
    async addGroup(connection, group) {
      const { connectionId } = connection;
      await db.write({
        table,
        put: { connectionId, item: `g#${group}`, expiresAt: expiry(connection) },
      });
    },
    async removeGroup(connectionId, group) {
      await db.write({ table, remove: { connectionId, item: `g#${group}` } });
    },
    async close(connectionId) {
      const found = await rows(connectionId);
      await Promise.all(found.map(({ item }) => db.write({ table, remove: { connectionId, item } })));
      return groupsIn(found);
    },
  };
}

function expiry({ connectedAt }: Connection): number {
  return Math.ceil((connectedAt + connectionLifeMs) / 1000);
}

function groupsIn(rows: readonly Doc[]): string[] {
  return rows.flatMap(({ item }) =>
    typeof item === 'string' && item.startsWith('g#') ? [item.slice(2)] : [],
  );
}
