/**
 * One group as the client holds it: the view, pushes that came too early, and a snapshot whose pages are still coming.
 * Knows the rules of state, nothing of sockets.
 */
import type { Event, GroupEvents, GroupState, SnapshotItem } from '../../core/protocol.ts';
import { GroupView, type HeldItem, itemId } from '../../core/view.ts';
import { isPassing } from './guard.ts';
import type { ClientFault, GroupStatus, ItemChange, Signal } from './types.ts';

/** Most pushes held at once; those above are left to the repair, which brings them anyway. */
const maxHeld = 500;

/** What an answer answers. `owner`: who asked; pages of two askers do not mix. */
export interface Ask {
  owner: object;
  /** The offset that was given with the question. */
  after: number | undefined;
  /** The question was for the next page. */
  more?: boolean;
}

/** A group as one tab tells another of it. `items` hold tombstones too; they are all that there are when `whole`. */
export interface Copy extends Pick<GroupModel, 'name' | 'status' | 'error' | 'updatedAt' | 'offset'> {
  items: HeldItem[];
  whole: boolean;
}

/** What has to be done after an answer: nothing, ask for the next page, or ask again later from the start. */
export type Step = { kind: 'done' | 'refused' | 'again' } | { kind: 'more'; cursor: string };

export class GroupModel {
  readonly name: string;
  status: GroupStatus = 'loading';
  error: ClientFault | undefined;
  updatedAt: number | undefined;
  /** How many handles hold it. */
  holders = 0;
  readonly itemListeners = new Set<(change: ItemChange) => void>();
  readonly changeListeners = new Set<() => void>();
  readonly signalListeners = new Set<(signal: Signal) => void>();
  /** Told of each publication, before the listeners are. `copy` makes what another tab needs to follow. */
  onPublish: ((copy: () => Copy) => void) | undefined;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  #view = new GroupView();
  readonly #held = new Map<number, GroupEvents>();
  /** The highest offset heard of. */
  #seen = 0;
  #pages: { owner: object; offset: number; items: SnapshotItem[] } | undefined;
  /** Items as they were before the change under way. */
  readonly #before = new Map<string, HeldItem | undefined>();
  /** The change under way replaces the view. */
  #replaced = false;

  constructor(name: string, now: () => number, onError: (error: unknown) => void) {
    this.name = name;
    this.#now = now;
    this.#onError = onError;
  }

  get offset(): number | undefined {
    return this.#view.offset;
  }

  /** Whether entries are known to be missing and nothing under way brings them. */
  get behind(): boolean {
    return this.offset !== undefined && this.#pages === undefined && this.#seen > this.offset;
  }

  list(entity?: string): HeldItem[] {
    return this.#view.list(entity);
  }

  get(entity: string, key: string): HeldItem | undefined {
    return present(this.#view.items.get(itemId(entity, key)));
  }

  /** Takes a pushed entry; `hold` keeps it until the answer to a question under way has been applied. */
  push(entry: GroupEvents, hold: boolean): void {
    if ((this.status === 'refused' && !hold) || entry.offset <= (this.offset ?? -1)) return;
    this.#seen = Math.max(this.#seen, entry.offset);
    if (this.#held.size < maxHeld || entry.offset === (this.offset ?? -1) + 1) {
      this.#held.set(entry.offset, entry);
    }
    if (hold) return;
    const from = this.offset;
    this.#drain();
    if (this.offset !== from) this.#publish();
  }

  answer(state: GroupState, ask: Ask): Step {
    if ('error' in state) return this.#answerError(state.error, ask);
    const pages = this.#pages?.owner === ask.owner ? this.#pages : undefined;
    // The pages were given up, or another asker's snapshot took their place.
    if (ask.more && pages === undefined) return { kind: this.offset === undefined ? 'again' : 'done' };
    if (state.recovered) {
      // A difference is worth nothing without what it is a difference to.
      if (ask.more || (this.offset === undefined && ask.after !== undefined)) {
        this.#pages = undefined;
        return { kind: 'again' };
      }
      this.#note(state.events);
      this.#view.applyRecovered(state.offset, state.events);
      this.#pages = undefined;
    } else {
      const offset = ask.more && pages ? pages.offset : state.offset;
      // The log ends before what we hold: the tables were restored or emptied, so what we hold is void.
      const restarted = ask.after !== undefined && offset < ask.after;
      // We have reached its position meanwhile: it says nothing new, and its reading may be older than what we hold.
      const overtaken =
        !restarted && this.offset !== undefined && this.offset !== ask.after && offset <= this.offset;
      if (!overtaken) {
        const items = ask.more && pages ? [...pages.items, ...state.snapshot] : state.snapshot;
        if (state.more !== undefined) {
          this.#pages = { owner: ask.owner, offset, items };
          return { kind: 'more', cursor: state.more };
        }
        this.#replace(offset, items, restarted);
      }
      this.#pages = undefined;
    }
    this.#drain();
    this.#current();
    return { kind: 'done' };
  }

  /** Nothing was missing. */
  confirm(): void {
    if (this.offset !== undefined && this.status !== 'refused') this.#current();
  }

  /** The server does not let us see it: nothing is kept. */
  refuse(error: ClientFault): void {
    this.#replaceView();
    this.#forget();
    this.updatedAt = undefined;
    this.status = 'refused';
    this.error = error;
    this.#publish();
  }

  /**
   * Changes may be missed from now on. `owner`: who will not bring the rest of its pages. Pushes that are held stay: they
   * are true, whatever happened to the socket that brought them.
   */
  lose(owner?: object): void {
    if (this.#pages?.owner === owner) this.#pages = undefined;
    if (this.status !== 'live') return;
    this.status = 'stale';
    this.#publish();
  }

  copy(whole = true): Copy {
    const { items } = this.#view;
    const { name, status, error, updatedAt, offset } = this;
    const ids = whole ? items.keys() : this.#before.keys();
    const held = [...ids].flatMap((id) => items.get(id) ?? []);
    return { name, status, error, updatedAt, offset, items: held, whole };
  }

  /** Follows another tab's model. One that is behind what is held starts over: the tables were restored or emptied. */
  mirror({ status, error, updatedAt, offset, items, whole }: Copy): void {
    if (whole) {
      this.#forget();
      this.#replace(offset ?? 0, items, (offset ?? -1) < (this.offset ?? -1));
    } else {
      this.#note(items);
      for (const item of items) this.#view.applyEvent({ ...item, op: 'put' });
    }
    this.#view.offset = offset;
    this.status = status;
    this.error = error;
    this.updatedAt = updatedAt;
    this.#publish();
  }

  signal(signal: Signal): void {
    this.#tell(this.signalListeners, signal);
  }

  #answerError(error: ClientFault, ask: Ask): Step {
    if (this.#pages?.owner === ask.owner) this.#pages = undefined;
    // A cursor that is no longer understood: the snapshot starts over.
    if (isPassing(error.code) || (ask.more && error.code === 'bad_request')) return { kind: 'again' };
    this.refuse(error);
    return { kind: 'refused' };
  }

  #current(): void {
    this.status = 'live';
    this.error = undefined;
    if (!this.behind) this.updatedAt = this.#now();
    this.#publish();
  }

  #forget(): void {
    this.#pages = undefined;
    this.#held.clear();
    this.#seen = 0;
  }

  /** Applies what is held as far as it follows without a gap. */
  #drain(): void {
    if (this.offset === undefined || this.#pages !== undefined) return;
    let entry = this.#held.get(this.offset + 1);
    while (entry !== undefined) {
      this.#note(entry.events);
      this.#view.applyEntry(entry);
      this.updatedAt = this.#now();
      entry = this.#held.get(entry.offset + 1);
    }
    for (const offset of [...this.#held.keys()]) if (offset <= this.offset) this.#held.delete(offset);
  }

  #replace(offset: number, items: readonly SnapshotItem[], restarted: boolean): void {
    this.#replaced = true;
    this.#note(this.#view.items.values());
    this.#note(items);
    if (restarted) {
      this.#replaceView();
      this.#forget();
    }
    this.#view.applySnapshot(offset, items);
  }

  #replaceView(): void {
    this.#replaced = true;
    this.#note(this.#view.items.values());
    this.#view = new GroupView();
  }

  #note(items: Iterable<Pick<Event, 'entity' | 'key'>>): void {
    for (const item of items) {
      const id = itemId(item.entity, item.key);
      if (!this.#before.has(id)) this.#before.set(id, this.#view.items.get(id));
    }
  }

  #publish(): void {
    const whole = this.#replaced;
    this.#replaced = false;
    this.onPublish?.(() => this.copy(whole));
    const changes: ItemChange[] = [];
    for (const [id, before] of this.#before) {
      const held = this.#view.items.get(id);
      const item = present(held);
      const { entity, key } = held ?? before ?? {};
      if (item === present(before) || entity === undefined || key === undefined) continue;
      changes.push({ entity, key, item });
    }
    this.#before.clear();
    for (const change of changes) this.#tell(this.itemListeners, change);
    this.#tell(this.changeListeners, undefined);
  }

  /** A listener that throws must not stop the others, nor the protocol. */
  #tell<T>(listeners: Iterable<(value: T) => void>, value: T): void {
    for (const listener of [...listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

function present(item: HeldItem | undefined): HeldItem | undefined {
  return item?.data === undefined ? undefined : item;
}
