/** A socket client without a socket: tests put items and states into it. */
import type {
  Client,
  ClientFault,
  ClientState,
  GroupHandle,
  GroupStatus,
  HeldItem,
  ItemChange,
} from '../../web/client/types.ts';

class FakeGroup {
  readonly items = new Map<string, HeldItem>();
  readonly itemListeners = new Set<(change: ItemChange) => void>();
  readonly changeListeners = new Set<() => void>();
  status: GroupStatus = 'loading';
  error: ClientFault | undefined;
  updatedAt: number | undefined;
  holders = 0;
}

export class FakeClient implements Client {
  state: ClientState = 'connecting';
  since = 1_763_600_000_000;
  error: ClientFault | undefined;
  lastTraffic: number | undefined;
  retryAt: number | undefined;
  reconnects = 0;
  readonly #stateListeners = new Set<(state: ClientState) => void>();
  readonly #groups = new Map<string, FakeGroup>();

  /** How many holders a group has. */
  holders(name: string): number {
    return this.#groups.get(name)?.holders ?? 0;
  }

  enter(state: ClientState, also: { since?: number; retryAt?: number; error?: ClientFault } = {}): void {
    Object.assign(this, { retryAt: undefined, error: undefined, ...also, state });
    for (const listener of this.#stateListeners) listener(state);
  }

  /** Puts an item as if it was pushed; undefined data removes it. The group is live from then on. */
  put(name: string, entity: string, key: string, data: object | undefined, rev = Date.now()): void {
    const group = this.#groupOf(name);
    const item = data === undefined ? undefined : { entity, key, rev, data };
    if (item === undefined) group.items.delete(`${entity}\n${key}`);
    else group.items.set(`${entity}\n${key}`, item);
    for (const listener of group.itemListeners) listener({ entity, key, item });
    this.setStatus(name, 'live');
  }

  setStatus(name: string, status: GroupStatus, also: { error?: ClientFault; updatedAt?: number } = {}): void {
    const group = this.#groupOf(name);
    Object.assign(group, { ...also, status });
    for (const listener of group.changeListeners) listener();
  }

  #groupOf(name: string): FakeGroup {
    const group = this.#groups.get(name) ?? new FakeGroup();
    this.#groups.set(name, group);
    return group;
  }

  group(name: string): GroupHandle {
    const group = this.#groupOf(name);
    group.holders += 1;
    const stops: (() => void)[] = [];
    const listen = <T>(set: Set<T>, listener: T) => {
      set.add(listener);
      const stop = () => set.delete(listener);
      stops.push(stop);
      return stop;
    };
    return {
      name,
      get status() {
        return group.status;
      },
      get error() {
        return group.error;
      },
      offset: 1,
      get updatedAt() {
        return group.updatedAt;
      },
      list: (entity) =>
        [...group.items.values()].filter((item) => entity === undefined || item.entity === entity),
      get: (entity, key) => group.items.get(`${entity}\n${key}`),
      onItem: (listener) => listen(group.itemListeners, listener),
      onChange: (listener) => listen(group.changeListeners, listener),
      onSignal: () => () => {},
      signal: () => true,
      release: () => {
        group.holders -= 1;
        for (const stop of stops) stop();
      },
    };
  }

  onState(listener: (state: ClientState) => void) {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }
  on() {
    return () => {};
  }
  reconnectNow(): void {
    this.reconnects += 1;
  }
  async refreshToken(): Promise<void> {}
  close(): void {}
}
