/** The public interface of the socket client: what a screen sees of it. It needs nothing, not even a DOM type. */
export type * from './options.ts';

/** The data of each entity by its name: given once to `createClient`, it types all that is read. */
export type Entities = Record<string, unknown>;

/**
 * The entities of a domain, from its definition: `createClient<ClientEntities<typeof factory>>(...)`. Takes whatever describes
 * the `data` of each entity by a standard schema (valibot, zod and others). A client of several domains has the intersection.
 */
export type ClientEntities<D extends { entities: object }> = {
  [N in keyof D['entities'] & string]: D['entities'][N] extends { data: Described<infer T> } ? T : never;
};

/** The part of a standard schema (standardschema.dev) that says what it describes. */
export interface Described<T> {
  readonly '~standard': { readonly types?: { readonly output: T } | undefined };
}

/** The names of the entities. */
export type EntityOf<E extends object> = keyof E & string;

/** An item as it is held. `rev` rises with each write; a command that must not overwrite unseen changes sends it. */
export interface HeldItem<T = unknown> {
  entity: string;
  key: string;
  rev: number;
  data: T;
}

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

/** One item that changed. `item` is undefined when it is gone. Tells the type of its data by `entity`. */
export type ItemChange<E extends object = Entities> = {
  [N in EntityOf<E>]: { entity: N; key: string; item: HeldItem<E[N]> | undefined };
}[EntityOf<E>];

/** A frame of the protocol: `action` names what a client asks, `type` what a server says. */
export type Frame = { readonly action?: string; readonly type?: string; readonly [member: string]: unknown };

/** A frame as it went over the socket, for a test console. A token in it is blotted out. `at` in epoch ms. */
export interface FrameTap {
  direction: 'in' | 'out';
  at: number;
  frame: Frame;
}

/** An ephemeral signal of another member of the group. `data` is untrusted input. */
export interface Signal {
  from: { user: string };
  data: unknown;
}

/** Stops whatever the call that returned it began. Calling it again does nothing. */
export type Stop = () => void;

/** One holder's hold on a group. Holders of one group share a subscription and a view; the last `release()` ends both. */
export interface GroupHandle<E extends object = Entities> {
  readonly name: string;
  readonly status: GroupStatus;
  /** Why it is `refused`. */
  readonly error: ClientFault | undefined;
  /** The last offset applied; undefined before the first answer. */
  readonly offset: number | undefined;
  /** When the view was last known to be current, in epoch ms; undefined before the first answer. */
  readonly updatedAt: number | undefined;
  /** The items that exist, of one entity or of all, in no particular order. */
  list<N extends EntityOf<E>>(entity?: N): HeldItem<E[N]>[];
  /** One item; undefined when there is none or it was removed. */
  get<N extends EntityOf<E>>(entity: N, key: string): HeldItem<E[N]> | undefined;
  /** Each item that changed, one call an item, after the whole answer or push has been applied. */
  onItem(listener: (change: ItemChange<E>) => void): Stop;
  /** Once after each answer or push that changed items, and whenever `status`, `error` or `updatedAt` changed. */
  onChange(listener: () => void): Stop;
  onSignal(listener: (signal: Signal) => void): Stop;
  /** Sends an ephemeral signal (<= 1 KB) to the group; false when there is no open socket. */
  signal(data: unknown): boolean;
  /** Gives up this hold and its listeners. Reading the handle still answers, from then on perhaps with old data. */
  release(): void;
}

export interface Client<E extends object = Entities> {
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
  group(name: string): GroupHandle<E>;
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
