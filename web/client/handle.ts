/** A hold on a group, and what it listens to. */
import type { GroupModel } from './group-model.ts';
import type { Listeners } from './listeners.ts';
import type { GroupHandle, Stop } from './types.ts';

/** `release` is called once, at the first `release()` of the handle. */
export function createHandle(
  model: GroupModel,
  signal: (data: unknown) => boolean,
  release: Stop,
): GroupHandle {
  const stops = new Set<Stop>();
  let released = false;

  function listen<T>(listeners: Listeners<T>, listener: (value: T) => void): Stop {
    if (released) return () => {};
    const end = listeners.add(listener);
    stops.add(end);
    return () => {
      end();
      stops.delete(end);
    };
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
    list: model.list,
    get: model.get,
    onItem: (listener) => listen(model.items, listener),
    onChange: (listener) => listen(model.changes, listener),
    onSignal: (listener) => listen(model.signals, listener),
    signal: (data) => !released && signal(data),
    release() {
      if (released) return;
      released = true;
      for (const stop of stops) stop();
      release();
    },
  };
}
