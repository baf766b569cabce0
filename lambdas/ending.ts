/** Ending connections from our side: each is told why, then closed, then forgotten. */
import type { Code } from '../core/codes.ts';
import type { ServerFrame } from '../core/protocol.ts';
import type { HangUp } from './adapters/hangup.ts';
import type { PostAll } from './adapters/post.ts';
import { type Forgetting, forget } from './forget.ts';
import { eachOf } from './pacing.ts';
import { count, logger } from './telemetry.ts';

export interface EndingEffects extends Forgetting {
  post: PostAll;
  hangUp: HangUp;
}

/** Why a connection ends, and whether the client should come back with a new token. */
export interface Farewell {
  code: Code;
  message: string;
  reconnect: boolean;
}

/** Time for the last frames, in ms; who does not take it in time is closed without. */
const patienceMs = 3000;

/** Connections closed at a time. */
const width = 16;

/** Longest wait that a client is asked for before it reconnects, in ms: those that end together come back spread. */
const spreadMs = 2000;

/** Never throws: a connection that could not be closed is forgotten all the same, and gets nothing any more. */
export async function endConnections(
  connectionIds: readonly string[],
  farewell: Farewell,
  effects: EndingEffects,
): Promise<void> {
  const messages = connectionIds.map((connectionId) => {
    const afterMs = farewell.reconnect ? Math.floor(Math.random() * spreadMs) : 0;
    const frame: ServerFrame = { type: 'disconnect', ...farewell, afterMs };
    return { connectionId, frames: [JSON.stringify(frame)] };
  });
  const { posts } = await effects.post(messages, effects.now() + patienceMs);
  count('posts', posts);
  count('ended', connectionIds.length);
  await eachOf(connectionIds, width, async (connectionId) => {
    for (const step of [() => effects.hangUp(connectionId), () => forget(connectionId, effects)]) {
      await step().catch((error: unknown) => logger.warn('connection not ended', error as Error));
    }
  });
}
