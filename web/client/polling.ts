/** The fallback without a WebSocket: groups are fetched over HTTP, by the same rules of state. */
import { type GroupModel, loseAll, type Pages } from './group-model.ts';
import { isCredential, isGroupState, malformed } from './guard.ts';
import { createTimers } from './timers.ts';
import type { ClientFault, Clock, Fetch } from './types.ts';

type Response = Awaited<ReturnType<Fetch>>;

/** A round that takes longer is given up, in ms: ahead of it stands the 29 s limit of an HTTP API. */
const roundWithin = 30_000;

export interface PollingOptions {
  models: ReadonlyMap<string, GroupModel>;
  clock: Clock;
  fetch: Fetch;
  /** Base URL of the HTTP API. */
  api: string;
  /** From the end of one round to the next, in ms. */
  pollMs: number;
  takeToken: () => Promise<string | undefined>;
  onUnauthorized: (error: ClientFault, token: string | undefined) => void;
  onError: (error: unknown) => void;
}

/** Gives what starts (true) and stops (false) the polling; twice is once. */
export function createPolling(options: PollingOptions): (on: boolean) => void {
  const { models, fetch, api, pollMs, onError } = options;
  const timers = createTimers(options.clock);
  let round: AbortController | undefined;
  /** The token of the last round: another may see what was refused. */
  let last: string | undefined;

  async function poll(): Promise<void> {
    const own = new AbortController();
    const { signal } = own;
    round = own;
    timers.set('poll', roundWithin, () => {
      loseAll(models);
      next();
    });
    try {
      const token = await options.takeToken();
      const asked = [...models.values()].filter(({ status }) => status !== 'refused' || token !== last);
      last = token;
      await Promise.all(asked.map((model) => fetchGroup(model, token, signal)));
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    if (!signal.aborted) next();
  }

  /** Ends a round; what of it still comes in is not heard. */
  function next(): void {
    round?.abort();
    timers.set('poll', pollMs, poll);
  }

  async function fetchGroup(
    model: GroupModel,
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { name, offset: after } = model;
    let pages: Pages | undefined;
    try {
      do {
        const headers: Record<string, string> = {};
        let query = '';
        if (token !== undefined) headers.authorization = `Bearer ${token}`;
        if (pages) query = `?more=${encodeURIComponent(pages.more)}`;
        else if (after !== undefined) query = `?after=${after}`;
        const state = await stateOf(await fetch(`${api}/groups/${name}${query}`, { headers, signal }), name);
        if (signal.aborted) return;
        if (!isGroupState(state) || state.group !== name) throw malformed(name);
        if ('error' in state && isCredential(state.error.code)) {
          // One refusal speaks for all groups of the round.
          next();
          options.onUnauthorized(state.error, token);
          return;
        }
        const step = model.answer(state, after, pages);
        if (step === 'again') model.lose();
        pages = typeof step === 'object' ? step : undefined;
      } while (pages);
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      model.lose();
    }
  }

  return (on) => {
    if (on === !!round) return;
    round?.abort();
    round = undefined;
    timers.clear();
    if (on) void poll();
  };
}

/** What an answer says of its group. A fault that is none of ours may come from a proxy, so that it counts as passing. */
async function stateOf(response: Response, group: string): Promise<unknown> {
  const { status } = response;
  const body = await response.json();
  if (status === 200) return body;
  const fallback = status === 401 ? 'unauthorized' : 'internal';
  const { code = fallback, title = `HTTP ${status}`, detail = title } = body as Record<string, unknown>;
  return { group, error: { code, message: detail } };
}
