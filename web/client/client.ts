/** The client: holds on groups in front, what brings them behind. */
import { isGroupName } from '../../core/group.ts';
import { browserEnvironment } from './environment.ts';
import { GroupModel } from './group-model.ts';
import { createHandle } from './handle.ts';
import { Timers } from './timers.ts';
import type { Transport, TransportOptions } from './transport.ts';
import type { Client, ClientOptions, ClientState, Clock, FrameTap, GroupHandle, Stop } from './types.ts';

const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** Makes a client of whatever brings its groups. */
export function buildClient<E extends object>(
  given: ClientOptions,
  connect: (options: TransportOptions) => Transport,
): Client<E> {
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
  const transport = connect({
    ...options,
    models,
    hold: (name) => hold(name).release,
    tapped: () => frameListeners.size > 0,
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
      transport.flush();
    });
  }

  function hold(name: string): { model: GroupModel; release: Stop } {
    let model = models.get(name);
    if (model === undefined) {
      model = new GroupModel(name, clock.now, onError);
      models.set(name, model);
      if (!isGroupName(name)) model.refuse({ code: 'unknown_group', message: 'This is not a group name.' });
    }
    const held = model;
    held.holders += 1;
    flushSoon();
    return {
      model: held,
      release() {
        held.holders -= 1;
        flushSoon();
      },
    };
  }

  transport.start();
  return {
    get state() {
      return transport.info.state;
    },
    get since() {
      return transport.info.since;
    },
    get error() {
      return transport.info.error;
    },
    get lastTraffic() {
      return transport.info.lastTraffic;
    },
    get retryAt() {
      return transport.info.retryAt;
    },
    onState: (listener) => listen(stateListeners, listener),
    on: (_event, listener) => listen(frameListeners, listener),
    group(name) {
      const { model, release } = hold(name);
      return createHandle({
        model,
        signal: (data) => transport.signal(name, data),
        release,
      }) as GroupHandle<E>;
    },
    reconnectNow() {
      closed = false;
      transport.reconnectNow();
    },
    refreshToken: () => transport.renew(),
    close() {
      closed = true;
      timers.clearAll();
      transport.close();
    },
  };
}
