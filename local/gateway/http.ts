import type { ServiceReply, ServiceRequest } from '../ports.ts';
import type { Api } from './api.ts';
import type { GatewayContext } from './context.ts';
import { createHttpAuthorization } from './http-authorization.ts';
import { eventV1, eventV2, type HttpCall } from './http-event.ts';
import { internalError, lambdaReply, preflightReply, withCors } from './http-reply.ts';
import { findStage, matchRoute } from './http-route.ts';
import { callFunction, executeApiArn } from './integration.ts';
import { json, splitUrl } from './wire.ts';

/** Bytes that count as one request on the bill. */
const billedBytes = 512 * 1024;

function headerBytes({ method, url, headers }: ServiceRequest): number {
  let bytes = method.length + url.length + 2;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + String(value ?? '').length + 4;
  return bytes;
}

/** The HTTP side of the gateway: answers one request to an HTTP API. Never throws. */
export function createHttpApis(context: GatewayContext) {
  const { limits, clock, newId, meter } = context;
  const authorize = createHttpAuthorization(context);

  async function run(call: HttpCall): Promise<ServiceReply> {
    const { api, stage, match } = call;
    const authorization = await authorize(call);
    if (!authorization.allow) return authorization.reply;
    const { integration } = match.route;
    if (integration?.type !== 'AWS_PROXY') return internalError();
    const { payloadVersion, functionArn } = integration;
    const [method, path] = match.route.key.split(' ');
    const source = path
      ? executeApiArn(api.id, stage.name, method === 'ANY' ? '*' : (method ?? ''), path.slice(1))
      : executeApiArn(api.id, stage.name, '$default');
    const event =
      payloadVersion === '2.0' ? eventV2(call, authorization.v2) : eventV1(call, authorization.v1);
    const timeout = Math.min(integration.timeoutMs ?? limits.httpTimeoutMs, limits.httpTimeoutMs);
    const outcome = await callFunction(context, functionArn, source, event, timeout);
    if (outcome.kind === 'reply') return lambdaReply(outcome.payload, payloadVersion);
    return outcome.kind === 'timeout' ? json(503, { message: 'Service Unavailable' }) : internalError();
  }

  async function answer(api: Api, request: ServiceRequest, requestId: string): Promise<ServiceReply> {
    const { origin } = request.headers;
    if (headerBytes(request) > limits.headerBytes) {
      return json(431, { message: 'Request Header Fields Too Large' });
    }
    if (request.body.length > limits.bodyBytes) return json(413, { message: 'Request Entity Too Large' });
    const found = findStage(api, splitUrl(request.url).path);
    if (!found) return json(404, { message: 'Not Found' });
    if (
      api.cors &&
      origin !== undefined &&
      request.method === 'OPTIONS' &&
      request.headers['access-control-request-method'] !== undefined
    ) {
      return preflightReply(api.cors, origin);
    }
    const match = matchRoute(api, request.method, found.path);
    const throttle = context.throttled(api.id, found.stage, match?.route.key ?? '$default');
    const reply = throttle
      ? json(429, { message: 'Too Many Requests' })
      : match
        ? await run({ api, stage: found.stage, match, request, requestId, now: clock() })
        : json(404, { message: 'Not Found' });
    return api.cors ? withCors(reply, api.cors, origin) : reply;
  }

  return async (api: Api, request: ServiceRequest): Promise<ServiceReply> => {
    const requestId = newId();
    meter('http.requests', api.id, Math.max(1, Math.ceil(request.body.length / billedBytes)));
    const reply = await answer(api, request, requestId);
    return { ...reply, headers: { ...reply.headers, 'apigw-requestid': requestId } };
  };
}
