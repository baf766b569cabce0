import type { ServiceReply } from '../ports.ts';
import type { Cors } from './api.ts';
import { isRecord, json } from './wire.ts';

export const internalError = (): ServiceReply => json(500, { message: 'Internal Server Error' });

/**
 * The HTTP response of a function's result. Format 2.0 also takes a result without `statusCode` and makes it a 200 of
 * JSON; format 1.0 refuses that with 500.
 */
export function lambdaReply(payload: unknown, version: '1.0' | '2.0'): ServiceReply {
  if (!isRecord(payload) || payload.statusCode === undefined) {
    if (version === '1.0') return internalError();
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const status = Number(payload.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return internalError();
  const headers: Record<string, string | string[]> = { 'content-type': 'text/plain; charset=utf-8' };
  for (const [name, value] of Object.entries(isRecord(payload.headers) ? payload.headers : {})) {
    headers[name.toLowerCase()] = String(value);
  }
  for (const [name, value] of Object.entries(
    isRecord(payload.multiValueHeaders) ? payload.multiValueHeaders : {},
  )) {
    headers[name.toLowerCase()] = [value].flat().map(String);
  }
  if (Array.isArray(payload.cookies)) headers['set-cookie'] = payload.cookies.map(String);
  const { body } = payload;
  const text =
    body === undefined || body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers, body: payload.isBase64Encoded === true ? Buffer.from(text, 'base64') : text };
}

function allowedOrigin(cors: Cors, origin: string): string | undefined {
  if (cors.origins.includes('*')) return '*';
  const scheme = `${origin.split('://')[0]}://*`;
  return cors.origins.includes(origin) || cors.origins.includes(scheme) ? origin : undefined;
}

/** The CORS headers of a response to `origin`; none when the origin is not allowed. */
export function corsHeaders(cors: Cors, origin: string): Record<string, string> {
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return {};
  return {
    'access-control-allow-origin': allowed,
    ...(allowed === '*' ? {} : { vary: 'Origin' }),
    ...(cors.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.exposed.length > 0 ? { 'access-control-expose-headers': cors.exposed.join(',') } : {}),
  };
}

/** The gateway's own answer to a preflight request. */
export function preflightReply(cors: Cors, origin: string): ServiceReply {
  const headers = corsHeaders(cors, origin);
  if (Object.keys(headers).length > 0) {
    if (cors.methods.length > 0) headers['access-control-allow-methods'] = cors.methods.join(',');
    if (cors.headers.length > 0) headers['access-control-allow-headers'] = cors.headers.join(',');
    if (cors.maxAge !== undefined) headers['access-control-max-age'] = String(cors.maxAge);
  }
  return { status: 204, headers, body: '' };
}

/** A response with the API's CORS headers in place of those that the integration gave. */
export function withCors(reply: ServiceReply, cors: Cors, origin: string | undefined): ServiceReply {
  const own = Object.entries(reply.headers).filter(([name]) => !name.startsWith('access-control-'));
  return {
    ...reply,
    headers: { ...Object.fromEntries(own), ...(origin === undefined ? {} : corsHeaders(cors, origin)) },
  };
}
