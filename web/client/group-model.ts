/** One group as the client holds it: the view, and pushes that came too early. Knows the rules of state, nothing of sockets. */
import type { GroupEvents, GroupState, SnapshotItem } from '../../core/protocol.ts';
import { GroupView, type HeldItem, itemId } from '../../core/view.ts';
import { isPassing } from './guard.ts';
import { createListeners, type Listeners } from './listeners.ts';
import type { Copy } from './tabs.ts';
import type { ClientFault, GroupStatus, ItemChange, Signal } from './types.ts';

/** Most pushes held at once; those above are left to the repair, which brings them anyway. */
const maxHeld = 500;

/** The pages of a snapshot that have come, with the cursor of those that are to come. Kept by who asks for them. */
export interface Pages {
  more: string;
  offset: number;
  items: SnapshotItem[];
}

/** What has to be done after an answer: nothing, ask for the next page, or ask again later from the start. */
export type Step = 'done' | 'again' | Pages;

export interface GroupModel {
  readonly name: string;
  status: GroupStatus;
  error: ClientFault | undefined;
  updatedAt: number | undefined;
  readonly offset: number | undefined;
  /** Whether entries are known to be missing and nothing under way brings them. */
  readonly behind: boolean;
  /** How many handles hold it. */
  holders: number;
  /** The number of the last copy that was told to other tabs, or heard from one. */
  told?: number | undefined;
  /** Since when the copies of another tab have been older than this, in epoch ms. */
  doubted?: number | undefined;
  readonly items: Listeners<ItemChange>;
  readonly changes: Listeners<void>;
  readonly signals: Listeners<Signal>;
  list(entity?: string): HeldItem[];
  get(entity: string, key: string): HeldItem | undefined;
  /** Takes a pushed entry; `hold` keeps it until the answer to a question under way has been applied. */
  push(entry: GroupEvents, hold: boolean): void;
  /** `after`: the offset that was given with the question. `pages`: those before, when it was for a further one. */
  answer(state: GroupState, after: number | undefined, pages?: Pages): Step;
  /** The server does not let us see it: nothing is kept. */
  refuse(error: ClientFault): void;
  /** Changes may be missed from now on. Pushes that are held stay: they are true, whatever happened to their socket. */
  lose(): void;
  /** `base`: the copy that it is to change. @default none: a whole one */
  copy(base?: number): Copy;
  /** Follows another tab's model. One that is behind what is held starts over: the tables were restored or emptied. */
  mirror(copy: Copy): void;
}

export interface ModelHost {
  now: () => number;
  onError: (error: unknown) => void;
  /** Told of each publication, before the listeners are. `whole`: a copy of what changed would not do. */
  onPublish?: ((model: GroupModel, whole: boolean) => void) | undefined;
}

/** Changes may be missed from now on, of any group. */
export function loseAll(models: ReadonlyMap<string, GroupModel>): void {
  for (const model of models.values()) model.lose();
}

export function createModel(name: string, { now, onError, onPublish }: ModelHost): GroupModel {
  const held = new Map<number, GroupEvents>();
  /** Items as they were before the change under way. */
  const before = new Map<string, HeldItem | undefined>();
  let view = new GroupView();
  /** The change under way replaces the view. */
  let replaced = false;

  const model: GroupModel = {
    name,
    status: 'loading',
    error: undefined,
    updatedAt: undefined,
    get offset() {
      return view.offset;
    },
    get behind() {
      return view.offset !== undefined && held.size > 0;
    },
    holders: 0,
    items: createListeners(onError),
    changes: createListeners(onError),
    signals: createListeners(onError),
    list: (entity) => view.list(entity),
    get: (entity, key) => present(view.items.get(itemId({ entity, key }))),
    push(entry, hold) {
      const { offset = -1 } = view;
      if ((model.status === 'refused' && !hold) || entry.offset <= offset) return;
      held.set(entry.offset, entry);
      const [oldest = 0] = held.keys();
      if (held.size > maxHeld) held.delete(oldest);
      if (!hold && drain()) publish();
    },
    answer(state, after, pages) {
      if ('error' in state) {
        // A cursor that is no longer understood: the snapshot starts over.
        if (isPassing(state.error.code) || (pages && state.error.code === 'bad_request')) return 'again';
        model.refuse(state.error);
        return 'done';
      }
      if (state.recovered) {
        // A difference is worth nothing without what it is a difference to.
        if (pages || (view.offset === undefined && after !== undefined)) return 'again';
        // One that we have passed meanwhile says nothing new, and might bring back what a snapshot has taken away.
        if (state.offset > (view.offset ?? -1)) apply(state);
      } else {
        const { offset, items } = pages ?? { offset: state.offset, items: [] };
        // The log ends before what we hold: the tables were restored or emptied, so what we hold is void.
        const restarted = offset < (after ?? 0);
        // We have reached its position meanwhile: it says nothing new, and its reading may be older than what we hold.
        const overtaken = !restarted && view.offset !== after && offset <= (view.offset ?? -1);
        const all = [...items, ...state.snapshot];
        if (!overtaken && state.more) return { more: state.more, offset, items: all };
        if (!overtaken) replace(offset, all, restarted);
      }
      drain();
      model.status = 'live';
      model.error = undefined;
      if (!model.behind) model.updatedAt = now();
      publish();
      return 'done';
    },
    refuse(error) {
      replace(0, [], true);
      view.offset = model.updatedAt = undefined;
      model.status = 'refused';
      model.error = error;
      publish();
    },
    lose() {
      if (model.status !== 'live') return;
      model.status = 'stale';
      publish();
    },
    copy(base) {
      const { status, error, updatedAt, offset, told } = model;
      const ids = base === undefined ? view.items.keys() : before.keys();
      const items = [...ids].flatMap((id) => view.items.get(id) ?? []);
      return { name, status, error, updatedAt, offset, told, base, items };
    },
    mirror({ name: _, base, offset, items, ...rest }) {
      if (base === undefined) replace(offset ?? 0, items, (offset ?? -1) < (view.offset ?? -1));
      else {
        note(items);
        for (const item of items) view.applyEvent({ ...item, op: 'put' });
      }
      view.offset = offset;
      Object.assign(model, rest);
      publish();
    },
  };

  function apply({ offset, events }: Pick<GroupEvents, 'offset' | 'events'>): void {
    note(events);
    view.applyRecovered(offset, events);
  }

  /** Applies what is held as far as it follows without a gap; true when that was anything. */
  function drain(): boolean {
    const from = view.offset;
    if (from === undefined) return false;
    let last = from;
    for (let entry = held.get(last + 1); entry; entry = held.get(last + 1)) {
      apply(entry);
      last += 1;
    }
    for (const offset of held.keys()) if (offset <= last) held.delete(offset);
    if (last > from) model.updatedAt = now();
    return last > from;
  }

  /** `anew`: what is held is void. */
  function replace(offset: number, items: readonly SnapshotItem[], anew: boolean): void {
    replaced = true;
    note(view.items.values());
    note(items);
    if (anew) {
      view = new GroupView();
      held.clear();
    }
    view.applySnapshot(offset, items);
  }

  function note(items: Iterable<Pick<HeldItem, 'entity' | 'key'>>): void {
    for (const item of items) {
      const id = itemId(item);
      if (!before.has(id)) before.set(id, view.items.get(id));
    }
  }

  function publish(): void {
    onPublish?.(model, replaced);
    replaced = false;
    const changes = [...before].flatMap(([id, former]): ItemChange[] => {
      const item = present(view.items.get(id));
      const { entity = '', key = '' } = item ?? former ?? {};
      return item === present(former) ? [] : [{ entity, key, item }];
    });
    before.clear();
    for (const change of changes) model.items.tell(change);
    model.changes.tell();
  }

  return model;
}

function present(item: HeldItem | undefined): HeldItem | undefined {
  return item?.data === undefined ? undefined : item;
}
