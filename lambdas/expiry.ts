/** Connections whose token has run out, or that API Gateway should have ended long ago, are ended each minute. */
import { type Connections, endOf } from './adapters/connections.ts';
import { type EndingEffects, endConnections } from './ending.ts';
import { eachOf } from './pacing.ts';

export interface ExpiryEffects extends EndingEffects {
  connections: Pick<Connections, 'due' | 'settle' | 'find' | 'close'>;
}

/** Connections looked up at a time. */
const width = 16;

export async function endExpired(effects: ExpiryEffects): Promise<void> {
  const now = effects.now();
  const dues = await effects.connections.due(now);
  const over: string[] = [];
  await eachOf(dues, width, async ({ connectionId }) => {
    const found = await effects.connections.find(connectionId);
    // A refresh has moved the end, and has left a note of its own in a later minute.
    if (found !== undefined && endOf(found.connection) <= now) over.push(connectionId);
  });
  await endConnections(
    over,
    { code: 'token_expired', message: 'The access token has expired.', reconnect: true },
    effects,
  );
  // Last, so that a run that breaks off is made up for by the next one.
  await eachOf(dues, width, (due) => effects.connections.settle(due));
}
