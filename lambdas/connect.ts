/** `$connect`: who is there? A refused credential is an HTTP status, and there is no socket. */
import { PulsecastError } from '../core/codes.ts';
import { anonymous, type Principal } from '../core/domain.ts';
import { subprotocol } from '../core/protocol.ts';
import { type Access, createAccess } from './adapters/access.ts';
import { type Connections, createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { type VerifyToken, verifyToken } from './adapters/jwks.ts';
import { connectChain } from './chain.ts';
import { env, envOr, once } from './environment.ts';
import { type ConnectEvent, header, type Reply } from './events.ts';
import { count, logger } from './telemetry.ts';

export interface ConnectEffects {
  verify: VerifyToken;
  access: Pick<Access, 'takeTicket'>;
  connections: Pick<Connections, 'open'>;
  /** Whether `?token=` is taken: a URL ends up in logs, so a deployed stack says no unless told otherwise. */
  tokenInQuery: boolean;
  now: () => number;
}

const cloud = once(
  (): ConnectEffects => ({
    verify: verifyToken(),
    access: createAccess(dynamo(), env('ACCESS_TABLE')),
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
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
  const { principal, tokenExpiresAt } = await credentialOf(event, offered, effects);
  await effects.connections.open({
    connectionId: event.requestContext.connectionId,
    principal,
    connectedAt: effects.now(),
    ...(tokenExpiresAt === undefined ? {} : { tokenExpiresAt }),
  });
  return {
    statusCode: 200,
    ...(offered.length > 0 ? { headers: { 'Sec-WebSocket-Protocol': subprotocol } } : {}),
  };
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
): Promise<{ principal: Principal; tokenExpiresAt?: number }> {
  const { ticket, token } = event.queryStringParameters ?? {};
  const jwt = offered.find((name) => name.startsWith('jwt.'))?.slice('jwt.'.length);
  if (jwt !== undefined) return verified(await verify(jwt));
  if (ticket !== undefined) {
    const taken = await access.takeTicket(ticket, now());
    return taken ?? refuse('ticket');
  }
  if (token !== undefined) return tokenInQuery ? verified(await verify(token)) : refuse('token_in_query');
  return { principal: anonymous };
}

function verified({ principal, expiresAt }: { principal: Principal; expiresAt: number }) {
  return { principal, tokenExpiresAt: expiresAt };
}

function refuse(reason: string): never {
  count('refused');
  logger.info('credential refused', { reason });
  throw new PulsecastError('unauthorized', 'The credential is not valid.');
}
