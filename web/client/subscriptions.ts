/** The groups of one socket: who is subscribed, what is asked for, and the repair of gaps. */
import { maxGroupsPerFrame } from '../../core/group.ts';
import type { ClientFrame, GroupEvents, GroupState, ServerFrame, Wanted } from '../../core/protocol.ts';
import { retryDelay } from './backoff.ts';
import type { GroupModel, Pages } from './group-model.ts';
import type { Timers } from './timers.ts';

/** How long an overtaken frame may take before a gap is a gap, in ms. */
const gapWait = 250;

/** Most cursors in one frame: a cursor has up to 1,024 characters, a frame 32 KB. */
const maxPagesPerFrame = 20;

/** Shortest wait before a group that failed is asked for again, in ms. */
const againWait = 500;

/** Where a group stands on this socket. */
interface Link {
  /** For whom it was asked: a hold that was taken anew meanwhile has missed pushes. */
  model: GroupModel;
  /**
   * `leaving`, `asked`, a `sync` and a `refresh` are waited for before the opposite is sent: the server handles frames at the
   * same time, an unsubscribe could overtake a subscribe, and the other two put a lost membership back.
   */
  state: 'new' | 'asked' | 'joined' | 'leaving' | 'refused' | 'waiting';
  /** How often it was asked for again, or its gap repaired, without success. */
  tries: number;
  /** A `sync` for it is under way. */
  syncing?: boolean;
  /** Of a snapshot that is still coming; meanwhile it is `asked`. */
  pages?: Pages | undefined;
}

/** A question as it is sent, but for its id; what a reply belongs to. */
export type Question = Exclude<ClientFrame, { action: 'signal' }>;
type GroupQuestion = Extract<Question, { action: 'subscribe' | 'sync' }>;
/** The answer to it, or the refusal of its frame. */
type GroupReply = Extract<ServerFrame, { type: 'subscribed' | 'synced' | 'error' }>;

export interface SubscriptionsOptions {
  /** The groups that are wanted now. */
  models: ReadonlyMap<string, GroupModel>;
  timers: Timers;
  random: () => number;
  ask: (question: Question) => void;
  /** Whether the server is taking a new token, and with it prolongs each membership. */
  refreshing: () => boolean;
}

export interface Subscriptions {
  /** Whether every wanted group has its answer. */
  settled(): boolean;
  /**
   * Subscribes to what is wanted and is not yet asked for; unsubscribes from what is no longer. `refused`: asks again for
   * what was refused as well, since the rights may have changed.
   */
  flush(refused?: boolean): void;
  /** Asks for what is missing of all groups of which that is not under way; gives how many. */
  sync(): number;
  push(entry: GroupEvents): void;
  left(groups: readonly string[]): void;
  answered(question: GroupQuestion, reply: GroupReply): void;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { models, timers, random, ask, refreshing } = options;
  const links = new Map<string, Link>();

  function flush(refused = false): void {
    const leave: string[] = [];
    const join: Wanted[] = [];
    for (const [name, link] of links) {
      const { state, syncing } = link;
      if (models.has(name) || syncing || refreshing() || /asked|leaving/.test(state)) continue;
      if (state === 'refused') links.delete(name);
      else {
        // One that waits to be asked for again may have been joined before that failed.
        timers.clear(name);
        link.state = 'leaving';
        leave.push(name);
      }
    }
    for (const model of models.values()) {
      const { name, offset } = model;
      const link = links.get(name) ?? { model, state: 'new' as const, tries: 0 };
      links.set(name, link);
      if (link.state !== 'new' && !(refused && link.state === 'refused')) continue;
      link.model = model;
      link.state = 'asked';
      join.push({ group: name, after: offset });
    }
    for (const groups of batches(leave)) ask({ action: 'unsubscribe', groups });
    for (const groups of batches(join)) ask({ action: 'subscribe', groups });
  }

  /** Asks for what is missing of the groups that pass. */
  function sync(passes: (model: GroupModel) => boolean = () => true): number {
    const groups: { group: string; after: number }[] = [];
    for (const [name, link] of links) {
      const model = models.get(name);
      if (link.state !== 'joined' || link.syncing || model?.offset === undefined || !passes(model)) continue;
      timers.clear(name);
      link.syncing = true;
      if (model.behind) link.tries += 1;
      groups.push({ group: name, after: model.offset });
    }
    for (const batch of batches(groups)) ask({ action: 'sync', groups: batch });
    return groups.length;
  }

  /** Arms the repair of a gap, or disarms it when the overtaken frame has come. */
  function check({ name, behind }: GroupModel, link: Link): void {
    if (link.state !== 'joined' || link.syncing) return;
    if (!behind) {
      timers.clear(name);
      link.tries = 0;
    } else if (!timers.has(name)) {
      // A gap that a repair left open is asked for ever more slowly, up to each 32 s. All go in one frame.
      timers.set(name, gapWait * 2 ** Math.min(link.tries, 7), () => sync(({ behind }) => behind));
    }
  }

  function again(name: string, link: Link, wait: number): void {
    link.state = 'waiting';
    timers.set(name, wait + retryDelay(link.tries, random), () => {
      link.state = 'new';
      flush();
    });
    link.tries += 1;
  }

  function left(groups: readonly string[]): void {
    for (const name of groups) if (links.get(name)?.state === 'leaving') links.delete(name);
    // There may be room now for one of which there were too many.
    flush(true);
  }

  function answered(question: GroupQuestion, reply: GroupReply): void {
    const further: Wanted[] = [];
    const syncs = question.action === 'sync';
    const { retryAfterMs = againWait } = reply as { retryAfterMs?: number };
    for (const wanted of question.groups as Wanted[]) {
      const { group: name, after, more } = wanted;
      const link = links.get(name);
      // Only what is under way counts, not what was asked for an earlier hold.
      if (!link || (syncs ? !link.syncing : link.state !== 'asked' || link.pages?.more !== more)) continue;
      const { model, pages } = link;
      link.syncing = false;
      link.pages = undefined;
      if (models.get(name) !== model) {
        // The server has it for a hold that was given up: it is left, or asked for anew.
        link.state = models.has(name) ? 'new' : 'joined';
        continue;
      }
      const step = model.answer(stateIn(reply, wanted, syncs), after, pages);
      if (step === 'again') again(name, link, retryAfterMs);
      else if (step === 'done') {
        link.state = model.status === 'refused' ? 'refused' : 'joined';
        check(model, link);
      } else {
        link.state = 'asked';
        link.pages = step;
        further.push({ group: name, after, more: step.more });
      }
    }
    for (const groups of batches(further, maxPagesPerFrame)) ask({ action: 'subscribe', groups });
    flush();
  }

  return {
    settled: () => [...models.keys()].every((name) => /joined|refused/.test(links.get(name)?.state ?? '')),
    flush,
    sync: () => sync(),
    push(entry) {
      const model = models.get(entry.group);
      const link = links.get(entry.group);
      if (!model || !link || /leaving|refused/.test(link.state)) return;
      model.push(entry, link.state !== 'joined');
      check(model, link);
    },
    left,
    answered,
  };
}

/** What a reply says of a group. */
function stateIn(reply: GroupReply, { group, after = 0, more }: Wanted, syncs: boolean): GroupState {
  const { groups } = reply as { groups?: GroupState[] };
  const state = groups?.find((one) => one.group === group);
  if (state) return state;
  // Of what is not behind a `synced` says nothing.
  if (reply.type === 'synced') return { group, offset: after, recovered: true, events: [] };
  // Only a first question can be refused for good.
  const { code, message = '' } = reply as Partial<Extract<ServerFrame, { type: 'error' }>>;
  return { group, error: { code: (!syncs && !more && code) || 'internal', message } };
}

/** Cuts a list into frames' worth. */
function batches<T>(list: readonly T[], size = maxGroupsPerFrame): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < list.length; start += size) parts.push(list.slice(start, start + size));
  return parts;
}
