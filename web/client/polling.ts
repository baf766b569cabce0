/** The fallback without a WebSocket: groups are fetched over HTTP, by the same rules of state. */
import type { GroupModel } from './group-model.ts';
import { isCredential, isFault, isGroupState, isPassing } from './guard.ts';
import { Timers } from './timers.ts';
import type { ClientFault, Clock, Fetch } from './types.ts';

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

export class Polling {
  readonly #options: PollingOptions;
  readonly #timers: Timers;
  /** The last `ETag` of each group, and the offset that it stands for. */
  readonly #tags = new Map<string, { tag: string; offset: number | undefined }>();
  #running = false;
  #round: AbortController | undefined;

  constructor(options: PollingOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#poll();
  }

  stop(): void {
    this.#running = false;
    this.#round?.abort();
    this.#round = undefined;
    this.#timers.clearAll();
    this.#tags.clear();
  }

  async #poll(): Promise<void> {
    const round = new AbortController();
    this.#round = round;
    this.#timers.set('limit', roundWithin, () => this.#next(round));
    const models = [...this.#options.models.values()].filter(({ status }) => status !== 'refused');
    try {
      const token = await this.#options.takeToken();
      await Promise.all(models.map((model) => this.#fetchGroup(model, token, round)));
    } catch (error) {
      if (!round.signal.aborted) this.#options.onError(error);
    }
    if (!round.signal.aborted) this.#next(round);
  }

  /** Ends a round; what of it still comes in is not heard. */
  #next(round: AbortController): void {
    round.abort();
    this.#timers.clear('limit');
    this.#timers.set('poll', this.#options.pollMs, () => void this.#poll());
  }

  async #fetchGroup(model: GroupModel, token: string | undefined, round: AbortController): Promise<void> {
    const after = model.offset;
    let more: string | undefined;
    try {
      do {
        more = await this.#fetchPage({ model, token, round, after, more });
      } while (more !== undefined);
    } catch (error) {
      if (round.signal.aborted) return;
      this.#options.onError(error);
      model.lose();
    }
  }

  /** Gives the cursor of the next page, if there is one. */
  async #fetchPage(page: {
    model: GroupModel;
    token: string | undefined;
    round: AbortController;
    after: number | undefined;
    more: string | undefined;
  }): Promise<string | undefined> {
    const { model, token, round, after, more } = page;
    if (round.signal.aborted) return undefined;
    const query =
      more !== undefined ? `?more=${encodeURIComponent(more)}` : after === undefined ? '' : `?after=${after}`;
    const known = this.#tags.get(model.name);
    const headers: Record<string, string> = {};
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (more === undefined && known !== undefined && known.offset === after)
      headers['if-none-match'] = known.tag;
    const response = await this.#options.fetch(`${this.#options.api}/groups/${model.name}${query}`, {
      headers,
      signal: round.signal,
    });
    if (round.signal.aborted) return undefined;
    if (response.status === 304) {
      model.confirm();
      return undefined;
    }
    const body = await response.json();
    if (round.signal.aborted) return undefined;
    if (response.status !== 200) {
      this.#refused(model, problemOf(body, response.status), token, round);
      return undefined;
    }
    if (!isGroupState(body) || body.group !== model.name) {
      throw new TypeError(`The answer for ${model.name} is not well formed.`);
    }
    const step = model.answer(body, { owner: this, after, more: more !== undefined });
    if (step.kind === 'more') return step.cursor;
    const tag = response.headers.get('etag');
    if (tag === null || step.kind !== 'done') this.#tags.delete(model.name);
    else this.#tags.set(model.name, { tag, offset: model.offset });
    return undefined;
  }

  #refused(model: GroupModel, error: ClientFault, token: string | undefined, round: AbortController): void {
    if (isCredential(error.code)) {
      // One refusal speaks for all groups of the round.
      this.#next(round);
      this.#options.onUnauthorized(error, token);
    } else if (isPassing(error.code)) {
      model.lose();
    } else {
      model.refuse(error);
    }
  }
}

/** The fault in a problem document. What is none may come from a proxy, so that it counts as passing. */
function problemOf(body: unknown, status: number): ClientFault {
  const { code, detail, title } = (body ?? {}) as { code?: unknown; detail?: unknown; title?: unknown };
  const problem = { code, message: detail ?? title ?? '' };
  if (isFault(problem)) return problem;
  return { code: status === 401 ? 'unauthorized' : 'internal', message: `HTTP ${status}` };
}
