/** A tiny domain, a database, and effects for the tests of the functions. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { PulsecastError } from '../../core/codes.ts';
import {
  type AnyDomain,
  commandsOf,
  defineDomain,
  entity,
  hasRole,
  hasUnit,
  type Principal,
} from '../../core/domain.ts';
import { notifications } from '../../core/notices.ts';
import { presence as presenceDomain, trail } from '../../core/platform.ts';
import { createAccess } from '../../lambdas/adapters/access.ts';
import { createConnections } from '../../lambdas/adapters/connections.ts';
import { createDb, type Db } from '../../lambdas/adapters/dynamo.ts';
import { createIdempotency } from '../../lambdas/adapters/idempotency.ts';
import { createItems } from '../../lambdas/adapters/items.ts';
import type { Credential, VerifyToken } from '../../lambdas/adapters/jwks.ts';
import { createLog } from '../../lambdas/adapters/log.ts';
import { createMembers } from '../../lambdas/adapters/members.ts';
import { createPresence } from '../../lambdas/adapters/presence.ts';
import { createSessions } from '../../lambdas/adapters/sessions.ts';
import { problemReply } from '../../lambdas/chain.ts';
import type { HttpEvent, Reply, SocketEvent } from '../../lambdas/events.ts';
import { createPlaces } from '../../lambdas/places.ts';
import { logger } from '../../lambdas/telemetry.ts';
import { startDynamoDb, streamArn, table } from '../local/dynamodb/server.ts';

// Errors are provoked here by the dozen; their log lines would bury the results.
logger.setLogLevel('SILENT');

const entities = {
  room: entity({
    data: v.strictObject({ title: v.string(), meters: v.array(v.string()) }),
    delivery: 'instant',
    latest: true,
    groups: () => [],
  }),
  lamp: entity({
    data: v.strictObject({
      on: v.boolean(),
      /** The room whose group sees the lamp; it may be lent to another one. */
      room: v.string(),
      offAt: v.optional(v.number()),
      note: v.optional(v.string()),
    }),
    delivery: 'instant',
    latest: true,
    groups: ({ data }) => [`room/${data.room}`],
  }),
  meter: entity({
    data: v.strictObject({ total: v.number() }),
    delivery: 'instant',
    latest: true,
    groups: ({ partition }) => [`room/${partition.slice('room:'.length)}`],
  }),
};
const command = commandsOf(entities);

/** A house with rooms, lamps and meters. `room/open...` is public; others need the unit `room:<room>` or `admin`. */
export const house: AnyDomain = defineDomain({
  name: 'house',
  entities,
  directory: 'rooms',
  groups: {
    room: {
      pattern: 'room/:room',
      join: (principal, { room = '' }) =>
        room.startsWith('open') || hasRole(principal, 'admin') || hasUnit(principal, `room:${room}`),
      partitions: ({ room = '' }) => [`room:${room}`, `lent:${room}`],
      list: (directory) =>
        directory.list('room').map(({ key, data }) => ({ params: { room: key }, title: data.title })),
    },
    /** Public, and shows who is in it. */
    hall: {
      pattern: 'hall/:hall',
      join: () => true,
      partitions: () => [],
      presence: true,
      list: () => [],
    },
  },
  commands: {
    switch: command({
      input: v.strictObject({ room: v.string(), lamp: v.string(), rev: v.optional(v.number()) }),
      reads: ({ room, lamp }) => [{ partition: `room:${room}`, entity: 'lamp', key: lamp }],
      allow: (principal, { room }) => hasUnit(principal, `room:${room}`),
      run: (state, { lamp, rev }) => {
        const was = state.get('lamp', lamp);
        if (was === undefined) throw new PulsecastError('not_found', 'There is no such lamp.');
        if (rev !== undefined && rev !== was.rev) {
          throw new PulsecastError('conflict', 'The lamp was switched.', { current: was.data });
        }
        return {
          writes: [{ op: 'update', was, data: { ...was.data, on: !was.data.on } }],
          result: !was.data.on,
        };
      },
    }),
    hang: command({
      input: v.strictObject({ room: v.string() }),
      reads: ({ room }) => [{ partition: `room:${room}`, entity: 'lamp' }],
      allow: (principal, _input, state) => state === undefined || hasRole(principal, 'admin'),
      run: (_state, { room }, { id }) => {
        const key = id();
        const ref = { entity: 'lamp' as const, partition: `room:${room}`, key };
        return { writes: [{ op: 'create', ref, data: { on: false, room } }], result: { key } };
      },
    }),
  },
  ingest: {
    reads: (machineId, directory) => {
      const room = directory.list('room').find(({ data }) => data.meters.includes(machineId))?.key;
      return room === undefined
        ? undefined
        : [{ partition: `room:${room}`, entity: 'meter', key: machineId }];
    },
    next: (state, machineId, device) => {
      const seq = state.get('meter', machineId)?.hidden.seq as Record<string, number> | undefined;
      return seq?.[device];
    },
    run: (state, { machineId, device, pulses, nextSeq }) => {
      const was = state.get('meter', machineId);
      if (was === undefined) return [];
      const total = was.data.total + pulses.reduce((sum, { count }) => sum + count, 0);
      const seq = { ...(was.hidden.seq as Record<string, number> | undefined), [device]: nextSeq };
      return [{ op: 'update', was, data: { total }, hidden: { seq } }];
    },
  },
  sweep: {
    partitions: (directory) => directory.list('room').map(({ key }) => `room:${key}`),
    run: (state, now) =>
      state
        .list('lamp')
        .filter(({ data }) => data.on && data.offAt !== undefined && data.offAt <= now)
        .map((was) => [{ op: 'update' as const, was, data: { ...was.data, on: false } }]),
  },
  texts: { en: {}, ru: {} },
});

const keys = (hash: string, range?: string, rangeType = 'S') => ({
  KeySchema: [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' }]),
  ],
  AttributeDefinitions: [
    { AttributeName: hash, AttributeType: 'S' },
    ...(range === undefined ? [] : [{ AttributeName: range, AttributeType: rangeType }]),
  ],
});

/** A database with all tables and the adapters on it. `clock` is the adapters' time. */
export async function startHouse(clock: { now: number } = { now: Date.now() }) {
  const server = await startDynamoDb({
    clock: () => clock.now,
    ttlSweepMs: 3_600_000,
    tables: [
      table('connections', keys('connectionId', 'item')),
      table('members', keys('shard', 'connectionId')),
      table('log', keys('group', 'offset', 'N')),
      table('access', keys('kind', 'id')),
      table('idempotency', keys('key')),
      table('house', keys('partition', 'item')),
      table('presence', keys('partition', 'item')),
      table('audit', keys('partition', 'item')),
      table('notifications', keys('partition', 'item')),
    ],
  });
  const db = createDb(server.client);
  return {
    ...effectsOn(db, clock),
    server,
    db,
    /** The stream records of the domain's table after `after`, as the broadcaster gets them. */
    records: async (after?: string) =>
      JSON.parse(JSON.stringify((await server.dynamo.stream(streamArn('house'))?.read(after, 1000)) ?? [])),
    put: (item: {
      partition: string;
      entity: string;
      key: string;
      rev?: number;
      data: object;
      hidden?: object;
    }) =>
      db.write({
        table: 'house',
        put: {
          partition: item.partition,
          item: `${item.entity}#${item.key}`,
          rev: item.rev ?? 1,
          data: item.data,
          hidden: item.hidden ?? {},
        },
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export type House = Awaited<ReturnType<typeof startHouse>>;

/** Retention of the logs in these tests, in seconds. */
export const retentionSeconds = 3600;

const itemTables = {
  house: 'house',
  [notifications.name]: 'notifications',
  [presenceDomain.name]: 'presence',
  [trail.name]: 'audit',
};

export function effectsOn(db: Db, clock: { now: number }) {
  const now = () => clock.now;
  return {
    domains: [house, notifications],
    places: createPlaces([house], createItems(db, { house: 'house' }), now),
    connections: createConnections(db, 'connections'),
    members: createMembers(db, 'members'),
    log: createLog({ db, table: 'log', retentionSeconds, now, pause: async () => undefined }),
    items: createItems(db, itemTables),
    presence: createPresence(db, 'presence'),
    sessions: createSessions(db, 'access'),
    /** Nobody is there to be posted to. */
    post: async () => ({ posts: 0, gone: [], throttled: 0, unsent: 0 }),
    hangUp: async () => undefined,
    access: createAccess(db, 'access'),
    idempotency: createIdempotency(db, 'idempotency'),
    verify: fakeVerify(now),
    secret: () => randomBytes(32).toString('base64url'),
    pause: async () => undefined,
    now,
  };
}

/** The database, each of whose calls waits for `turn` first. */
export function waiting(db: Db, turn: () => Promise<void>): Db {
  return {
    get: (...request) => turn().then(() => db.get(...request)),
    query: (...request) => turn().then(() => db.query(...request)),
    all: (...request) => turn().then(() => db.all(...request)),
    write: (...request) => turn().then(() => db.write(...request)),
    change: (...request) => turn().then(() => db.change(...request)),
    transact: (...request) => turn().then(() => db.transact(...request)),
  };
}

export function user(sub: string, more: Partial<Principal> = {}): Principal {
  return { kind: 'user', sub, roles: [], units: [], ...more };
}

/** Takes tokens of the form JSON of a principal, with `expiresAt` if not in an hour. */
function fakeVerify(now: () => number): VerifyToken {
  return async (token) => {
    try {
      const {
        expiresAt = now() + 3_600_000,
        issuedAt = 0,
        session = 'a-session',
        ...principal
      } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Principal & Partial<Credential>;
      return { principal, expiresAt, issuedAt, session };
    } catch {
      throw new PulsecastError('unauthorized', 'The access token is not valid.');
    }
  };
}

export function tokenOf(principal: Principal & Partial<Omit<Credential, 'principal'>>): string {
  return Buffer.from(JSON.stringify(principal)).toString('base64url');
}

export function http(
  method: string,
  path: string,
  more: Partial<HttpEvent> & { json?: unknown; as?: Principal } = {},
): HttpEvent {
  const { json, as, headers = {}, ...rest } = more;
  return {
    rawPath: path,
    headers: { ...(as === undefined ? {} : { authorization: `Bearer ${tokenOf(as)}` }), ...headers },
    requestContext: { http: { method } },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...rest,
  };
}

export function socket(connectionId: string, frame: unknown): SocketEvent {
  const body = typeof frame === 'string' ? frame : JSON.stringify(frame);
  return { body, requestContext: { connectionId } };
}

/** The body of a reply as JSON, with its loose type. */
// biome-ignore lint/suspicious/noExplicitAny: replies are looked into by the tests, which state their shape.
export function bodyOf(reply: Reply): any {
  return JSON.parse(reply.body ?? 'null');
}

export function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof PulsecastError ? error.code : error),
  );
}

/** A reply as the chain gives it, errors as problem documents. */
export async function replyTo(
  run: Promise<Reply>,
): Promise<{ status: number; body: ReturnType<typeof bodyOf>; headers: Record<string, string> }> {
  const reply = await run.catch((error: unknown) => {
    if (error instanceof PulsecastError) return problemReply(error, 'r');
    throw error;
  });
  return { status: reply.statusCode, body: bodyOf(reply), headers: reply.headers ?? {} };
}

/** Three rooms in the directory, each with a meter of its own. */
export async function furnish(house: House): Promise<void> {
  for (const room of ['attic', 'cellar', 'open-hall']) {
    const data = { title: `The ${room}`, meters: [`m-${room}`] };
    await house.put({ partition: 'rooms', entity: 'room', key: room, data });
    await house.put({ partition: `room:${room}`, entity: 'meter', key: `m-${room}`, data: { total: 0 } });
  }
}
