import type { IncomingHttpHeaders } from 'node:http';
import { account, type ServiceRequest } from '../ports.ts';
import type { Api, Stage } from './api.ts';
import type { RouteMatch } from './http-route.ts';
import { last, queryValues, requestTime, single, splitUrl, traceId } from './wire.ts';

/** One request on its way through an HTTP API. */
export interface HttpCall {
  api: Api;
  stage: Stage;
  match: RouteMatch;
  request: ServiceRequest;
  requestId: string;
  now: number;
}

/** Headers as a function sees them: lower case, joined by commas, without cookies (`cookies` holds those). */
export function eventHeaders({ api, request, now }: HttpCall): Record<string, string> {
  const headers: Record<string, string> = {};
  const hidden = new Set(['connection', 'cookie', 'keep-alive', 'transfer-encoding', 'upgrade']);
  for (const [name, value] of Object.entries(request.headers as IncomingHttpHeaders)) {
    if (value !== undefined && !hidden.has(name)) headers[name] = [value].flat().join(',');
  }
  const before = headers['x-forwarded-for'];
  return {
    ...headers,
    'content-length': String(request.body.length),
    host: api.domainName,
    'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? traceId(now),
    'x-forwarded-for': before ? `${before}, ${request.sourceIp}` : request.sourceIp,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  };
}

const cookiesOf = (headers: IncomingHttpHeaders): string[] | undefined =>
  headers.cookie?.split(/;\s*/).filter(Boolean);

const isText = (contentType: string | undefined): boolean =>
  contentType === undefined ||
  /^(text\/|application\/(json|javascript|xml|graphql)\b|application\/[\w.-]+\+(json|xml)\b)/i.test(
    contentType,
  );

function bodyPart({ headers, body }: ServiceRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const text = isText(headers['content-type']);
  return { body: body.toString(text ? 'utf8' : 'base64'), isBase64Encoded: !text };
}

function contextV2(call: HttpCall, authorizer: Record<string, unknown> | undefined) {
  const { api, stage, match, request, requestId, now } = call;
  return {
    accountId: account,
    apiId: api.id,
    ...(authorizer ? { authorizer } : {}),
    domainName: api.domainName,
    domainPrefix: api.id,
    http: {
      method: request.method,
      path: splitUrl(request.url).path,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: match.route.key,
    stage: stage.name,
    time: requestTime(now),
    timeEpoch: now,
  };
}

function partsV2(call: HttpCall) {
  const { path, query } = splitUrl(call.request.url);
  const cookies = cookiesOf(call.request.headers);
  const parameters = single(queryValues(query), (list) => list.join(','));
  return {
    routeKey: call.match.route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookies ? { cookies } : {}),
    headers: eventHeaders(call),
    ...(parameters ? { queryStringParameters: parameters } : {}),
  };
}

function tailV2({ stage, match }: HttpCall) {
  return {
    ...(match.pathParameters ? { pathParameters: match.pathParameters } : {}),
    ...(stage.variables ? { stageVariables: stage.variables } : {}),
  };
}

/** Payload format 2.0 of a Lambda integration. `authorizer` is `{ lambda }` or `{ jwt }`. */
export const eventV2 = (call: HttpCall, authorizer: Record<string, unknown> | undefined) => ({
  version: '2.0',
  ...partsV2(call),
  requestContext: contextV2(call, authorizer),
  ...tailV2(call),
  ...bodyPart(call.request),
});

/** Payload format 2.0 of a Lambda authorizer. */
export const authorizerEventV2 = (
  call: HttpCall,
  routeArn: string,
  identitySource: readonly string[] | undefined,
) => ({
  version: '2.0',
  type: 'REQUEST',
  routeArn,
  identitySource: identitySource ?? null,
  ...partsV2(call),
  requestContext: contextV2(call, undefined),
  ...tailV2(call),
});

function partsV1(call: HttpCall, authorizer: Record<string, unknown> | undefined) {
  const { api, stage, match, request, requestId, now } = call;
  const { path, query } = splitUrl(request.url);
  const cookie = request.headers.cookie;
  const headers = { ...eventHeaders(call), ...(cookie ? { cookie } : {}) };
  const parameters = queryValues(query);
  const resource = match.route.key.split(' ')[1] ?? '$default';
  return {
    resource,
    path,
    httpMethod: request.method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: single(parameters, last) ?? null,
    multiValueQueryStringParameters: parameters ?? null,
    requestContext: {
      accountId: account,
      apiId: api.id,
      ...(authorizer ? { authorizer } : {}),
      domainName: api.domainName,
      domainPrefix: api.id,
      extendedRequestId: requestId,
      httpMethod: request.method,
      identity: { sourceIp: request.sourceIp, userAgent: request.headers['user-agent'] ?? '' },
      path,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: requestTime(now),
      requestTimeEpoch: now,
      resourceId: match.route.key,
      resourcePath: resource,
      stage: stage.name,
    },
    pathParameters: match.pathParameters ?? null,
    stageVariables: stage.variables ?? null,
  };
}

/** Payload format 1.0 of a Lambda integration. */
export const eventV1 = (call: HttpCall, authorizer: Record<string, unknown> | undefined) => ({
  version: '1.0',
  ...partsV1(call, authorizer),
  body: null,
  ...bodyPart(call.request),
});

/** Payload format 1.0 of a Lambda authorizer. */
export const authorizerEventV1 = (
  call: HttpCall,
  methodArn: string,
  identitySource: readonly string[] | undefined,
) => ({
  version: '1.0',
  type: 'REQUEST',
  methodArn,
  identitySource: identitySource?.join(',') ?? '',
  authorizationToken: identitySource?.[0] ?? '',
  ...partsV1(call, undefined),
});
