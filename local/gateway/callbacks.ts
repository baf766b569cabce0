import { AwsError, type ServiceReply, type ServiceRequest } from '../ports.ts';
import type { Api } from './api.ts';
import type { Connection, Connections } from './connections.ts';
import type { GatewayContext, PostFault } from './context.ts';
import { executeApiArn } from './integration.ts';
import { decode, errorReply, isConnectionId, json, splitUrl } from './wire.ts';

const gone: ServiceReply = { status: 410, headers: { 'x-amzn-errortype': 'GoneException' }, body: '' };
const sent: ServiceReply = { status: 200, headers: {}, body: '' };
const deleted: ServiceReply = { status: 204, headers: {}, body: '' };

const description = ({ connectedAt, identity, lastActiveAt }: Connection) => ({
  connectedAt: new Date(connectedAt).toISOString(),
  identity: { sourceIp: identity.sourceIp, userAgent: identity.userAgent ?? '' },
  lastActiveAt: new Date(lastActiveAt).toISOString(),
});

const after = <T>(ms: number, then: () => T): Promise<T> =>
  new Promise((resolve) => setTimeout(() => resolve(then()), ms).unref());

/**
 * The `@connections` calls: POST sends, GET describes, DELETE closes. Answers at once, without waiting for anything:
 * a broadcast makes thousands of these calls a second. Undefined when the path is another one.
 */
export function createCallbacks(context: GatewayContext, connections: Connections) {
  const { limits, faults } = context;

  const limitExceeded = (what: string) => new AwsError('LimitExceededException', what, 429);
  const tooLarge = () => new AwsError('PayloadTooLargeException', 'Message exceeds the 128 KB limit', 413);

  function send(connection: Connection, body: Buffer): ServiceReply {
    if (!connection.socket || connection.closedWith) return gone;
    if (faults.cut?.(body)) connection.socket.terminate();
    else connections.send(connection, body);
    return sent;
  }

  function faulty(
    fault: PostFault,
    connection: Connection,
    body: Buffer,
  ): ServiceReply | Promise<ServiceReply> {
    switch (fault.kind) {
      case 'lost':
        return sent;
      case 'gone':
        return gone;
      case 'tooLarge':
        throw tooLarge();
      case 'throttled':
        throw limitExceeded('Rate exceeded');
      case 'failed':
        return json(500, { message: 'Internal server error' });
      case 'hung':
        return after(fault.ms, () => json(503, { message: 'Service Unavailable' }));
      case 'delayed':
        return after(fault.ms, () => send(connection, body));
    }
  }

  function answer(
    api: Api,
    stageName: string,
    id: string,
    { method, headers, body, caller }: ServiceRequest,
  ) {
    if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256')) {
      throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
    }
    context.authorize(
      caller,
      'execute-api:ManageConnections',
      executeApiArn(api.id, stageName, method, '@connections', id),
    );
    if (!context.account()) throw limitExceeded('Rate exceeded');
    if (method === 'POST' && body.length > limits.messageBytes) throw tooLarge();
    if (!isConnectionId(id)) throw new AwsError('BadRequestException', `Invalid connectionId: ${id}`, 400);
    const connection = connections.open(id);
    const socket = connection?.socket;
    if (!socket || connection.api !== api || connection.stage.name !== stageName) return gone;
    if (method === 'POST') {
      if (socket.bufferedAmount > limits.clientBufferBytes) {
        throw limitExceeded('The buffer of the client is full');
      }
      const fault = faults.post?.(body, caller.functionName);
      return fault === undefined ? send(connection, body) : faulty(fault, connection, body);
    }
    if (method === 'GET') return json(200, description(connection));
    if (method === 'DELETE') {
      connections.close(connection, 1000, 'Connection Closed Normally');
      return deleted;
    }
    throw new AwsError('ForbiddenException', 'Forbidden', 403);
  }

  return (api: Api, request: ServiceRequest): ServiceReply | Promise<ServiceReply> | undefined => {
    const [, stage = '', marker = '', ...id] = splitUrl(request.url).path.split('/');
    if (decode(marker) !== '@connections') return undefined;
    try {
      return answer(api, decode(stage), decode(id.join('/')), request);
    } catch (error) {
      return errorReply(error);
    }
  };
}
