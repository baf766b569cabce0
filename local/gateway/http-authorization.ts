import type { ServiceReply } from '../ports.ts';
import type { Authorizer } from './api.ts';
import { askAuthorizer, identityValues, type Verdict } from './authorizer.ts';
import type { GatewayContext } from './context.ts';
import { authorizerEventV1, authorizerEventV2, type HttpCall } from './http-event.ts';
import { internalError } from './http-reply.ts';
import { executeApiArn } from './integration.ts';
import { createJwtVerifier } from './jwt.ts';
import { errorReply, json, queryValues, splitUrl } from './wire.ts';

/** What authorization adds to the integration's event, or the reply that ends the request. */
export type Authorization =
  | { allow: true; v1: Record<string, unknown> | undefined; v2: Record<string, unknown> | undefined }
  | { allow: false; reply: ServiceReply };

const open: Authorization = { allow: true, v1: undefined, v2: undefined };
const unauthorized = (headers: Record<string, string> = {}): Authorization => ({
  allow: false,
  reply: json(401, { message: 'Unauthorized' }, headers),
});
const forbidden = (headers: Record<string, string> = {}): Authorization => ({
  allow: false,
  reply: json(403, { message: 'Forbidden' }, headers),
});

function identity(call: HttpCall, sources: readonly string[]): string[] | undefined {
  const { request, stage, requestId, api } = call;
  const { path, query } = splitUrl(request.url);
  const parameters = queryValues(query);
  const known: Record<string, string> = {
    httpMethod: request.method,
    path,
    routeKey: call.match.route.key,
    stage: stage.name,
    apiId: api.id,
    requestId,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers['user-agent'] ?? '',
  };
  return identityValues(sources, {
    header: (name) => {
      const value = request.headers[name.toLowerCase()];
      return value === undefined ? undefined : [value].flat().join(',');
    },
    query: (name) => parameters?.[name]?.join(','),
    stageVariables: stage.variables,
    context: (name) => known[name],
  });
}

/** Decides whether a call may reach its integration. */
export function createHttpAuthorization(context: GatewayContext) {
  const { clock, limits } = context;
  const verifyJwt = createJwtVerifier(clock);
  const cache = new Map<string, { until: number; verdict: Verdict }>();

  async function ask(call: HttpCall, authorizer: Authorizer, values: string[] | undefined): Promise<Verdict> {
    const { path } = splitUrl(call.request.url);
    const arn = executeApiArn(call.api.id, call.stage.name, call.request.method, path.slice(1));
    const cached = authorizer.ttlSeconds > 0 && values ? JSON.stringify([authorizer.id, values]) : undefined;
    const known = cached === undefined ? undefined : cache.get(cached);
    if (known && known.until > clock()) return known.verdict;
    const event =
      authorizer.payloadVersion === '2.0'
        ? authorizerEventV2(call, arn, values)
        : authorizerEventV1(call, arn, values);
    const verdict = await askAuthorizer(context, call.api.id, authorizer, event, arn, limits.httpTimeoutMs);
    if (cached !== undefined && (verdict.allow || verdict.status === 403)) {
      cache.set(cached, { until: clock() + authorizer.ttlSeconds * 1000, verdict });
    }
    return verdict;
  }

  async function byLambda(call: HttpCall, authorizer: Authorizer): Promise<Authorization> {
    const { identitySources } = authorizer;
    const values = identitySources.length > 0 ? identity(call, identitySources) : undefined;
    if (identitySources.length > 0 && !values) return unauthorized();
    const verdict = await ask(call, authorizer, values);
    if (verdict.allow) {
      const { principalId, context: passed } = verdict;
      return {
        allow: true,
        v1: { ...passed, ...(principalId === undefined ? {} : { principalId }) },
        v2: { lambda: passed },
      };
    }
    if (verdict.status === 401) return unauthorized();
    return verdict.status === 403 ? forbidden() : { allow: false, reply: internalError() };
  }

  async function byJwt(call: HttpCall, authorizer: Authorizer): Promise<Authorization> {
    const token = identity(call, authorizer.identitySources)?.[0];
    const verdict = await verifyJwt(authorizer, call.match.route.scopes, token);
    if (!verdict.allow) {
      const headers = { 'www-authenticate': verdict.challenge };
      return verdict.status === 401 ? unauthorized(headers) : forbidden(headers);
    }
    const { claims, scopes } = verdict;
    return { allow: true, v1: { claims, scopes }, v2: { jwt: { claims, scopes } } };
  }

  function bySignature(call: HttpCall): Authorization {
    const { request, api, stage } = call;
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256')) return forbidden();
    const { path } = splitUrl(request.url);
    try {
      const arn = executeApiArn(api.id, stage.name, request.method, path.slice(1));
      context.authorize(request.caller, 'execute-api:Invoke', arn);
      return open;
    } catch (error) {
      return { allow: false, reply: errorReply(error) };
    }
  }

  return async (call: HttpCall): Promise<Authorization> => {
    const { authorization, authorizer } = call.match.route;
    if (authorization === 'AWS_IAM') return bySignature(call);
    if (authorization === 'NONE') return open;
    if (!authorizer) return { allow: false, reply: internalError() };
    return authorizer.type === 'JWT' ? byJwt(call, authorizer) : byLambda(call, authorizer);
  };
}
