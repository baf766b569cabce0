/** Closes connections at API Gateway. */
import { env } from '../environment.ts';
import { fullJitter, sleep } from '../pacing.ts';
import { createCaller } from './call.ts';

/** Closes a connection; one that is gone already is as good. Throws when it may still be open. */
export type HangUp = (connectionId: string) => Promise<void>;

const width = 16;
const timeoutMs = 3000;
const maxAttempts = 4;

/** Closes connections of a stage, e.g. `https://abc.execute-api.us-east-1.amazonaws.com/live`. */
export function createHangUp(endpoint: string = env('CALLBACK_URL')): HangUp {
  const base = `${new URL(endpoint).pathname.replace(/\/$/, '')}/@connections/`;
  const call = createCaller({
    endpoint,
    service: 'execute-api',
    method: 'DELETE',
    headers: {},
    width,
    timeoutMs,
  });
  return async (connectionId) => {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      if (attempt > 0) await sleep(fullJitter(attempt, 50, 1000, Math.random));
      const status = await call(base + encodeURIComponent(connectionId), '').catch(() => 0);
      if ((status >= 200 && status < 300) || status === 410) return;
    }
    throw new Error('A connection could not be closed.');
  };
}
