/** The state of the client, as a pure function of what is known. */
import type { ClientState } from './types.ts';

export interface Facts {
  /** `close()` was called. */
  closed: boolean;
  /** The server refused for good. */
  refused: boolean;
  /** The page says that there is no network. */
  offline: boolean;
  /** The socket is open. */
  open: boolean;
  /** The server has answered on this socket, or it has stayed open. */
  proven: boolean;
  /** A socket was open before. */
  before: boolean;
  /** Attempts in a row that failed. */
  failures: number;
}

/** After how many failed attempts in a row groups are polled. */
export const maxFailures = 5;

export function stateOf(facts: Facts): ClientState {
  if (facts.closed) return 'disconnected';
  if (facts.refused) return 'error';
  if (facts.offline) return 'disconnected';
  // A server that takes the socket only to drop it must not end the polling: it has to answer first.
  if (facts.open && (facts.proven || facts.failures < maxFailures)) return 'connected';
  if (facts.failures >= maxFailures) return 'failed';
  return facts.before ? 'reconnecting' : 'connecting';
}
