/** Brings the socket client's groups to signals: each item to its own. */
import type { Client } from '../client/types.ts';
import { serverTime } from '../kit/clock.ts';
import { GroupStore } from '../kit/live.ts';

/** Opens a group of the client as a store of signals. Items that leave the view leave the store. */
export function openGroup(client: Client, name: string): { store: GroupStore; close(): void } {
  const handle = client.group(name);
  const store = new GroupStore();

  const readStatus = () => {
    const { status, error, updatedAt } = handle;
    const held = store.status.peek();
    if (status === 'stale') {
      if (held.kind !== 'stale')
        store.status.value = { kind: 'stale', since: serverTime(updatedAt ?? Date.now()) };
    } else if (status === 'refused') {
      store.status.value = {
        kind: 'refused',
        code: error?.code ?? 'forbidden',
        message: error?.message ?? '',
      };
    } else if (held.kind !== status) {
      store.status.value = { kind: status };
    }
  };

  for (const item of handle.list()) store.set(item.entity, item.key, item.rev, item.data);
  readStatus();
  // No batch: each signal wakes only its own cell, and Preact paints cells together at the end of the turn.
  const stopItems = handle.onItem(({ entity, key, item }) =>
    store.set(entity, key, item?.rev ?? 0, item?.data),
  );
  const stopChanges = handle.onChange(readStatus);
  return {
    store,
    close() {
      stopItems();
      stopChanges();
      handle.release();
    },
  };
}
