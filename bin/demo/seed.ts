import { demos } from '../../domains/demos.ts';
import { ApiProblem } from '../api.ts';
import { userApis } from './users.ts';

/**
 * Plays the seeds of domains through the commands API: the same way on a laptop and on a deployed stack. What is there
 * already answers `conflict` and is left as it is.
 */
export async function seed(origin: string, domains: readonly string[] = Object.keys(demos)): Promise<void> {
  const users = userApis(origin);
  const play = async (domain: string) => {
    for (const { command, input, key, as = 'admin' } of demos[domain]?.seed ?? []) {
      try {
        const api = await users(as);
        await api.call('POST', `commands/${domain}/${command}`, input, { 'idempotency-key': key });
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
      }
    }
  };
  await Promise.all(domains.map(play));
}
