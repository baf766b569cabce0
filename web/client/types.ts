/** The public interface of the socket client: what a screen sees of it. No DOM type is needed to use it. */
import type { ClientFrame, ServerFrame } from '../../core/protocol.ts';
import type { HeldItem } from '../../core/view.ts';

export type { HeldItem };

/**
 * - `connecting`: the first connection is being made.
 * - `connected`: the socket is open.
 * - `reconnecting`: the socket was lost, another is being made.
 * - `disconnected`: the browser is offline, or `close()` was called.
 * - `error`: terminal, such as a credential that the server refuses; see `Client.error`. Only `reconnectNow()` or
 *   `refreshToken()` leave it.
 * - `failed`: the socket could not be opened five times in a row. Groups are polled over HTTP, the socket is still tried.
 */
export type ClientState = 'connecting' | 'connected' | 'reconnecting' | 'disconnected' | 'error' | 'failed';

/**
 * - `loading`: no answer yet, nothing to show.
 * - `live`: as current as the transport: pushed when `connected`, at most `pollMs` old when `failed`.
 * - `stale`: the last data is kept, but changes may be missing.
 * - `refused`: the server does not let us see this group; nothing is held. See `GroupHandle.error`.
 */
export type GroupStatus = 'loading' | 'live' | 'stale' | 'refused';

/** What the server said. `code` is one of `core/codes.ts`, or one that a newer server knows. */
export interface ClientFault {
  code: string;
  message: string;
}

/** One item that changed. `item` is undefined when it is gone. */
export interface ItemChange {
  entity: string;
  key: string;
  item: HeldItem | undefined;
}

/** A frame as it went over the socket, for a test console. A token in it is blotted out. `at` in epoch ms. */
export type FrameTap =
  | { direction: 'out'; at: number; frame: ClientFrame }
  | { direction: 'in'; at: number; frame: ServerFrame };

/** An ephemeral signal of another member of the group. `data` is untrusted input. */
export interface Signal {
  from: { user: string };
  data: unknown;
}

/** Stops whatever the call that returned it began. Calling it again does nothing. */
export type Stop = () => void;

/** One holder's hold on a group. Holders of one group share a subscription and a view; the last `release()` ends both. */
export interface GroupHandle {
  readonly name: string;
  readonly status: GroupStatus;
  /** Why it is `refused`. */
  readonly error: ClientFault | undefined;
  /** The last offset applied; undefined before the first answer. */
  readonly offset: number | undefined;
  /** When the view was last known to be current, in epoch ms; undefined before the first answer. */
  readonly updatedAt: number | undefined;
  /** The items that exist, of one entity or of all, in no particular order. */
  list(entity?: string): HeldItem[];
  /** One item; undefined when there is none or it was removed. */
  get(entity: string, key: string): HeldItem | undefined;
  /** Each item that changed, one call an item, after the whole answer or push has been applied. */
  onItem(listener: (change: ItemChange) => void): Stop;
  /** Once after each answer or push that changed items, and whenever `status`, `error` or `updatedAt` changed. */
  onChange(listener: () => void): Stop;
  onSignal(listener: (signal: Signal) => void): Stop;
  /** Sends an ephemeral signal (<= 1 KB) to the group; false when there is no open socket. */
  signal(data: unknown): boolean;
  /** Gives up this hold and its listeners. Reading the handle still answers, from then on perhaps with old data. */
  release(): void;
}

export interface Client {
  readonly state: ClientState;
  /** When `state` was entered, in epoch ms. */
  readonly since: number;
  /** Why the state is `error`, or what the server said last when it ended the connection. */
  readonly error: ClientFault | undefined;
  /** When the last frame arrived, in epoch ms; undefined before the first. */
  readonly lastTraffic: number | undefined;
  /** When the next attempt is due while there is no socket, in epoch ms; undefined when none is planned. */
  readonly retryAt: number | undefined;
  onState(listener: (state: ClientState) => void): Stop;
  /** Taps all frames of all sockets, in both directions. */
  on(event: 'frame', listener: (tap: FrameTap) => void): Stop;
  /** Subscribes to a group, or shares the subscription that there is. */
  group(name: string): GroupHandle;
  /** Tries at once instead of at the end of the backoff; also leaves `error` and undoes `close()`. */
  reconnectNow(): void;
  /**
   * Asks `token()` for a fresh token and hands it to the server in band, such as after the user's rights changed; then
   * refused groups are asked for again. Settles when the token has been sent; never rejects.
   */
  refreshToken(): Promise<void>;
  /** Closes the socket and leaves no timer and no listener of the environment. Handles keep their data, as `stale`. */
  close(): void;
}

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
  headers: { get(name: string): string | null };
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
