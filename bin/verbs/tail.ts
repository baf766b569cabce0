import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '../../web/client/index.ts';
import { type Call, numberOf } from '../cli.ts';
import { siteConfig } from '../sign-in.ts';
import { UsageError } from '../words.ts';

/**
 * Prints what comes for a group, one JSON a line: the answer to `subscribe` first, then each push, over reconnects. The
 * connection's states go to standard error. Ends after `--count` frames, or with Ctrl-C.
 */
export async function tail(call: Call): Promise<void> {
  const [group] = call.words;
  if (group === undefined) throw new UsageError('Which group? tail GROUP (see: groups)');
  const limit = numberOf(call, 'count', Number.MAX_SAFE_INTEGER);
  const { live } = await siteConfig(call.url);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let printed = 0;

  const client = createClient({
    live: new URL(live, call.url.replace(/^http/, 'ws')).href,
    api: new URL('/api', call.url).href,
    token: () => call.token(),
  });
  client.onState((state) => console.error(`# ${state}`));
  client.on('frame', ({ direction, frame }) => {
    if (direction === 'out' || stop.signal.aborted) return;
    call.print(JSON.stringify(frame));
    printed += 1;
    if (printed >= limit) stop.abort();
  });
  const handle = client.group(group);
  handle.onChange(() => {
    if (handle.status === 'refused') stop.abort(new Error(`${group}: ${handle.error?.message ?? 'refused'}`));
  });
  await pause(2 ** 31 - 1, undefined, { signal: stop.signal }).catch(() => undefined);
  client.close();
  if (handle.status === 'refused') throw new Error(`${group}: ${handle.error?.message ?? 'refused'}`);
}
