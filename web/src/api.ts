/** Calls to the HTTP API. Errors are `CallError` with the server's code, or `network` when there was no answer. */
import type { Code, Fault } from '../../core/codes.ts';
import type { Principal } from '../../core/domain.ts';
import { learnTime } from '../kit/clock.ts';
import { CallError, type GroupEntry, type OlderEntries } from '../kit/platform.ts';

interface Problem {
  code?: Code;
  title?: string;
  detail?: string;
  errors?: Fault[];
  current?: unknown;
}

/** What `GET /api/me` answers. */
type MeReply = { principal: Omit<Principal, 'roles' | 'units'> } & Pick<Principal, 'roles' | 'units'>;

export interface Api {
  me(): Promise<Principal>;
  groups(): Promise<readonly GroupEntry[]>;
  command(domain: string, command: string, input: object): Promise<unknown>;
  olderEntries(group: string, before: string | undefined): Promise<OlderEntries>;
  announce(group: string, text: string): Promise<void>;
}

/** How long a call may take, in ms: HTTP API gives up after 30 s itself. */
const patienceMs = 20_000;

function newKey(): string {
  // `randomUUID` exists on secure origins only, and a local cloud may be opened from another device over http.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/**
 * @param token the access token to use; `fresh` asks for a new one after the server refused the last
 */
export function createApi(
  base: string,
  token: (request: { fresh: boolean }) => Promise<string | undefined>,
  fetcher: typeof fetch = (...args) => fetch(...args),
): Api {
  async function once(path: string, init: RequestInit, fresh: boolean): Promise<Response> {
    try {
      const bearer = await token({ fresh });
      const headers = new Headers(init.headers);
      if (bearer !== undefined) headers.set('authorization', `Bearer ${bearer}`);
      const response = await fetcher(base + path, {
        ...init,
        headers,
        signal: AbortSignal.timeout(patienceMs),
      });
      learnTime(response.headers.get('date'));
      return response;
    } catch {
      throw new CallError('network', `No answer from ${path}.`);
    }
  }

  async function call(path: string, init: RequestInit = {}): Promise<unknown> {
    let response = await once(path, init, false);
    if (response.status === 401) response = await once(path, init, true);
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return body;
    const problem = (typeof body === 'object' && body !== null ? body : {}) as Problem;
    throw new CallError(
      problem.code ?? (response.status === 403 ? 'forbidden' : 'internal'),
      problem.detail ?? problem.title ?? `The server answered ${response.status}.`,
      problem.errors,
      problem.current,
    );
  }

  const posted = (body: object): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': newKey() },
    body: JSON.stringify(body),
  });

  return {
    me: async () => {
      const { principal, roles, units } = (await call('/me')) as MeReply;
      return { ...principal, roles, units };
    },
    groups: async () => ((await call('/groups')) as { groups: GroupEntry[] }).groups,
    olderEntries: async (group, before) =>
      (await call(`/audit/${group}${before === undefined ? '' : `?before=${before}`}`)) as OlderEntries,
    announce: async (group, text) => {
      await call('/announcements', posted({ group, text }));
    },
    command: async (domain, command, input) => {
      const init = posted(input);
      const path = `/commands/${domain}/${command}`;
      try {
        return await call(path, init);
      } catch (error) {
        // With the same idempotency key a second try cannot do it twice.
        if (error instanceof CallError && error.code === 'network') return call(path, init);
        throw error;
      }
    },
  };
}
