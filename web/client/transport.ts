/** What brings the groups of a client: a connection of its own, or one that the tabs of a browser share. */
import type { GroupModel, ModelHost } from './group-model.ts';
import type { Client, ClientOptions, ClientState, FrameTap, Stop } from './types.ts';

/** What is known of the connection, as the client shows it. */
export type Info = { -readonly [N in 'state' | 'since' | 'error' | 'retryAt']: Client[N] } & {
  lastTraffic?: number | undefined;
};

export function freshInfo(state: ClientState, now: number): Info {
  return { state, since: now, error: undefined, retryAt: undefined };
}

/** Made closed: `reconnectNow()` starts it. */
export interface Transport extends Pick<Client, 'reconnectNow' | 'close'>, Pick<ModelHost, 'onPublish'> {
  /** Subscribes and unsubscribes as the wanted groups demand. */
  flush(): void;
  /** False when there is no open socket. */
  signal(group: string, data: unknown): boolean;
  /** See `Client.refreshToken`. */
  renew(): Promise<void>;
}

export type TransportOptions = Required<ClientOptions> & {
  /** The groups that are wanted now. */
  models: ReadonlyMap<string, GroupModel>;
  /** Wants a group, until the function that is returned is called. */
  hold: (name: string) => Stop;
  /** Whether somebody listens to `onFrame`. */
  tapped: () => boolean;
  /** Kept by the transport, but for `lastTraffic`. */
  info: Info;
  /** `info` may have changed. */
  onInfo: () => void;
  onFrame: (tap: FrameTap) => void;
};
