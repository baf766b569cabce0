/**
 * Connections, and how they are found. In one table by `connectionId` and `item`:
 * - `<id>`, `#`: the connection; `<id>`, `g#<group>`: one subscription
 * - `u#<sub>`, `<id>`: the connections of a user
 * - `m#<minute>`, `<end>#<id>`: the connections that end in a minute, for the sweep
 */
import type { Principal } from '../../core/domain.ts';
import { type ConnectionLimit, connectionLimits, toleranceSeconds } from '../../core/limits.ts';
import type { Db, Doc } from './dynamo.ts';
import { spend } from './limiter.ts';
import {
  createSubscriptions,
  type Subscription,
  type Subscriptions,
  subscriptionsIn,
} from './subscriptions.ts';

/** Longest life of a connection in ms: API Gateway ends it after 2 h; five minutes on top for clocks and races. */
export const connectionLifeMs = (2 * 60 + 5) * 60 * 1000;

export interface Connection {
  connectionId: string;
  principal: Principal;
  /** Epoch ms; undefined for anonymous. */
  tokenExpiresAt?: number;
  /** The session of the token; undefined for anonymous. */
  session?: string;
  /** Epoch ms. */
  connectedAt: number;
}

/** When a connection is over at the latest, epoch ms: nothing is pushed to it from then on. */
export function endOf({ tokenExpiresAt = Number.POSITIVE_INFINITY, connectedAt }: Connection): number {
  return Math.min(tokenExpiresAt + toleranceSeconds * 1000, connectedAt + connectionLifeMs);
}

/** A note that a connection ends now, unless its token was renewed. */
export interface Due {
  connectionId: string;
  key: Doc;
}

export interface Found {
  connection: Connection;
  groups: string[];
  /** What its rows say of each group, those that it left but now among them. */
  subscriptions: ReadonlyMap<string, Subscription>;
}

export interface Connections extends Subscriptions {
  open(connection: Connection): Promise<void>;
  /** The connection and the groups that it is subscribed to; undefined when it is gone. */
  find(connectionId: string): Promise<Found | undefined>;
  /** Takes one off a limit, and reads the connection; undefined when it is gone. */
  spend(
    connectionId: string,
    limit: ConnectionLimit,
    now: number,
  ): Promise<{ connection: Connection; waitMs: number } | undefined>;
  /** Puts a new principal and token in place; false when the connection is gone. */
  renew(connection: Connection): Promise<boolean>;
  /**
   * Removes the connection with its subscriptions; of each `leave` is told first, so that what fails on the way is found
   * again.
   */
  close(
    connectionId: string,
    leave: (group: string, shownAs: string | undefined) => Promise<void>,
  ): Promise<void>;
  /** The connections of a user. */
  of(sub: string): Promise<{ connectionId: string; session: string }[]>;
  /** The connections that end up to `now` (epoch ms), of this minute and some before. */
  due(now: number): Promise<Due[]>;
  settle(due: Due): Promise<void>;
}

/** Rows outlive their connection by this, in ms, so that the sweep still finds all of it. */
const afterlifeMs = 15 * 60 * 1000;

/** Minutes that the sweep looks back: a run that failed is made up for by the next ones. */
const lookBack = 2;

const minuteMs = 60_000;
const minuteOf = (ms: number) => `m#${Math.floor(ms / minuteMs)}`;
/** 13 digits until the year 2286, so that they sort as text. */
const dueItem = (connection: Connection) => `${endOf(connection)}#${connection.connectionId}`;

export function createConnections(db: Db, table: string): Connections {
  const rows = (connectionId: string): Promise<Doc[]> =>
    db.all({
      table,
      key: { expression: '#id = :id', names: { '#id': 'connectionId' }, values: { ':id': connectionId } },
    });
  /** The rows by which a user's connection is found. */
  const indexKeys = (connection: Connection) => {
    const { connectionId, principal } = connection;
    if (principal.kind === 'anonymous') return undefined;
    return {
      ofUser: { connectionId: `u#${principal.sub}`, item: connectionId },
      ofMinute: { connectionId: minuteOf(endOf(connection)), item: dueItem(connection) },
    };
  };
  const index = async (connection: Connection) => {
    const keys = indexKeys(connection);
    if (keys === undefined) return;
    const expiresAt = expiry(connection);
    await Promise.all([
      db.write({ table, put: { ...keys.ofUser, session: connection.session, expiresAt } }),
      db.write({ table, put: { ...keys.ofMinute, of: connection.connectionId, expiresAt } }),
    ]);
  };
  const remove = (connectionId: string, item: unknown) => db.write({ table, remove: { connectionId, item } });

  return {
    ...createSubscriptions(db, table, expiry),
    async open(connection) {
      const row = { ...connection, item: '#', expiresAt: expiry(connection) };
      await Promise.all([index(connection), db.write({ table, put: row })]);
    },
    async find(connectionId) {
      const found = await rows(connectionId);
      const row = found.find(({ item }) => item === '#');
      if (row === undefined) return undefined;
      const subscriptions = new Map(subscriptionsIn(found).map((one) => [one.group, one]));
      const groups = [...subscriptions].flatMap(([group, { left }]) => (left ? [] : [group]));
      return { connection: connectionIn(row), groups, subscriptions };
    },
    async spend(connectionId, name, now) {
      const limit = connectionLimits[name];
      const key = { connectionId, item: '#' };
      const { row, waitMs } = await spend(db, { table, key, name, limit, now, create: false });
      return row === undefined ? undefined : { connection: connectionIn(row), waitMs };
    },
    async renew(connection) {
      const { connectionId, principal, tokenExpiresAt, session } = connection;
      const names = { '#principal': 'principal', '#until': 'tokenExpiresAt', '#session': 'session' };
      const written = await db.write({
        table,
        update: { connectionId, item: '#' },
        set: {
          expression: 'SET #principal = :principal, #until = :until, #session = :session',
          names,
          values: { ':principal': principal, ':until': tokenExpiresAt, ':session': session },
        },
        condition: { expression: 'attribute_exists(#principal)' },
      });
      if (written === false) return false;
      await index(connection);
      return true;
    },
    async close(connectionId, leave) {
      // Again while a frame that was on its way adds to it: later ones find that the connection is gone.
      for (;;) {
        const found = await rows(connectionId);
        if (found.length === 0) return;
        await Promise.all(subscriptionsIn(found).map(({ group, shownAs }) => leave(group, shownAs)));
        const row = found.find(({ item }) => item === '#');
        const keys = row && indexKeys(connectionIn(row));
        await Promise.all([
          ...found.map(({ item }) => remove(connectionId, item)),
          ...Object.values(keys ?? {}).map((key) => remove(key.connectionId, key.item)),
        ]);
      }
    },
    async of(sub) {
      const found = await rows(`u#${sub}`);
      return found.map(({ item, session }) => ({ connectionId: String(item), session: String(session) }));
    },
    async due(now) {
      const minutes = Array.from({ length: lookBack + 1 }, (_, back) => minuteOf(now - back * minuteMs));
      const found = await Promise.all(
        minutes.map((minute) =>
          db.all({
            table,
            key: {
              expression: '#id = :minute AND #item < :now',
              names: { '#id': 'connectionId', '#item': 'item' },
              values: { ':minute': minute, ':now': `${now}#` },
            },
          }),
        ),
      );
      return found
        .flat()
        .map(({ connectionId, item, of }) => ({ connectionId: String(of), key: { connectionId, item } }));
    },
    async settle({ key }) {
      await db.write({ table, remove: key });
    },
  };
}

/** Epoch seconds. */
function expiry({ connectedAt }: Connection): number {
  return Math.ceil((connectedAt + connectionLifeMs + afterlifeMs) / 1000);
}

function connectionIn(row: Doc): Connection {
  const { connectionId, principal, tokenExpiresAt, session, connectedAt } = row as unknown as Connection;
  return {
    connectionId,
    principal,
    connectedAt,
    ...(tokenExpiresAt === undefined ? {} : { tokenExpiresAt }),
    ...(session === undefined ? {} : { session }),
  };
}
