/** A hold on a group, and what it listens to. */
import type { GroupModel } from './group-model.ts';
import type { Listeners } from './listeners.ts';
import { over } from './over.ts';
import type { GroupHandle, Stop } from './types.ts';

type Heard = Pick<GroupHandle, 'onItem' | 'onChange' | 'onSignal' | 'signal' | 'release'>;

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

  return over<GroupModel, Heard>(model, {
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
  });
}
