import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ServiceReply } from '../ports.ts';
import type { Api, Route } from './api.ts';
import { askAuthorizer, identityValues } from './authorizer.ts';
import type { Connection, Connections } from './connections.ts';
import type { GatewayContext } from './context.ts';
import { createFrameScanner } from './frames.ts';
import { callFunction, executeApiArn, type Outcome } from './integration.ts';
import { createBucket } from './limits.ts';
import { selectRoute } from './route-selection.ts';
import {
  authorizerEvent,
  connectEvent,
  disconnectEvent,
  messageEvent,
  type UpgradeRequest,
} from './websocket-event.ts';
import { decode, isRecord, json, queryValues, rawReply, splitUrl } from './wire.ts';

/** The WebSocket side of the gateway. */
export interface WebSockets {
  /** Runs `$connect` and answers the upgrade. Never throws. */
  upgrade(
    api: Api,
    request: UpgradeRequest,
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void>;
}

const wording: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal server error',
  502: 'Internal server error',
  504: 'Endpoint request timed out',
};

const isStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599;

/** The proxy response of a function, undefined when it is malformed: no object, or without a status code. */
function proxyResponse(outcome: Outcome) {
  if (outcome.kind !== 'reply' || !isRecord(outcome.payload)) return undefined;
  const { statusCode, headers, body } = outcome.payload;
  const status = typeof statusCode === 'string' ? Number(statusCode) : statusCode;
  return isStatus(status) ? { status, headers: isRecord(headers) ? headers : {}, body } : undefined;
}

/** The subprotocol that the integration chose: the only one that the client is told. */
function chosenProtocol(headers: Record<string, unknown>): string | undefined {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol');
  return typeof found?.[1] === 'string' ? found[1] : undefined;
}

const closeReasons: Record<number, string> = {
  1001: 'Going away',
  1005: 'Client-side close frame status not set',
  1006: 'Connection closed abnormally',
};

export function createWebSockets(context: GatewayContext, connections: Connections): WebSockets {
  const { clock, limits, newId } = context;
  const newConnections = createBucket(limits.connectionsPerSecond, limits.connectionsPerSecond, clock);
  const protocols = new WeakMap<IncomingMessage, string>();
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    handleProtocols: (_, message) => protocols.get(message) ?? false,
  });

  const run = (connection: Connection, route: Route, event: unknown): Promise<Outcome> => {
    const { integration } = route;
    if (!integration) return Promise.resolve({ kind: 'failed', message: 'no integration' });
    if (integration.type === 'MOCK') {
      return Promise.resolve({ kind: 'reply', payload: { statusCode: integration.mockStatus } });
    }
    const source = executeApiArn(connection.api.id, connection.stage.name, route.key);
    const timeout = Math.min(integration.timeoutMs ?? limits.webSocketTimeoutMs, limits.webSocketTimeoutMs);
    return callFunction(context, integration.functionArn, source, event, timeout);
  };

  /** The status with which the upgrade is refused, or the subprotocol with which it is accepted. */
  async function connect(
    connection: Connection,
    request: UpgradeRequest,
    requestId: string,
  ): Promise<{ status: number } | { protocol: string | undefined }> {
    const { api, stage } = connection;
    const route = api.routes.get('$connect');
    if (!newConnections() || context.throttled(api.id, stage, '$connect')) return { status: 429 };
    if (!route) return { protocol: undefined };
    const { query } = splitUrl(request.url);
    const event = connectEvent(connection, request, query, requestId, clock());

    if (route.authorization === 'CUSTOM' && route.authorizer) {
      const parameters = queryValues(query);
      const identity = identityValues(route.authorizer.identitySources, {
        header: (name) =>
          request.headers.find(([header]) => header.toLowerCase() === name.toLowerCase())?.[1],
        query: (name) => parameters?.[name]?.[0],
        stageVariables: stage.variables,
        context: (name) => String(Reflect.get(event.requestContext, name) ?? ''),
      });
      if (!identity) return { status: 401 };
      const arn = executeApiArn(api.id, stage.name, '$connect');
      const verdict = await askAuthorizer(
        context,
        api.id,
        route.authorizer,
        authorizerEvent(event, arn),
        arn,
        limits.webSocketTimeoutMs,
      );
      if (!verdict.allow) return { status: verdict.status };
      connection.authorizer = {
        ...(verdict.principalId === undefined ? {} : { principalId: verdict.principalId }),
        integrationLatency: clock() - connection.connectedAt,
        ...Object.fromEntries(Object.entries(verdict.context).map(([name, value]) => [name, String(value)])),
      };
      event.requestContext.authorizer = connection.authorizer;
    }

    const outcome = await run(connection, route, event);
    if (outcome.kind === 'forbidden') return { status: 500 };
    if (outcome.kind === 'timeout') return { status: 504 };
    const response = proxyResponse(outcome);
    if (!response) return { status: 502 };
    if (response.status < 200 || response.status > 299) return { status: response.status };
    return { protocol: chosenProtocol(response.headers) };
  }

  const sendError = (connection: Connection, message: string, requestId: string): void => {
    if (connection.socket && !connection.closedWith) {
      connections.send(connection, JSON.stringify({ message, connectionId: connection.id, requestId }));
    }
  };

  async function receive(connection: Connection, body: string): Promise<void> {
    const { api, stage } = connection;
    const requestId = newId();
    const selected = selectRoute(api.routeSelection, body);
    const route =
      (selected === undefined ? undefined : api.routes.get(selected)) ?? api.routes.get('$default');
    if (context.throttled(api.id, stage, route?.key ?? '$default')) {
      sendError(connection, 'Too Many Requests', requestId);
      return;
    }
    if (!route) {
      sendError(connection, 'Forbidden', requestId);
      return;
    }
    const event = messageEvent(connection, route.key, body, newId(), requestId, clock());
    const outcome = await run(connection, route, event);
    const response = proxyResponse(outcome);
    if (outcome.kind === 'timeout') sendError(connection, 'Endpoint request timed out', requestId);
    else if (!response) sendError(connection, 'Internal server error', requestId);
    else if (route.twoWay && connection.socket && !connection.closedWith && response.body !== undefined) {
      const reply = typeof response.body === 'string' ? response.body : JSON.stringify(response.body);
      if (context.faults.cut?.(reply)) connection.socket.terminate();
      else connections.send(connection, reply);
    }
  }

  function disconnected(connection: Connection, code: number, reason: string): void {
    connections.forget(connection);
    const route = connection.api.routes.get('$disconnect');
    if (!route || connections.stopped || context.faults.loseDisconnect?.(connection.id)) return;
    const closed = connection.closedWith ?? { code, reason: reason || (closeReasons[code] ?? '') };
    void run(connection, route, disconnectEvent(connection, closed.code, closed.reason, newId(), clock()));
  }

  function attach(connection: Connection, socket: WebSocket, stream: Duplex): void {
    connection.socket = socket;
    connection.connectedAt = connection.lastActiveAt = connection.meteredAt = clock();
    const tooLarge = createFrameScanner(limits.frameBytes);
    stream.prependListener('data', (chunk: Buffer) => {
      connection.lastActiveAt = clock();
      if (tooLarge(chunk)) connections.close(connection, 1009, 'Frame too large');
    });
    // The library closes the socket itself (1009, 1002, 1007) after reporting a violation here.
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      if (connection.closedWith) return;
      if (isBinary) {
        connections.close(connection, 1003, 'Binary is not supported');
        return;
      }
      const body = data.toString();
      if (context.faults.cut?.(body)) {
        socket.terminate();
        return;
      }
      connections.received(connection, Buffer.byteLength(body));
      void receive(connection, body);
    });
    socket.on('close', (code, reason) => disconnected(connection, code, reason.toString()));
  }

  const refuse = (socket: Duplex, reply: ServiceReply): void => {
    socket.once('finish', () => socket.destroy());
    socket.end(rawReply(reply));
  };

  return {
    async upgrade(api, request, message, socket, head) {
      socket.on('error', () => socket.destroy());
      const requestId = newId();
      const id = newId();
      const refusal = (status: number): ServiceReply =>
        json(status, {
          message: wording[status] ?? STATUS_CODES[status] ?? 'Error',
          connectionId: id,
          requestId,
        });
      const [, stageName = '', ...rest] = splitUrl(request.url).path.split('/').map(decode);
      const stage = api.stages.get(stageName);
      if (!stage || rest.some(Boolean)) {
        refuse(socket, refusal(403));
        return;
      }
      const now = clock();
      const userAgent = request.headers.find(([name]) => name.toLowerCase() === 'user-agent')?.[1];
      const connection: Connection = {
        id,
        api,
        stage,
        connectedAt: now,
        lastActiveAt: now,
        meteredAt: now,
        identity: { ...(userAgent ? { userAgent } : {}), sourceIp: request.sourceIp },
      };
      connections.add(connection);
      const result = await connect(connection, request, requestId);
      if ('status' in result) {
        connections.forget(connection);
        refuse(socket, refusal(result.status));
        return;
      }
      if (socket.destroyed) {
        disconnected(connection, 1006, '');
        return;
      }
      if (result.protocol !== undefined) protocols.set(message, result.protocol);
      // The client may be gone, or its handshake malformed: then the library answers and never calls back,
      // but `$connect` has run.
      let opened = false;
      server.handleUpgrade(message, socket, head, (webSocket) => {
        opened = true;
        attach(connection, webSocket, socket);
      });
      if (!opened) disconnected(connection, 1006, '');
    },
  };
}
