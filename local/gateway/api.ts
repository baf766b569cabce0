import { type Assembly, type Resource, region } from '../ports.ts';
import type { Throttle, ThrottledStage } from './limits.ts';
import { isRecord } from './wire.ts';

/** The template asks for something of API Gateway that the local cloud does not play. */
export class GatewayError extends Error {
  constructor(resource: Resource, what: string) {
    super(`${resource.logicalId} (${resource.type}): ${what}`);
    this.name = 'GatewayError';
  }
}

export interface Integration {
  type: 'AWS_PROXY' | 'MOCK';
  /** Of an AWS_PROXY integration. */
  functionArn: string;
  payloadVersion: '1.0' | '2.0';
  /** `TimeoutInMillis`, undefined for the service's default. */
  timeoutMs: number | undefined;
  /** The status that a MOCK integration answers with. */
  mockStatus: number;
}

export interface Authorizer {
  id: string;
  type: 'REQUEST' | 'JWT';
  functionArn: string;
  identitySources: readonly string[];
  payloadVersion: '1.0' | '2.0';
  simpleResponses: boolean;
  /** Seconds for which a result is kept; WebSocket APIs keep none. */
  ttlSeconds: number;
  issuer: string;
  audience: readonly string[];
}

export interface Route {
  id: string;
  key: string;
  integration: Integration | undefined;
  authorization: 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'JWT';
  authorizer: Authorizer | undefined;
  scopes: readonly string[];
  /** A WebSocket route with a route response: the integration's body is sent back as a message. */
  twoWay: boolean;
}

export interface Stage extends ThrottledStage {
  variables: Record<string, string> | undefined;
}

export interface Cors {
  origins: readonly string[];
  methods: readonly string[];
  headers: readonly string[];
  exposed: readonly string[];
  credentials: boolean;
  maxAge: number | undefined;
}

export interface Api {
  id: string;
  protocol: 'WEBSOCKET' | 'HTTP';
  domainName: string;
  routeSelection: string;
  routes: ReadonlyMap<string, Route>;
  stages: ReadonlyMap<string, Stage>;
  cors: Cors | undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
const numeric = (value: unknown): number | undefined =>
  value === undefined || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
const flag = (value: unknown): boolean => value === true || value === 'true';
const version = (value: unknown): '1.0' | '2.0' => (value === '2.0' ? '2.0' : '1.0');

/** The function of an integration or authorizer URI: a function ARN, bare or inside an `apigateway` ARN. */
function functionOf(resource: Resource, uri: unknown): string {
  const found = /arn:aws:lambda:[\w-]+:\d+:function:[\w:-]+/.exec(text(uri));
  if (!found) throw new GatewayError(resource, `is not backed by a Lambda function: ${text(uri)}`);
  return found[0];
}

function readIntegration(resource: Resource): Integration {
  const { properties } = resource;
  const type = text(properties.IntegrationType);
  if ((type !== 'AWS_PROXY' && type !== 'MOCK') || properties.IntegrationSubtype !== undefined) {
    const name = [type, text(properties.IntegrationSubtype)].filter(Boolean).join(' ');
    throw new GatewayError(resource, `integration type ${name} is not supported`);
  }
  const templates = isRecord(properties.RequestTemplates) ? Object.values(properties.RequestTemplates) : [];
  const status = /"?statusCode"?\s*:\s*"?(\d{3})/.exec(text(templates[0]))?.[1];
  return {
    type,
    functionArn: type === 'AWS_PROXY' ? functionOf(resource, properties.IntegrationUri) : '',
    payloadVersion: version(properties.PayloadFormatVersion),
    timeoutMs: numeric(properties.TimeoutInMillis),
    mockStatus: Number(status ?? 200),
  };
}

function readAuthorizer(resource: Resource): Authorizer {
  const { properties } = resource;
  const type = text(properties.AuthorizerType);
  if (type !== 'REQUEST' && type !== 'JWT') {
    throw new GatewayError(resource, `authorizer type ${type} is not supported`);
  }
  const jwt = isRecord(properties.JwtConfiguration) ? properties.JwtConfiguration : {};
  return {
    id: resource.physicalId,
    type,
    functionArn: type === 'REQUEST' ? functionOf(resource, properties.AuthorizerUri) : '',
    identitySources: texts(properties.IdentitySource),
    payloadVersion: version(properties.AuthorizerPayloadFormatVersion),
    simpleResponses: flag(properties.EnableSimpleResponses),
    ttlSeconds: numeric(properties.AuthorizerResultTtlInSeconds) ?? 0,
    issuer: text(jwt.Issuer),
    audience: texts(jwt.Audience),
  };
}

function readThrottle(settings: unknown): Throttle | undefined {
  if (!isRecord(settings)) return undefined;
  const rate = numeric(settings.ThrottlingRateLimit);
  const burst = numeric(settings.ThrottlingBurstLimit);
  if (rate === undefined && burst === undefined) return undefined;
  return { rate: rate ?? Number.POSITIVE_INFINITY, burst: burst ?? Math.ceil(rate ?? 0) };
}

function readStage(resource: Resource): Stage {
  const { properties } = resource;
  const routeThrottles = new Map<string, Throttle>();
  for (const [key, settings] of Object.entries(properties.RouteSettings ?? {})) {
    const throttle = readThrottle(settings);
    if (throttle) routeThrottles.set(key, throttle);
  }
  const variables = properties.StageVariables;
  return {
    name: text(properties.StageName),
    variables: isRecord(variables)
      ? Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]))
      : undefined,
    throttle: readThrottle(properties.DefaultRouteSettings),
    routeThrottles,
  };
}

function readCors(properties: Record<string, unknown>): Cors | undefined {
  const cors = properties.CorsConfiguration;
  if (!isRecord(cors)) return undefined;
  return {
    origins: texts(cors.AllowOrigins),
    methods: texts(cors.AllowMethods),
    headers: texts(cors.AllowHeaders),
    exposed: texts(cors.ExposeHeaders),
    credentials: flag(cors.AllowCredentials),
    maxAge: numeric(cors.MaxAge),
  };
}

function readRoute(
  resource: Resource,
  integrations: ReadonlyMap<string, Integration>,
  authorizers: ReadonlyMap<string, Authorizer>,
  answered: ReadonlySet<string>,
): Route {
  const { properties } = resource;
  if (flag(properties.ApiKeyRequired)) throw new GatewayError(resource, 'ApiKeyRequired is not supported');
  const authorization = text(properties.AuthorizationType) || 'NONE';
  if (
    authorization !== 'NONE' &&
    authorization !== 'AWS_IAM' &&
    authorization !== 'CUSTOM' &&
    authorization !== 'JWT'
  ) {
    throw new GatewayError(resource, `authorization type ${authorization} is not supported`);
  }
  const target = text(properties.Target).replace(/^integrations\//, '');
  return {
    id: resource.physicalId,
    key: text(properties.RouteKey),
    integration: integrations.get(target),
    authorization,
    authorizer: authorizers.get(text(properties.AuthorizerId)),
    scopes: texts(properties.AuthorizationScopes),
    twoWay: answered.has(resource.physicalId) && properties.RouteResponseSelectionExpression === '$default',
  };
}

/** Reads every API of the template. Throws {@link GatewayError} for what is not supported. */
export function readApis(assembly: Assembly): Map<string, Api> {
  const byId = <T>(type: string, read: (resource: Resource) => T): Map<string, T> =>
    new Map(assembly.ofType(type).map((resource) => [resource.physicalId, read(resource)]));
  const integrations = byId('AWS::ApiGatewayV2::Integration', readIntegration);
  const authorizers = byId('AWS::ApiGatewayV2::Authorizer', readAuthorizer);
  const answered = new Set(
    assembly.ofType('AWS::ApiGatewayV2::RouteResponse').map((resource) => text(resource.properties.RouteId)),
  );
  const ofApi = (type: string, id: string): Resource[] =>
    assembly.ofType(type).filter((resource) => resource.properties.ApiId === id);

  return byId('AWS::ApiGatewayV2::Api', (resource) => {
    const { properties, physicalId: id } = resource;
    const protocol = text(properties.ProtocolType);
    if (protocol !== 'WEBSOCKET' && protocol !== 'HTTP') {
      throw new GatewayError(
        resource,
        'needs ProtocolType WEBSOCKET or HTTP; an OpenAPI body is not supported',
      );
    }
    const routes = ofApi('AWS::ApiGatewayV2::Route', id).map((route) =>
      readRoute(route, integrations, authorizers, answered),
    );
    const stages = ofApi('AWS::ApiGatewayV2::Stage', id).map(readStage);
    return {
      id,
      protocol,
      domainName: `${id}.execute-api.${region}.amazonaws.com`,
      routeSelection: text(properties.RouteSelectionExpression) || '$request.body.action',
      routes: new Map(routes.map((route) => [route.key, route])),
      stages: new Map(stages.map((stage) => [stage.name, stage])),
      cors: readCors(properties),
    };
  });
}
