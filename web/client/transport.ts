/** What brings the groups of a client: a connection of its own, or one that the tabs of a browser share. */
import type { GroupModel } from './group-model.ts';
import type { Client, ClientOptions, ClientState, FrameTap, Stop } from './types.ts';

export type Info = Pick<Client, 'state' | 'since' | 'error' | 'lastTraffic' | 'retryAt'>;

export interface Transport extends Pick<Client, 'reconnectNow' | 'close'> {
  readonly info: Info;
  start(): void;
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
  onState: (state: ClientState) => void;
  onFrame: (tap: FrameTap) => void;
};
