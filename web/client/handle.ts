/** A hold on a group, and what it listens to. */
import type { GroupModel } from './group-model.ts';
import type { GroupHandle, ItemChange, Signal, Stop } from './types.ts';

export interface HandleOptions {
  model: GroupModel;
  signal: (data: unknown) => boolean;
  /** Called once, at the first `release()`. */
  release: Stop;
}

export function createHandle({ model, signal, release }: HandleOptions): GroupHandle {
  const stops = new Set<Stop>();
  let released = false;

  function listen<L>(listeners: Set<L>, listener: L): Stop {
    if (released) return () => {};
    listeners.add(listener);
    const stop = () => {
      listeners.delete(listener);
      stops.delete(stop);
    };
    stops.add(stop);
    return stop;
  }

  return {
    name: model.name,
    get status() {
      return model.status;
    },
    get error() {
      return model.error;
    },
    get offset() {
      return model.offset;
    },
    get updatedAt() {
      return model.updatedAt;
    },
    list: (entity) => model.list(entity),
    get: (entity, key) => model.get(entity, key),
    // Wrapped, so that a listener given twice is two and each stop ends its own.
    onItem: (listener) => listen(model.itemListeners, (change: ItemChange) => listener(change)),
    onChange: (listener) => listen(model.changeListeners, () => listener()),
    onSignal: (listener) => listen(model.signalListeners, (value: Signal) => listener(value)),
    signal: (data) => !released && signal(data),
    release() {
      if (released) return;
      released = true;
      for (const stop of [...stops]) stop();
      release();
    },
  };
}
