/** What API Gateway hands to a function, as far as it is read here, and what it takes back. */

export interface SocketEvent {
  body?: string | null;
  isBase64Encoded?: boolean;
  requestContext: { connectionId: string; requestId?: string };
}

export interface ConnectEvent extends SocketEvent {
  headers?: Record<string, string | undefined> | null;
  queryStringParameters?: Record<string, string | undefined> | null;
}

/** Payload format 2.0 of the HTTP API. */
export interface HttpEvent {
  rawPath: string;
  headers: Record<string, string | undefined>;
  queryStringParameters?: Record<string, string | undefined>;
  body?: string | null;
  isBase64Encoded?: boolean;
  requestContext: { requestId?: string; http: { method: string } };
}

export interface Reply {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

/** The text of a body, which API Gateway encodes when it took it for binary. */
export function bodyText(event: { body?: string | null; isBase64Encoded?: boolean }): string {
  const body = event.body ?? '';
  return event.isBase64Encoded === true ? Buffer.from(body, 'base64').toString('utf8') : body;
}

/** A header by name, in any case: WebSocket events keep the client's spelling. */
export function header(
  headers: Record<string, string | undefined> | null | undefined,
  name: string,
): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The reply of a two-way WebSocket route: the frame goes to the client as it is. */
export function frameReply(frame: object): Reply {
  return { statusCode: 200, body: JSON.stringify(frame) };
}

/** A JSON reply. Nothing is cached: what a principal may see can change at any time. */
export function jsonReply(statusCode: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
