/** `$default`: frames that no route takes. Says what is wrong with them, and echoes their `id`. */
import { PulsecastError } from '../core/codes.ts';
import { actions, readClientFrame } from '../core/protocol.ts';
import { frameChain } from './chain.ts';
import { bodyText, type Reply, type SocketEvent } from './events.ts';

export const handler = frameChain((event) => refuse(event));

/** Always throws: `bad_request`, `unknown_action`. */
export async function refuse(event: SocketEvent): Promise<Reply> {
  const frame = readClientFrame(bodyText(event));
  throw new PulsecastError(
    'unknown_action',
    `"${frame.action}" has no route here, of ${actions.join(', ')}.`,
  );
}
