import { apiOf } from '../api.ts';
import { type Call, numberOf } from '../cli.ts';
import { UsageError } from '../words.ts';

/** Sends a test to everybody who looks at a group, or at any: words that show for a while on every such screen. */
export async function broadcast(call: Call): Promise<void> {
  const [group] = call.words;
  const all = call.options.all === true;
  if ((group === undefined) !== all) throw new UsageError('broadcast GROUP | broadcast --all (see: groups)');
  const api = apiOf(call.url, await call.token());
  const { groups } = await api.call<{ groups: number }>('POST', 'announcements', {
    ...(group === undefined ? { all } : { group }),
    text: call.options.text ?? `Test broadcast, ${new Date().toISOString()}`,
    seconds: numberOf(call, 'seconds', 60),
  });
  call.print(groups === 1 ? `Sent to ${group ?? '1 group'}.` : `Sent to ${groups} groups.`);
}
