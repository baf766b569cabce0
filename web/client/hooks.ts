/** The client as hooks, made once of whatever library has `useSyncExternalStore` and `useMemo`. */
import type { Client, ClientFault, Entities, EntityOf, GroupHandle, GroupStatus, HeldItem } from './types.ts';

/** The part of React that is used. */
export interface HookLibrary {
  useSyncExternalStore<T>(
    subscribe: (notify: () => void) => () => void,
    read: () => T,
    readOnServer?: () => T,
  ): T;
  useMemo<T>(make: () => T, inputs: unknown[]): T;
}

export type Connection = Pick<Client, 'state' | 'since' | 'error' | 'retryAt'>;

/** A group as it is now; a new object whenever something of it changed. */
export interface Group<E extends object = Entities> {
  readonly status: GroupStatus;
  readonly error: ClientFault | undefined;
  readonly offset: number | undefined;
  readonly updatedAt: number | undefined;
  list: GroupHandle<E>['list'];
  get: GroupHandle<E>['get'];
}

export interface Hooks {
  /** The state of the connection; renders again when it changes. */
  useConnection<E extends object>(client: Client<E>): Connection;
  /** A group for as long as the component is there; renders again with each of its changes. */
  useGroup<E extends object>(client: Client<E>, name: string): Group<E>;
  /** One item of a group, for as long as the component is there; renders again only when that item changes. */
  useItem<E extends object, N extends EntityOf<E>>(
    client: Client<E>,
    name: string,
    entity: N,
    key: string,
  ): HeldItem<E[N]> | undefined;
}

/** Something outside to subscribe to, and what it is: the same object until something changed. */
type Store<T> = [subscribe: (notify: () => void) => () => void, read: () => T];

/** What a group shows before it is held. */
const nothing = { status: 'loading', list: () => [], get: () => undefined } as Partial<Group> as Group<never>;

export function createHooks({ useSyncExternalStore, useMemo }: HookLibrary): Hooks {
  const useStore = <T>(make: () => Store<T>, inputs: unknown[]): T => {
    const [subscribe, read] = useMemo(make, inputs);
    return useSyncExternalStore(subscribe, read, read);
  };
  return {
    useConnection: (client) => useStore(() => connectionStore(client), [client]),
    useGroup: (client, name) => useStore(() => groupStore(client, name), [client, name]),
    useItem: (client, name, entity, key) =>
      useStore(() => heldStore(client, name, ({ get }) => get(entity, key)), [client, name, entity, key]),
  };
}

/** Keeps the last value while it is the same. */
function stable<T extends object>(): (next: T) => T {
  let last: T;
  let text: string;
  return (next) => {
    const own = JSON.stringify(next);
    if (own !== text) {
      last = next;
      text = own;
    }
    return last;
  };
}

function connectionStore<E extends object>(client: Client<E>): Store<Connection> {
  const keep = stable<Connection>();
  return [
    client.onState,
    () => {
      const { state, since, error, retryAt } = client;
      return keep({ state, since, error, retryAt });
    },
  ];
}

/** A handle is held while somebody is subscribed: a render that comes to nothing must not leave one behind. */
function heldStore<E extends object, T>(
  client: Client<E>,
  name: string,
  read: (group: Group<E>) => T,
): Store<T> {
  let shown: Group<E> = nothing;
  return [
    (notify) => {
      const handle = client.group(name);
      shown = handle;
      handle.onChange(notify);
      // What another holder has is here at once, which not every library looks for after it has subscribed.
      notify();
      return handle.release;
    },
    () => read(shown),
  ];
}

function groupStore<E extends object>(client: Client<E>, name: string): Store<Group<E>> {
  const keep = stable<Group<E>>();
  return heldStore(client, name, ({ status, error, offset, updatedAt, list, get }) =>
    keep({ status, error, offset, updatedAt, list, get }),
  );
}
