/** The connection as the indicator shows it: five states, each an icon, a word, a colour and since when. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Client, ClientState } from '../client/types.ts';
import { announce } from '../kit/announce.ts';
import { serverTime } from '../kit/clock.ts';
import { type Drawing, icons } from '../kit/icons.tsx';
import type { Tone } from '../kit/parts.tsx';
import { t } from './texts.ts';

export interface Connection {
  state: ClientState;
  /** Epoch ms by the server's clock, like all times that are shown. */
  since: number;
  /** When the next attempt is due, epoch ms. */
  retryAt: number | undefined;
  /** What the server said, when it refused. */
  message: string | undefined;
}

/** The first connection looks like any other that is being made. */
export type Shown = Exclude<ClientState, 'connecting'>;
export const shownAs = (state: ClientState): Shown => (state === 'connecting' ? 'reconnecting' : state);

export const looks: Record<Shown, { icon: Drawing; tone: Tone }> = {
  connected: { icon: icons.connected, tone: 'good' },
  reconnecting: { icon: icons.reconnecting, tone: 'waiting' },
  disconnected: { icon: icons.disconnected, tone: 'quiet' },
  error: { icon: icons.error, tone: 'bad' },
  failed: { icon: icons.failed, tone: 'busy' },
};

const read = (client: Client): Connection => ({
  state: client.state,
  since: serverTime(client.since),
  retryAt: client.retryAt === undefined ? undefined : serverTime(client.retryAt),
  message: client.error?.message,
});

/** The client's state as a signal; a change is also said to people who listen. */
export function watchConnection(client: Client): ReadonlySignal<Connection> {
  const connection = signal(read(client));
  client.onState((state) => {
    connection.value = read(client);
    announce(t(`state.${shownAs(state)}`));
  });
  return connection;
}
