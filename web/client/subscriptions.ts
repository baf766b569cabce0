/** The groups of one socket: who is subscribed, what is asked for, and the repair of gaps. */
import { maxGroupsPerFrame } from '../../core/group.ts';
import type { ClientFrame, GroupEvents, GroupState, Wanted } from '../../core/protocol.ts';
import { retryDelay } from './backoff.ts';
import type { GroupModel } from './group-model.ts';
import type { Timers } from './timers.ts';
import type { ClientFault } from './types.ts';

/** How long an overtaken frame may take before a gap is a gap, in ms. */
const gapWait = 250;

/** Most cursors in one frame: a cursor has up to 1,024 characters, a frame 32 KB. */
const maxPagesPerFrame = 20;

/** Shortest wait before a group that failed is asked for again, in ms. */
const againWait = 500;

/** Where a group stands on this socket. */
interface Link {
  /**
   * `leaving` and `asked` are waited for before the opposite is sent: the server handles frames at the same time, and an
   * unsubscribe could overtake a subscribe.
   */
  state: 'new' | 'asked' | 'joined' | 'leaving' | 'refused' | 'waiting';
  /** How often it was asked for again, or its gap repaired, without success. */
  tries: number;
  /** A `sync` for it is under way. */
  syncing: boolean;
}

/** A question as it is sent, but for its id; what a reply belongs to. */
export type Question = Exclude<ClientFrame, { action: 'signal' }>;
export type GroupQuestion = Extract<Question, { action: 'subscribe' | 'sync' }>;

export interface SubscriptionsOptions {
  /** The groups that are wanted now. */
  models: ReadonlyMap<string, GroupModel>;
  timers: Timers;
  random: () => number;
  ask: (question: Question) => void;
}

export interface Subscriptions {
  /** Whether every wanted group has its answer. */
  settled(): boolean;
  /** Subscribes to what is wanted and is not yet asked for; unsubscribes from what is no longer. */
  flush(): void;
  /** Asks again for what was refused: the rights may have changed. */
  retryRefused(): void;
  /** Asks for what is missing of all groups; as a heartbeat it goes out even when there are none. */
  sync(): void;
  push(entry: GroupEvents): void;
  left(groups: readonly string[]): void;
  /** Takes the answer to a `subscribe` or `sync`. `wait`: how long to wait before a group is asked for again, in ms. */
  answered(question: GroupQuestion, states: readonly GroupState[], wait?: number): void;
  /** Takes the refusal of a whole frame. */
  failed(question: GroupQuestion, error: ClientFault, wait: number | undefined): void;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { models, timers, random, ask } = options;
  const links = new Map<string, Link>();

  function flush(): void {
    const leave: string[] = [];
    const join: Wanted[] = [];
    for (const [name, link] of links) {
      if (models.has(name) || link.state === 'asked' || link.state === 'leaving') continue;
      if (link.state === 'joined') {
        link.state = 'leaving';
        leave.push(name);
      } else drop(name);
    }
    for (const { name, offset } of models.values()) {
      const link = links.get(name) ?? { state: 'new', tries: 0, syncing: false };
      links.set(name, link);
      if (link.state !== 'new') continue;
      link.state = 'asked';
      join.push({ group: name, after: offset });
    }
    for (const groups of batches(leave)) ask({ action: 'unsubscribe', groups });
    for (const groups of batches(join)) ask({ action: 'subscribe', groups });
  }

  function drop(name: string): void {
    links.delete(name);
    timers.clear(`again ${name}`, `gap ${name}`);
  }

  /** Asks for what is missing of the groups that pass. */
  function sync(passes: (model: GroupModel) => boolean = () => true): void {
    const groups: { group: string; after: number }[] = [];
    for (const [name, link] of links) {
      const model = models.get(name);
      if (link.state !== 'joined' || link.syncing || model?.offset === undefined || !passes(model)) continue;
      timers.clear(`gap ${name}`);
      link.syncing = true;
      if (model.behind) link.tries += 1;
      groups.push({ group: name, after: model.offset });
    }
    for (const batch of groups.length > 0 ? batches(groups) : [[]]) ask({ action: 'sync', groups: batch });
  }

  /** Arms the repair of a gap, or disarms it when the overtaken frame has come. */
  function check(model: GroupModel, link: Link): void {
    const slot = `gap ${model.name}`;
    if (!model.behind) {
      timers.clear(slot);
      link.tries = 0;
    } else if (link.state === 'joined' && !link.syncing && !timers.has(slot)) {
      // A gap that a repair left open is asked for ever more slowly, up to each 32 s. All go in one frame.
      timers.set(slot, gapWait * 2 ** Math.min(link.tries, 7), () => sync(({ behind }) => behind));
    }
  }

  function again(name: string, link: Link, wait = againWait): void {
    link.state = 'waiting';
    timers.clear(`gap ${name}`);
    timers.set(`again ${name}`, wait + retryDelay(link.tries, random), () => {
      link.state = 'new';
      flush();
    });
    link.tries += 1;
  }

  function left(groups: readonly string[]): void {
    for (const name of groups) if (links.get(name)?.state === 'leaving') drop(name);
    flush();
  }

  function answered(question: GroupQuestion, states: readonly GroupState[], wait?: number): void {
    const pages: Wanted[] = [];
    for (const wanted of question.groups) {
      const { group: name, after } = wanted;
      const model = models.get(name);
      const link = links.get(name);
      if (!link) continue;
      if (question.action === 'sync') link.syncing = false;
      if (!model || link.state === 'leaving') {
        // No longer wanted, but the server has it: `flush` can now leave it.
        if (link.state === 'asked') link.state = 'joined';
        continue;
      }
      if (link.state !== 'asked' && link.state !== 'joined') continue;
      let state = states.find(({ group }) => group === name);
      // Of what is not behind a `synced` says nothing.
      if (question.action === 'sync')
        state ??= { group: name, offset: after ?? 0, recovered: true, events: [] };
      const step = state ? model.answer(state, wanted) : 'again';
      if (step === 'again') again(name, link, wait);
      else if (step !== 'done') pages.push({ group: name, after, more: step.more });
      else {
        if (model.status === 'refused') link.state = 'refused';
        else if (question.action === 'subscribe') link.state = 'joined';
        check(model, link);
      }
    }
    for (const groups of batches(pages, maxPagesPerFrame)) ask({ action: 'subscribe', groups });
    flush();
  }

  return {
    settled: () =>
      [...models.keys()].every((name) => ['joined', 'refused'].includes(links.get(name)?.state ?? '')),
    flush,
    retryRefused() {
      for (const link of links.values()) if (link.state === 'refused') link.state = 'new';
      flush();
    },
    sync: () => sync(),
    push(entry) {
      const model = models.get(entry.group);
      const link = links.get(entry.group);
      if (!model || !link || link.state === 'leaving' || link.state === 'refused') return;
      model.push(entry, link.state !== 'joined');
      check(model, link);
    },
    left,
    answered,
    failed(question, error, wait) {
      const states = question.groups.map(({ group, more }: Wanted) => {
        // Only a first question can be refused for good.
        const code = question.action === 'sync' || more ? 'internal' : error.code;
        return { group, error: { ...error, code } } as GroupState;
      });
      answered(question, states, wait);
    },
  };
}

/** Cuts a list into frames' worth. */
function batches<T>(list: readonly T[], size = maxGroupsPerFrame): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < list.length; start += size) parts.push(list.slice(start, start + size));
  return parts;
}
