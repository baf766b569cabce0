/** The groups of a connection: rows of the Connections table by its id, `g#<group>`. */
import { newId } from '../ids.ts';
import type { Connection } from './connections.ts';
import type { Db, Doc } from './dynamo.ts';

/** What a connection's row says of a group. */
export interface Subscription {
  /** Another one each time that the connection subscribes or unsubscribes. */
  turn: string;
  /** It has unsubscribed, and what it leaves is being cleared away. */
  left: boolean;
}

export interface Subscriptions {
  /** `shownAs` is the `sub` of who is shown as present by it. */
  addGroup(connection: Connection, group: string, shownAs?: string): Promise<Subscription>;
  /** Notes that the group is left; undefined when it was not subscribed to. */
  leaveGroup(connectionId: string, group: string): Promise<Subscription | undefined>;
  /** Removes what is left, unless it was subscribed to or left again meanwhile; whether it was removed. */
  removeGroup(connectionId: string, group: string, left: Subscription): Promise<boolean>;
  subscription(connectionId: string, group: string): Promise<Subscription | undefined>;
}

const itemOf = (group: string) => `g#${group}`;

/** `expiry` is how long a connection's rows are kept, in epoch seconds. */
export function createSubscriptions(
  db: Db,
  table: string,
  expiry: (connection: Connection) => number,
): Subscriptions {
  return {
    async addGroup(connection, group, shownAs) {
      const { connectionId } = connection;
      const turn = newId();
      await db.write({
        table,
        put: { connectionId, item: itemOf(group), turn, shownAs, expiresAt: expiry(connection) },
      });
      return { turn, left: false };
    },
    async leaveGroup(connectionId, group) {
      const turn = newId();
      const written = await db.write({
        table,
        update: { connectionId, item: itemOf(group) },
        set: {
          expression: 'SET #turn = :turn, #left = :left',
          names: { '#turn': 'turn', '#left': 'left' },
          values: { ':turn': turn, ':left': true },
        },
        condition: { expression: 'attribute_exists(#item)', names: { '#item': 'item' } },
      });
      return written === false ? undefined : { turn, left: true };
    },
    async removeGroup(connectionId, group, { turn }) {
      const written = await db.write({
        table,
        remove: { connectionId, item: itemOf(group) },
        condition: { expression: '#turn = :turn', names: { '#turn': 'turn' }, values: { ':turn': turn } },
      });
      return written !== false;
    },
    async subscription(connectionId, group) {
      const { docs } = await db.query({
        table,
        key: {
          expression: '#id = :id AND #item = :item',
          names: { '#id': 'connectionId', '#item': 'item' },
          values: { ':id': connectionId, ':item': itemOf(group) },
        },
      });
      return subscriptionsIn(docs)[0];
    },
  };
}

/** A row as it is kept. */
interface Row extends Subscription {
  group: string;
  shownAs: string | undefined;
}

/** The subscriptions among the rows of a connection. */
export function subscriptionsIn(rows: readonly Doc[]): Row[] {
  return rows.flatMap(({ item, turn, left, shownAs }) => {
    if (typeof item !== 'string' || !item.startsWith('g#')) return [];
    const known = typeof shownAs === 'string' ? shownAs : undefined;
    return [{ group: item.slice(2), turn: String(turn), left: left === true, shownAs: known }];
  });
}
