/** The groups of one socket: who is subscribed, what is asked for, and the repair of gaps. */
import { isGroupName, maxGroupsPerFrame } from '../../core/group.ts';
import type { ClientFrame, GroupEvents, GroupState, Wanted } from '../../core/protocol.ts';
import { retryDelay } from './backoff.ts';
import type { Ask, GroupModel } from './group-model.ts';
import { isPassing } from './guard.ts';
import type { Requests } from './requests.ts';
import type { Timers } from './timers.ts';
import type { ClientFault } from './types.ts';

/** How long an overtaken frame may take before a gap is a gap, in ms. */
const gapWait = 250;

/** Most cursors in one frame: a cursor has up to 1,024 characters, a frame 32 KB. */
const maxPagesPerFrame = 20;

/** Shortest wait before a group that failed is asked for again, in ms. */
const againWait = 500;

/**
 * Where a group stands on this socket. `leaving` and `asked` are waited for before the opposite is sent: the server
 * handles frames at the same time, and an unsubscribe could overtake a subscribe.
 */
type Link = 'asked' | 'joined' | 'leaving' | 'refused' | 'waiting';

/** What a reply belongs to. */
export type Pending =
  | { action: 'subscribe' | 'sync'; asks: Map<string, Ask> }
  | { action: 'unsubscribe'; groups: readonly string[] }
  | { action: 'refresh'; token: string };

export interface SubscriptionsOptions {
  /** The groups that are wanted now. */
  models: ReadonlyMap<string, GroupModel>;
  requests: Requests<Pending>;
  timers: Timers;
  random: () => number;
  send: (frame: ClientFrame) => void;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #links = new Map<string, Link>();
  /** How often each group was asked for again, and its gap repaired, without success. */
  readonly #failures = new Map<string, number>();
  readonly #repairs = new Map<string, number>();
  /** Gaps to ask for in the next `sync`. */
  readonly #due = new Set<string>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** Whether every wanted group has its answer. */
  get settled(): boolean {
    for (const { name } of this.#options.models.values()) {
      const link = this.#links.get(name);
      if (isGroupName(name) && link !== 'joined' && link !== 'refused') return false;
    }
    return true;
  }

  /** Subscribes to what is wanted and is not yet asked for; unsubscribes from what is no longer. */
  flush(): void {
    const { models } = this.#options;
    const leave: string[] = [];
    for (const [name, link] of this.#links) {
      if (models.has(name)) continue;
      if (link === 'joined') leave.push(name);
      else if (link === 'refused' || link === 'waiting') this.#drop(name);
    }
    const ask: Wanted[] = [];
    for (const { name, offset } of models.values()) {
      // One name that is none would have the server refuse the whole frame.
      if (this.#links.has(name) || !isGroupName(name)) continue;
      this.#links.set(name, 'asked');
      ask.push({ group: name, ...(offset === undefined ? {} : { after: offset }) });
    }
    for (const groups of batches(leave)) {
      for (const name of groups) this.#links.set(name, 'leaving');
      const id = this.#options.requests.add({ action: 'unsubscribe', groups });
      this.#options.send({ action: 'unsubscribe', id, groups });
    }
    this.#subscribe(ask);
  }

  /** Asks again for what was refused: the rights may have changed. */
  retryRefused(): void {
    for (const [name, link] of this.#links) if (link === 'refused') this.#links.delete(name);
    this.flush();
  }

  /** Asks for what is missing of the groups given, of all by default; as a heartbeat it goes out even when there is none. */
  sync(names: Iterable<string> = this.#links.keys()): void {
    const groups: { group: string; after: number }[] = [];
    for (const name of names) {
      const after = this.#options.models.get(name)?.offset;
      if (after !== undefined && this.#links.get(name) === 'joined') groups.push({ group: name, after });
    }
    for (const batch of groups.length === 0 ? [[]] : batches(groups)) {
      const asks = new Map(batch.map(({ group, after }) => [group, { owner: this, after }]));
      const id = this.#options.requests.add({ action: 'sync', asks });
      this.#options.send({ action: 'sync', id, groups: batch });
    }
  }

  /** Looks at all groups for gaps: after the groups were taken over from another socket. */
  checkAll(): void {
    for (const model of this.#options.models.values()) this.#check(model);
  }

  push(entry: GroupEvents): void {
    const model = this.#options.models.get(entry.group);
    const link = this.#links.get(entry.group);
    if (model === undefined || link === undefined || link === 'leaving' || link === 'refused') return;
    model.push(entry, link !== 'joined');
    this.#check(model);
  }

  unsubscribed(groups: readonly string[]): void {
    for (const name of groups) if (this.#links.get(name) === 'leaving') this.#drop(name);
    this.flush();
  }

  /** Takes the answer to a `subscribe` or `sync`. */
  answered(
    action: 'subscribe' | 'sync',
    asks: ReadonlyMap<string, Ask>,
    states: readonly GroupState[],
  ): void {
    const byName = new Map(states.map((state) => [state.group, state]));
    const pages: Wanted[] = [];
    for (const [name, ask] of asks) {
      const model = this.#options.models.get(name);
      const link = this.#links.get(name);
      const state = byName.get(name);
      if (model === undefined || link === 'leaving') this.#abandon(name);
      else if (link !== 'asked' && link !== 'joined') continue;
      else if (state !== undefined) this.#apply(action, model, state, ask, pages);
      else if (action === 'subscribe') this.#again(name);
      else {
        model.confirm();
        this.#check(model);
      }
    }
    this.#subscribe(pages, asks);
    this.flush();
  }

  /** Takes the refusal of a whole frame. `wait`: how long the server asks to wait before it is sent again, in ms. */
  failed(
    pending: Exclude<Pending, { action: 'refresh' }>,
    error: ClientFault,
    wait: number | undefined,
  ): void {
    if (pending.action === 'unsubscribe') {
      this.unsubscribed(pending.groups);
      return;
    }
    for (const [name, ask] of pending.asks) {
      const model = this.#options.models.get(name);
      if (model === undefined) this.#abandon(name);
      else if (pending.action === 'sync' || ask.more || isPassing(error.code)) {
        this.#again(name, wait);
      } else {
        this.#links.set(name, 'refused');
        model.refuse(error);
      }
    }
    this.flush();
  }

  #apply(action: string, model: GroupModel, state: GroupState, ask: Ask, pages: Wanted[]): void {
    const { name } = model;
    const step = model.answer(state, ask);
    if (step.kind === 'again') this.#again(name);
    else if (step.kind === 'refused') this.#links.set(name, 'refused');
    else if (step.kind === 'more') pages.push({ group: name, more: step.cursor });
    else {
      if (action === 'subscribe') this.#links.set(name, 'joined');
      this.#failures.delete(name);
      this.#check(model);
    }
  }

  /** `former`: the questions whose next pages these are. */
  #subscribe(wanted: readonly Wanted[], former?: ReadonlyMap<string, Ask>): void {
    for (const groups of batches(wanted, former === undefined ? maxGroupsPerFrame : maxPagesPerFrame)) {
      const asks = new Map(
        groups.map(({ group, after, more }): [string, Ask] => [
          group,
          more === undefined
            ? { owner: this, after }
            : { owner: this, after: former?.get(group)?.after, more: true },
        ]),
      );
      const id = this.#options.requests.add({ action: 'subscribe', asks });
      this.#options.send({ action: 'subscribe', id, groups });
    }
  }

  /** The group is no longer wanted, but the server has it: `flush` can now leave it. */
  #abandon(name: string): void {
    if (this.#links.get(name) === 'asked') this.#links.set(name, 'joined');
  }

  #again(name: string, wait = againWait): void {
    const failures = this.#failures.get(name) ?? 0;
    this.#failures.set(name, failures + 1);
    this.#links.set(name, 'waiting');
    const { timers, random } = this.#options;
    timers.set(`again:${name}`, wait + retryDelay(failures, random), () => {
      this.#links.delete(name);
      this.flush();
    });
  }

  /** Arms the repair of a gap, or disarms it when the overtaken frame has come. */
  #check(model: GroupModel): void {
    const { name } = model;
    const { timers, requests } = this.#options;
    const slot = `gap:${name}`;
    if (!model.behind || this.#links.get(name) !== 'joined') {
      timers.clear(slot);
      if (!model.behind) this.#repairs.delete(name);
      return;
    }
    if (timers.has(slot) || this.#due.has(name)) return;
    if (requests.some((request) => request.action === 'sync' && request.asks.has(name))) return;
    const repairs = this.#repairs.get(name) ?? 0;
    // A gap that a repair left open is asked for ever more slowly, up to each 32 s.
    timers.set(slot, gapWait * 2 ** Math.min(repairs, 7), () => {
      this.#repairs.set(name, repairs + 1);
      this.#due.add(name);
      timers.set('repair', 0, () => {
        const names = [...this.#due];
        this.#due.clear();
        this.sync(names);
      });
    });
  }

  #drop(name: string): void {
    this.#links.delete(name);
    this.#failures.delete(name);
    this.#repairs.delete(name);
    this.#due.delete(name);
    this.#options.timers.clear(`again:${name}`);
    this.#options.timers.clear(`gap:${name}`);
  }
}

/** Cuts a list into frames' worth. */
function batches<T>(list: readonly T[], size = maxGroupsPerFrame): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < list.length; start += size) parts.push(list.slice(start, start + size));
  return parts;
}
