/** `$connect`: who is there? A refused credential is an HTTP status, and there is no socket. */
import { PulsecastError } from '../core/codes.ts';
import { anonymous } from '../core/domain.ts';
import { subprotocol } from '../core/protocol.ts';
import { type Access, createAccess } from './adapters/access.ts';
import { type Connections, createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { type Credential, type VerifyToken, verifyToken } from './adapters/jwks.ts';
import { createSessions, type Sessions } from './adapters/sessions.ts';
import { connectChain } from './chain.ts';
import { env, envOr, once } from './environment.ts';
import { type ConnectEvent, header, type Reply } from './events.ts';
import { count, logger } from './telemetry.ts';

export interface ConnectEffects {
  verify: VerifyToken;
  access: Pick<Access, 'takeTicket'>;
  connections: Pick<Connections, 'open' | 'close'>;
  sessions: Pick<Sessions, 'spend'>;
  /** Whether `?token=` is taken: a URL ends up in logs, so a deployed stack says no unless told otherwise. */
  tokenInQuery: boolean;
  now: () => number;
}

const cloud = once(
  (): ConnectEffects => ({
    verify: verifyToken(),
    access: createAccess(dynamo(), env('ACCESS_TABLE')),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    sessions: createSessions(dynamo(), env('ACCESS_TABLE')),
    tokenInQuery: envOr('TOKEN_IN_QUERY', 'off') === 'on',
    now: Date.now,
  }),
);

export const handler = connectChain((event: ConnectEvent) => connect(event));

export async function connect(event: ConnectEvent, effects: ConnectEffects = cloud()): Promise<Reply> {
  const offered = subprotocols(event);
  if (offered.length > 0 && !offered.includes(subprotocol)) {
    throw new PulsecastError('bad_request', `The subprotocol is ${subprotocol}.`);
  }
  const credential = await credentialOf(event, offered, effects);
  await open(event.requestContext.connectionId, credential, effects);
  return {
    statusCode: 200,
    ...(offered.length > 0 ? { headers: { 'Sec-WebSocket-Protocol': subprotocol } } : {}),
  };
}

/**
 * The connection is written before the session is checked, as who ends a session notes that before it looks for the
 * connections: so one of the two sees the other.
 */
async function open(
  connectionId: string,
  credential: Credential | undefined,
  { connections, sessions, now }: ConnectEffects,
): Promise<void> {
  const connectedAt = now();
  if (credential === undefined) {
    await connections.open({ connectionId, principal: anonymous, connectedAt });
    return;
  }
  const { principal, expiresAt, session } = credential;
  await connections.open({ connectionId, principal, tokenExpiresAt: expiresAt, session, connectedAt });
  try {
    await sessions.spend(credential, 'connects', now());
  } catch (error) {
    // It has no groups yet.
    await connections.close(connectionId, async () => undefined);
    throw error;
  }
}

function subprotocols(event: ConnectEvent): string[] {
  const offered = header(event.headers, 'sec-websocket-protocol') ?? '';
  return offered
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

async function credentialOf(
  event: ConnectEvent,
  offered: readonly string[],
  { verify, access, tokenInQuery, now }: ConnectEffects,
): Promise<Credential | undefined> {
  const { ticket, token } = event.queryStringParameters ?? {};
  const jwt = offered.find((name) => name.startsWith('jwt.'))?.slice('jwt.'.length);
  if (jwt !== undefined) return verify(jwt);
  if (ticket !== undefined) {
    return (await access.takeTicket(ticket, now())) ?? refuse('ticket');
  }
  if (token !== undefined) return tokenInQuery ? verify(token) : refuse('token_in_query');
  return undefined;
}

function refuse(reason: string): never {
  count('refused');
  logger.info('credential refused', { reason });
  throw new PulsecastError('unauthorized', 'The credential is not valid.');
}
