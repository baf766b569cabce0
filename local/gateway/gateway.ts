import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Assembly, Authorize, Clock, Lambdas, Meter, ServiceReply, ServiceRequest } from '../ports.ts';
import { type Api, readApis } from './api.ts';
import { createCallbacks } from './callbacks.ts';
import { createConnections } from './connections.ts';
import type { GatewayContext, GatewayFaults } from './context.ts';
import { createHttpApis } from './http.ts';
import { createBucket, createThrottled, defaultLimits, type GatewayLimits } from './limits.ts';
import { createWebSockets } from './websocket.ts';
import type { UpgradeRequest } from './websocket-event.ts';
import { json, randomId, rawReply } from './wire.ts';

export interface GatewayOptions {
  assembly: Assembly;
  lambdas: Pick<Lambdas, 'invoke'>;
  /** Whether the function's resource policy lets this principal, acting for this source ARN, invoke it. */
  permits(functionArn: string, principal: string, sourceArn: string): boolean;
  authorize: Authorize;
  meter: Meter;
  clock?: Clock;
  newId?: () => string;
  limits?: Partial<GatewayLimits>;
  faults?: GatewayFaults;
  /** Divides the idle and lifetime limits. @default 1 */
  timeScale?: number;
  log?: (line: string) => void;
}

/** One open WebSocket connection, as the control interface lists it. */
export interface ConnectionInfo {
  id: string;
  apiId: string;
  stage: string;
  connectedAt: number;
}

/** API Gateway's data plane for every API of one template. */
export interface Gateway {
  apis: ReadonlyMap<string, Api>;
  /** Answers a plain request to an API: an HTTP API's route or `@connections`. `url` is the path below the API. */
  request(apiId: string, request: ServiceRequest): ServiceReply | Promise<ServiceReply>;
  /** Runs `$connect` and answers the upgrade on `socket`. */
  upgrade(
    apiId: string,
    request: UpgradeRequest,
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void>;
  connections(): ConnectionInfo[];
  /** Closes one connection from the server's side; false when it is not open. @default 1001, as a deployment would */
  closeConnection(id: string, code?: number, reason?: string): boolean;
  /** Ends every connection, without `$disconnect`: on AWS the service outlives its deployments. */
  close(): void;
}

/** The template does not change while it runs, and the question is asked for every message. */
function remembered(permits: GatewayOptions['permits']): GatewayOptions['permits'] {
  const answers = new Map<string, boolean>();
  return (...question) => {
    const key = question.join(' ');
    const answer = answers.get(key) ?? permits(...question);
    answers.set(key, answer);
    return answer;
  };
}

/** Plays API Gateway for the APIs of a template. Throws `GatewayError` for what the template asks and it does not play. */
export function createGateway(options: GatewayOptions): Gateway {
  const limits = { ...defaultLimits, ...options.limits };
  const clock = options.clock ?? Date.now;
  const account = createBucket(limits.requestsPerSecond, limits.burst, clock);
  const context: GatewayContext = {
    lambdas: options.lambdas,
    permits: remembered(options.permits),
    authorize: options.authorize,
    meter: options.meter,
    clock,
    newId: options.newId ?? randomId,
    limits,
    account,
    throttled: createThrottled(account, clock),
    faults: options.faults ?? {},
    timeScale: options.timeScale ?? 1,
    log: options.log ?? (() => {}),
  };
  const apis = readApis(options.assembly);
  const connections = createConnections(context);
  const webSockets = createWebSockets(context, connections);
  const callback = createCallbacks(context, connections);
  const http = createHttpApis(context);

  return {
    apis,
    request(apiId, request) {
      const api = apis.get(apiId);
      if (!api) return json(404, { message: 'Not Found' });
      if (api.protocol === 'HTTP') return http(api, request);
      return callback(api, request) ?? json(403, { message: 'Forbidden', requestId: context.newId() });
    },
    async upgrade(apiId, request, message, socket, head) {
      const api = apis.get(apiId);
      if (api?.protocol === 'WEBSOCKET') {
        await webSockets.upgrade(api, request, message, socket, head);
      } else {
        socket.end(rawReply(json(404, { message: 'Not Found' })));
      }
    },
    connections: () =>
      connections
        .list()
        .flatMap(({ id, api, stage, connectedAt, socket }) =>
          socket ? [{ id, apiId: api.id, stage: stage.name, connectedAt }] : [],
        ),
    closeConnection(id, code = 1001, reason = 'Going away') {
      const connection = connections.open(id);
      if (connection) connections.close(connection, code, reason);
      return connection !== undefined;
    },
    close: () => connections.stop(),
  };
}
