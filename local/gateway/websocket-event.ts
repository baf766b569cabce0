import type { Api, Stage } from './api.ts';
import type { Connection } from './connections.ts';
import { type HeaderList, last, queryValues, requestTime, single, traceId } from './wire.ts';

/** The upgrade request of a client, whichever way it came. */
export interface UpgradeRequest {
  /** Path below the API and query, e.g. `/live?token=x`. */
  url: string;
  headers: HeaderList;
  sourceIp: string;
}

/** Values of each header, names in the case that they came in. */
export function multiValues(headers: HeaderList): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const list = values[name];
    if (list) list.push(value);
    else values[name] = [value];
  }
  return values;
}

function requestContext(
  connection: Connection,
  own: Record<string, unknown>,
  requestId: string,
  now: number,
): Record<string, unknown> {
  return {
    ...own,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: 'IN',
    stage: connection.stage.name,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: now,
    identity: connection.identity,
    requestId,
    domainName: connection.api.domainName,
    connectionId: connection.id,
    apiId: connection.api.id,
    ...(connection.authorizer ? { authorizer: connection.authorizer } : {}),
  };
}

const stageVariables = (stage: Stage) => (stage.variables ? { stageVariables: stage.variables } : {});

/** What API Gateway adds to a client's headers on their way to a function. */
function forwarded(api: Api, request: UpgradeRequest, now: number): HeaderList {
  const kept = request.headers.filter(
    ([name]) => !/^(host|connection|upgrade|x-forwarded-(for|port|proto)|x-amzn-trace-id)$/i.test(name),
  );
  const before = request.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-for')?.[1];
  return [
    ['Host', api.domainName],
    ...kept,
    ['X-Amzn-Trace-Id', traceId(now)],
    ['X-Forwarded-For', before ? `${before}, ${request.sourceIp}` : request.sourceIp],
    ['X-Forwarded-Port', '443'],
    ['X-Forwarded-Proto', 'https'],
  ];
}

function requestParts(api: Api, request: UpgradeRequest, query: string, now: number) {
  const headers = multiValues(forwarded(api, request, now));
  const parameters = queryValues(query);
  return {
    headers: single(headers, last),
    multiValueHeaders: headers,
    ...(parameters
      ? {
          queryStringParameters: single(parameters, last),
          multiValueQueryStringParameters: parameters,
        }
      : {}),
  };
}

/** The event of the `$connect` integration. */
export function connectEvent(
  connection: Connection,
  request: UpgradeRequest,
  query: string,
  requestId: string,
  now: number,
) {
  return {
    ...requestParts(connection.api, request, query, now),
    ...stageVariables(connection.stage),
    requestContext: requestContext(
      connection,
      { routeKey: '$connect', eventType: 'CONNECT' },
      requestId,
      now,
    ),
    isBase64Encoded: false,
  };
}

/** The event of a REQUEST authorizer on `$connect`: the integration's, with type and ARN. */
export const authorizerEvent = (event: ReturnType<typeof connectEvent>, methodArn: string) => ({
  type: 'REQUEST',
  methodArn,
  ...event,
});

/** The event of a message. It carries no headers and no query. */
export function messageEvent(
  connection: Connection,
  routeKey: string,
  body: string,
  messageId: string,
  requestId: string,
  now: number,
) {
  return {
    ...stageVariables(connection.stage),
    requestContext: requestContext(connection, { routeKey, messageId, eventType: 'MESSAGE' }, requestId, now),
    body,
    isBase64Encoded: false,
  };
}

/** The event of `$disconnect`, with the close code and reason of whoever closed. */
export function disconnectEvent(
  connection: Connection,
  code: number,
  reason: string,
  requestId: string,
  now: number,
) {
  const headers = {
    Host: connection.api.domainName,
    'x-api-key': '',
    'X-Forwarded-For': connection.identity.sourceIp,
    'x-restapi': '',
  };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...stageVariables(connection.stage),
    requestContext: requestContext(
      connection,
      {
        routeKey: '$disconnect',
        disconnectStatusCode: code,
        eventType: 'DISCONNECT',
        disconnectReason: reason,
      },
      requestId,
      now,
    ),
    isBase64Encoded: false,
  };
}
