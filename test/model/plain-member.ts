/**
 * The protocol over a bare socket, spoken by somebody who knows the contract only and shares no code with the client.
 * It applies what follows, asks for gaps, and believes no snapshot that is older than it says.
 */
import type { WebSocket } from 'ws';
import type { GroupEvents, GroupState, ServerFrame, SnapshotItem } from '../../core/protocol.ts';
import type { Identity } from './issuer.ts';
import type { Member } from './member.ts';
import { Tape } from './tape.ts';
import { type Contents, canonical, idOf } from './truth.ts';

interface View {
  offset: number | undefined;
  /** `data` undefined: removed. */
  items: Map<string, { rev: number; data: unknown }>;
  held: GroupEvents[];
  link: 'none' | 'asked' | 'joined' | 'leaving';
  asking: boolean;
  pages: { offset: number; items: SnapshotItem[] } | undefined;
  current: boolean;
  refused: boolean;
}

type Asked = { action: 'subscribe' | 'sync' | 'unsubscribe'; group: string; timer: NodeJS.Timeout };

const answerMs = 1500;
const pauseMs = 40;

export class PlainMember implements Member {
  readonly name: string;
  readonly user: Identity;
  readonly tape = new Tape();
  readonly oddities: string[] = [];
  readonly #url: string;
  readonly #token: string;
  readonly #views = new Map<string, View>();
  readonly #wanted = new Set<string>();
  readonly #asked = new Map<string, Asked>();
  #socket: WebSocket | undefined;
  #open = false;
  #closed = false;
  #last = 0;

  constructor(name: string, origin: string, user: Identity, token: string) {
    this.name = `${name} (socket of ${user.sub})`;
    this.user = user;
    this.#url = `${origin.replace('http', 'ws')}/live`;
    this.#token = token;
    this.#connect();
  }

  groups(): string[] {
    return [...this.#wanted];
  }

  look(group: string): void {
    this.#wanted.add(group);
    this.#flush(group);
  }

  leave(group: string): void {
    this.#wanted.delete(group);
    this.#flush(group);
  }

  cut(): void {
    this.tape.cut();
  }

  refresh(): void {
    for (const group of this.#wanted) {
      const view = this.#view(group);
      view.current = false;
      if (view.link === 'joined' && !view.asking) this.#repair(group, view);
      else this.#flush(group);
    }
  }

  holds(group: string): Contents | undefined {
    const view = this.#views.get(group);
    if (!view?.current || view.link !== 'joined') return undefined;
    const present = [...view.items].filter(([, { data }]) => data !== undefined);
    return new Map(present.map(([id, { rev, data }]) => [id, { rev, data: canonical(data) }]));
  }

  refused(group: string): boolean {
    return this.#views.get(group)?.refused === true;
  }

  close(): void {
    this.#closed = true;
    this.#socket?.close();
    this.#forgetAsked();
  }

  #view(group: string): View {
    const known = this.#views.get(group);
    if (known !== undefined) return known;
    const view: View = {
      offset: undefined,
      items: new Map(),
      held: [],
      link: 'none',
      asking: false,
      pages: undefined,
      current: false,
      refused: false,
    };
    this.#views.set(group, view);
    return view;
  }

  #connect(): void {
    if (this.#closed) return;
    const socket = new this.tape.socketClass(this.#url, ['pulsecast.v1', `jwt.${this.#token}`]);
    this.#socket = socket;
    socket.on('open', () => {
      this.#open = true;
      for (const group of this.#wanted) this.#flush(group);
    });
    socket.on('message', (data) => {
      if (socket === this.#socket) this.#take(JSON.parse(String(data)) as ServerFrame);
    });
    socket.on('close', () => {
      if (socket !== this.#socket) return;
      this.#open = false;
      this.#forgetAsked();
      for (const view of this.#views.values()) {
        Object.assign(view, { link: 'none', asking: false, pages: undefined, held: [], current: false });
      }
      setTimeout(() => this.#connect(), pauseMs);
    });
  }

  #forgetAsked(): void {
    for (const { timer } of this.#asked.values()) clearTimeout(timer);
    this.#asked.clear();
  }

  #ask(action: Asked['action'], group: string, what: unknown): void {
    if (!this.#open) return;
    this.#last += 1;
    const id = `p${this.#last}`;
    const socket = this.#socket;
    const timer = setTimeout(() => socket?.terminate(), answerMs);
    this.#asked.set(id, { action, group, timer });
    socket?.send(JSON.stringify({ action, id, groups: [what] }));
  }

  /** Subscribes or leaves, as is wanted; never while a question about the group is under way. */
  #flush(group: string): void {
    const view = this.#view(group);
    if (!this.#open) return;
    if (this.#wanted.has(group)) {
      if (view.link !== 'none' || view.refused) return;
      view.link = 'asked';
      view.asking = true;
      this.#ask('subscribe', group, { group, ...(view.offset === undefined ? {} : { after: view.offset }) });
    } else if (view.link === 'joined' && !view.asking) {
      view.link = 'leaving';
      this.#ask('unsubscribe', group, group);
    }
  }

  #again(group: string): void {
    const socket = this.#socket;
    setTimeout(() => {
      if (socket === this.#socket) this.#flush(group);
    }, pauseMs);
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'events') for (const entry of frame.groups) this.#push(entry);
    if (!('id' in frame) || frame.id === undefined) return;
    const asked = this.#asked.get(frame.id);
    if (asked === undefined) return;
    clearTimeout(asked.timer);
    this.#asked.delete(frame.id);
    const { action, group } = asked;
    const view = this.#view(group);
    view.asking = false;
    if (frame.type === 'error') {
      if (frame.code === 'unauthorized') this.#socket?.terminate();
      else if (frame.code !== 'internal' && frame.code !== 'rate_limited') {
        this.oddities.push(`${action} of ${group} was answered ${frame.code}`);
      }
      if (view.link === 'asked') view.link = 'none';
      if (view.link === 'leaving') view.link = 'joined';
      this.#again(group);
    } else if (frame.type === 'unsubscribed') {
      view.link = 'none';
      this.#views.delete(group);
      this.#flush(group);
    } else if (frame.type === 'subscribed' || frame.type === 'synced') {
      const state = frame.groups.find((one) => one.group === group);
      if (state === undefined) this.#settle(group, view);
      else this.#answer(group, view, state);
      if (!this.#wanted.has(group)) this.#flush(group);
    }
  }

  #answer(group: string, view: View, state: GroupState): void {
    if ('error' in state) {
      const passing = state.error.code === 'internal' || state.error.code === 'rate_limited';
      // A membership that a fault has taken away: `sync` says so, and one subscribes again.
      view.refused = !passing && view.link === 'asked';
      view.link = 'none';
      view.pages = undefined;
      if (!view.refused) this.#again(group);
      return;
    }
    view.link = 'joined';
    if (state.recovered) {
      for (const event of state.events) this.#apply(view, event);
      view.offset = Math.max(view.offset ?? 0, state.offset);
    } else {
      const offset = view.pages?.offset ?? state.offset;
      const items = [...(view.pages?.items ?? []), ...state.snapshot];
      if (state.more !== undefined) {
        view.pages = { offset, items };
        view.asking = true;
        this.#ask('subscribe', group, { group, more: state.more });
        return;
      }
      view.pages = undefined;
      this.#replace(group, view, offset, items);
    }
    this.#settle(group, view);
  }

  #replace(group: string, view: View, offset: number, items: readonly SnapshotItem[]): void {
    if (view.offset !== undefined && offset < view.offset) return;
    const present = new Set(items.map(idOf));
    for (const item of items) {
      const held = view.items.get(idOf(item));
      if (held?.data !== undefined && item.rev < held.rev) {
        const why = `${idOf(item)} with rev ${item.rev}, known with ${held.rev}`;
        this.oddities.push(`${group}: a snapshot of ${offset}, held ${view.offset}, has ${why}`);
      }
      this.#apply(view, item);
    }
    for (const id of view.items.keys()) if (!present.has(id)) view.items.delete(id);
    view.offset = offset;
  }

  #apply(
    view: View,
    { rev, data, ...item }: { entity: string; key: string; rev: number; data?: unknown },
  ): void {
    const held = view.items.get(idOf(item));
    if (held === undefined || rev > held.rev) view.items.set(idOf(item), { rev, data });
  }

  #push(entry: GroupEvents): void {
    const view = this.#view(entry.group);
    view.held.push(entry);
    if (!view.asking && view.link === 'joined') this.#settle(entry.group, view);
  }

  /** Applies what was held, and asks when that leaves a gap. */
  #settle(group: string, view: View): void {
    view.held.sort((a, b) => a.offset - b.offset);
    for (const { offset, events } of view.held) {
      if (view.offset === undefined || offset !== view.offset + 1) continue;
      for (const event of events) this.#apply(view, event);
      view.offset = offset;
    }
    view.held = view.held.filter(({ offset }) => offset > (view.offset ?? 0));
    view.current = view.held.length === 0;
    if (!view.current) this.#repair(group, view);
  }

  #repair(group: string, view: View): void {
    if (view.asking || view.link !== 'joined') return;
    view.asking = true;
    this.#ask('sync', group, { group, after: view.offset ?? 0 });
  }
}
