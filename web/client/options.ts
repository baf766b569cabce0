/** What a socket client is made with: where the server is, and the parts of a page that it uses, which a test replaces. */
import type { Stop } from './types.ts';

/** The part of a browser's `WebSocket` that is used. */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: { headers: Record<string, string>; signal: AbortSignal },
) => Promise<{
  status: number;
  json(): Promise<unknown>;
}>;

/** Time. `now` in epoch ms. */
export interface Clock {
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** What the client wants to know of the page it runs in. */
export interface Environment {
  online(): boolean;
  visible(): boolean;
  /** `visibility`: `visible()` may have changed. */
  on(event: 'online' | 'offline' | 'visibility', listener: () => void): Stop;
}

export interface ClientOptions {
  /** The WebSocket URL, `wss://host/live`; a path is taken relative to the page. */
  live: string;
  /** Base of the HTTP API, such as `/api`, without a slash at its end. */
  api: string;
  /**
   * The access token to use now; undefined for an anonymous connection. Asked before every connection. `fresh` says that
   * the last one is about to expire or was refused, so that a cached one will not do. A rejection counts as a failed
   * attempt.
   */
  token: (request: { fresh: boolean }) => Promise<string | undefined>;
  /** @default the global `WebSocket` */
  WebSocket?: WebSocketConstructor;
  /** @default the global `fetch` */
  fetch?: Fetch;
  /** @default the system's */
  clock?: Clock;
  /** In [0, 1). @default Math.random */
  random?: () => number;
  /** @default the page's window and document; outside a browser, always online and visible */
  environment?: Environment;
  /** Between two polls while `failed`, in ms. @default 10_000 */
  pollMs?: number;
  /** Told of malformed frames, refusals, failed requests and listeners that threw; for logs. @default ignored */
  onError?: (error: unknown) => void;
}

/** The part of a `BroadcastChannel` that is used. */
export interface TabChannel {
  onmessage: ((event: never) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** The part of `navigator.locks` that is used. */
export interface TabLocks {
  request(
    name: string,
    options: { steal: true } | { signal: AbortSignal },
    run: () => Promise<void> | undefined,
  ): Promise<unknown>;
}

/** What tabs share a socket by; replaced in tests. */
export interface Sharing {
  /** The name of this tab. */
  id: string;
  locks: TabLocks;
  channel(name: string): TabChannel;
  /** A name for a text from which the text cannot be had. */
  hash(text: string): Promise<string>;
}
