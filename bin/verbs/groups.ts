import type { Title } from '../../core/domain.ts';
import { apiOf } from '../api.ts';
import type { Call } from '../cli.ts';

/** Lists the groups that the user may join. */
export async function groups(call: Call): Promise<void> {
  const api = apiOf(call.url, await call.token());
  const answer = await api.call<{ groups: { group: string; title: Title }[] }>('GET', 'groups');
  for (const { group, title } of answer.groups)
    call.print(`${group.padEnd(32)} ${typeof title === 'string' ? title : title.en}`);
}
