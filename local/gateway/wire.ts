import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { AwsError, type ServiceReply } from '../ports.ts';

/** Header names and values as they came, names in their own case. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Pairs of Node's flat `rawHeaders`. */
export function headerList(rawHeaders: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    list.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  }
  return list;
}

/** An id as API Gateway makes them for connections, messages and requests: 16 characters, the last one `=`. */
export const randomId = (): string => `${randomBytes(11).toString('base64url')}=`;

/** What a connection id must look like; API Gateway answers 400 for anything else. */
export const isConnectionId = (id: string): boolean => /^[\w+/-]{8,126}={1,2}$/.test(id);

/** `X-Amzn-Trace-Id`, which AWS adds to each request. */
export const traceId = (epochMs: number): string =>
  `Root=1-${Math.floor(epochMs / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `requestContext.requestTime`: `16/Mar/2025:00:46:38 +0000`. */
export function requestTime(epochMs: number): string {
  const [date = '', time = ''] = new Date(epochMs).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}

export const json = (
  status: number,
  body: unknown,
  headers: Record<string, string | string[]> = {},
): ServiceReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** An error in the rest-json shape, from which SDK clients build the typed exception. */
export function errorReply(error: unknown): ServiceReply {
  const known = error instanceof AwsError;
  const name = known ? error.name : 'InternalServerErrorException';
  const status = name === 'AccessDeniedException' ? 403 : known ? error.status : 500;
  const message = known ? error.message : 'Internal server error';
  return json(status, { message }, { 'x-amzn-errortype': name });
}

/** A whole HTTP/1.1 response as text, for a socket that asked for an upgrade and does not get one. */
export function rawReply(reply: ServiceReply): string {
  const lines = [`HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? 'Unknown'}`];
  for (const [name, value] of Object.entries(reply.headers)) {
    for (const one of [value].flat()) lines.push(`${name}: ${one}`);
  }
  lines.push(`content-length: ${Buffer.byteLength(reply.body)}`, 'connection: close', '', '');
  return lines.join('\r\n') + reply.body.toString();
}

/** `decodeURIComponent` that leaves a malformed text as it is. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Query parameters with all their values, decoded; undefined when there are none, as in the events of AWS. */
export function queryValues(query: string): Record<string, string[]> | undefined {
  const values: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const list = values[name];
    if (list) list.push(value);
    else values[name] = [value];
  }
  return Object.keys(values).length > 0 ? values : undefined;
}

/** Path and query of a request target. */
export function splitUrl(url: string): { path: string; query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** One value for each name, joined or chosen by `pick`. */
export function single(
  values: Record<string, string[]> | undefined,
  pick: (list: string[]) => string,
): Record<string, string> | undefined {
  if (!values) return undefined;
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, pick(list)]));
}

export const last = (list: readonly string[]): string => list.at(-1) ?? '';

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
