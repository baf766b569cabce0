/** The client: holds on groups in front, one connection behind. */
import { isGroupName } from '../../core/group.ts';
import { Connection } from './connection.ts';
import { browserEnvironment } from './environment.ts';
import { GroupModel } from './group-model.ts';
import { createHandle } from './handle.ts';
import { Timers } from './timers.ts';
import type { Client, ClientOptions, ClientState, Clock, FrameTap, GroupHandle, Stop } from './types.ts';

const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** Makes a client and connects at once. Throws when there is no `WebSocket` or `fetch`, or `live` is not a URL. */
export function createClient(given: ClientOptions): Client {
  const models = new Map<string, GroupModel>();
  const stateListeners = new Set<(state: ClientState) => void>();
  const frameListeners = new Set<(tap: FrameTap) => void>();
  const options = {
    clock: systemClock,
    random: Math.random,
    environment: browserEnvironment(),
    pollMs: 10_000,
    onError: () => {},
    WebSocket: globalThis.WebSocket,
    fetch: (url: string, init: RequestInit) => globalThis.fetch(url, init),
    ...given,
  };
  const { clock, onError } = options;
  const timers = new Timers(clock);
  let closed = false;
  const connection = new Connection({
    ...options,
    models,
    onState: (state) => tell(stateListeners, state),
    onFrame: (tap) => tell(frameListeners, tap),
  });

  function tell<T>(listeners: Set<(value: T) => void>, value: T): void {
    for (const listener of [...listeners]) {
      try {
        listener(value);
      } catch (error) {
        onError(error);
      }
    }
  }

  function listen<T>(listeners: Set<(value: T) => void>, listener: (value: T) => void): Stop {
    const own = (value: T) => listener(value);
    listeners.add(own);
    return () => listeners.delete(own);
  }

  function forget(): void {
    for (const [name, model] of models) if (model.holders === 0) models.delete(name);
  }

  /** At the end of this turn: a screen that follows another may want the same groups, and all go in one frame. */
  function flushSoon(): void {
    if (closed) {
      forget();
      return;
    }
    timers.set('flush', 0, () => {
      forget();
      connection.flush();
    });
  }

  function group(name: string): GroupHandle {
    let model = models.get(name);
    if (model === undefined) {
      model = new GroupModel(name, clock.now, onError);
      models.set(name, model);
      if (!isGroupName(name)) model.refuse({ code: 'unknown_group', message: 'This is not a group name.' });
    }
    const held = model;
    held.holders += 1;
    flushSoon();
    return createHandle({
      model: held,
      signal: (data) => connection.signal(name, data),
      onRelease() {
        held.holders -= 1;
        flushSoon();
      },
    });
  }

  connection.start();
  return {
    get state() {
      return connection.state;
    },
    get since() {
      return connection.since;
    },
    get error() {
      return connection.error;
    },
    get lastTraffic() {
      return connection.lastTraffic;
    },
    get retryAt() {
      return connection.retryAt;
    },
    onState: (listener) => listen(stateListeners, listener),
    on: (_event, listener) => listen(frameListeners, listener),
    group,
    reconnectNow() {
      closed = false;
      connection.reconnectNow();
    },
    refreshToken: () => connection.renew(),
    close() {
      closed = true;
      timers.clearAll();
      connection.close();
    },
  };
}
