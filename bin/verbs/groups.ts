import type { ListedGroup } from '../../core/access.ts';
import { apiOf } from '../api.ts';
import type { Call } from '../cli.ts';

/** Lists the groups that the user may join. */
export async function groups(call: Call): Promise<void> {
  const api = apiOf(call.url, await call.token());
  const answer = await api.call<{ groups: ListedGroup[] }>('GET', 'groups');
  for (const { group, title } of answer.groups) call.print(`${group.padEnd(32)} ${title}`);
}
