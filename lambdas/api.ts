/** The HTTP API but for pulses: a table of routes. */
import { randomBytes } from 'node:crypto';
import { domains } from '#domains';
import { PulsecastError } from '../core/codes.ts';
import { createAccess } from './adapters/access.ts';
import { createConnections } from './adapters/connections.ts';
import { dynamo, dynamoUnrepeated } from './adapters/dynamo.ts';
import { createHangUp } from './adapters/hangup.ts';
import { createIdempotency } from './adapters/idempotency.ts';
import { createItems } from './adapters/items.ts';
import { verifyToken } from './adapters/jwks.ts';
import { createLog } from './adapters/log.ts';
import { createMembers } from './adapters/members.ts';
import { createPoster, signedSend } from './adapters/post.ts';
import { createPresence } from './adapters/presence.ts';
import { createSessions } from './adapters/sessions.ts';
import { httpChain } from './chain.ts';
import { enabledDomains, env, envOr, itemTables, once } from './environment.ts';
import type { HttpEvent, Reply } from './events.ts';
import { announce } from './http/announcements.ts';
import { olderEntries } from './http/audit.ts';
import { command } from './http/commands.ts';
import { deviceAdd, deviceList, deviceRevoke } from './http/devices.ts';
import type { ApiEffects, Handle } from './http/effects.ts';
import { groupList, groupState } from './http/groups.ts';
import { logout, me, revoke, ticket } from './http/session.ts';

/** API Gateway gives it to `ingest`; it stands here for the methods that it does not take. */
const pulses: Handle = async () => {
  throw new PulsecastError('not_found', 'There is nothing at this path.');
};

const routes: readonly { path: RegExp; methods: Readonly<Record<string, Handle>> }[] = [
  { path: /^\/api\/commands\/([^/]+)\/([^/]+)$/, methods: { POST: command } },
  { path: /^\/api\/groups$/, methods: { GET: groupList } },
  { path: /^\/api\/groups\/(.+)$/, methods: { GET: groupState } },
  { path: /^\/api\/audit\/(.+)$/, methods: { GET: olderEntries } },
  { path: /^\/api\/announcements$/, methods: { POST: announce } },
  { path: /^\/api\/pulses$/, methods: { POST: pulses } },
  { path: /^\/api\/tickets$/, methods: { POST: ticket } },
  { path: /^\/api\/me$/, methods: { GET: me } },
  { path: /^\/api\/logout$/, methods: { POST: logout } },
  { path: /^\/api\/sessions\/revoke$/, methods: { POST: revoke } },
  { path: /^\/api\/devices$/, methods: { GET: deviceList, POST: deviceAdd } },
  { path: /^\/api\/devices\/([^/]+)$/, methods: { DELETE: deviceRevoke } },
];

const cloud = once(
  (): ApiEffects => ({
    domains: enabledDomains(domains),
    verify: verifyToken(),
    access: createAccess(dynamo(), env('ACCESS_TABLE')),
    idempotency: createIdempotency(dynamo(), env('IDEMPOTENCY_TABLE')),
    items: createItems(dynamo(), itemTables(), dynamoUnrepeated()),
    sessions: createSessions(dynamo(), env('ACCESS_TABLE')),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
    presence: createPresence(dynamo(), env('PRESENCE_TABLE')),
    post: createPoster({ send: signedSend() }),
    hangUp: createHangUp(),
    log: createLog({
      db: dynamo(),
      table: env('LOG_TABLE'),
      retentionSeconds: Number(envOr('LOG_RETENTION_SECONDS', '3600')),
    }),
    now: Date.now,
    secret: () => randomBytes(32).toString('base64url'),
  }),
);

export const handler = httpChain((event) => api(event));

/** Errors: `not_found`, `method_not_allowed` (with `allow`), and those of the route. */
export async function api(event: HttpEvent, effects: () => ApiEffects = cloud): Promise<Reply> {
  const { method } = event.requestContext.http;
  for (const { path, methods } of routes) {
    const match = path.exec(event.rawPath);
    if (match === null) continue;
    const handle = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (handle === undefined) {
      const allow = Object.keys(methods);
      throw new PulsecastError('method_not_allowed', `This takes ${allow.join(', ')}.`, { allow });
    }
    return handle(event, match.slice(1).map(decoded), effects());
  }
  throw new PulsecastError('not_found', 'There is nothing at this path.');
}

/** API Gateway may have decoded the path; a name holds no `%`, so that decoding it twice changes nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new PulsecastError('not_found', 'There is nothing at this path.');
  }
}
