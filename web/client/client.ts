/** The client: holds on groups in front, what brings them behind. */
import { isGroupName } from '../../core/group.ts';
import { browserEnvironment } from './environment.ts';
import { createModel, type GroupModel } from './group-model.ts';
import { createHandle } from './handle.ts';
import { createListeners } from './listeners.ts';
import { over } from './over.ts';
import { createTimers } from './timers.ts';
import { freshInfo, type Info, type Transport, type TransportOptions } from './transport.ts';
import type { Client, ClientOptions, Clock, FrameTap, GroupHandle, Stop } from './types.ts';

const systemClock: Clock = {
  now: Date.now,
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** What a client shows of its connection. */
type Seen = Pick<Client, keyof Info>;

/** Makes a client of whatever brings its groups. */
export function buildClient<E extends object>(
  given: ClientOptions,
  connect: (options: TransportOptions) => Transport,
): Client<E> {
  const options = {
    clock: systemClock,
    random: Math.random,
    environment: browserEnvironment(),
    pollMs: 10_000,
    WebSocket: globalThis.WebSocket,
    fetch: (url: string, init: RequestInit) => globalThis.fetch(url, init),
    ...given,
    onError(error: unknown) {
      try {
        given.onError?.(error);
      } catch {
        // There is nobody left to tell.
      }
    },
  };
  const { clock, onError } = options;
  const { now } = clock;
  const timers = createTimers(clock);
  const models = new Map<string, GroupModel>();
  const states = createListeners<void>(onError);
  const frames = createListeners<FrameTap>(onError);
  const info = freshInfo('connecting', now());
  let told = info.state;
  let closed = false;

  const transport = connect({
    ...options,
    models,
    info,
    hold: (name) => hold(name).release,
    tapped: frames.some,
    onInfo() {
      if (info.state === told) return;
      told = info.state;
      states.tell();
    },
    onFrame(tap) {
      if (tap.direction === 'in') info.lastTraffic = tap.at;
      frames.tell(tap);
    },
  });

  function forget(): void {
    for (const [name, model] of models) if (model.holders === 0) models.delete(name);
  }

  /** At the end of this turn: a screen that follows another may want the same groups, and all go in one frame. */
  function flushSoon(): void {
    if (closed) return;
    timers.set('flush', 0, () => {
      forget();
      transport.flush();
    });
  }

  function hold(name: string): { model: GroupModel; release: Stop } {
    const model = models.get(name) ?? createModel(name, { ...transport, now, onError });
    if (isGroupName(name)) models.set(name, model);
    else model.refuse({ code: 'unknown_group', message: name });
    model.holders += 1;
    flushSoon();
    return {
      model,
      release() {
        model.holders -= 1;
        flushSoon();
      },
    };
  }

  transport.reconnectNow();
  return over<Seen, Omit<Client<E>, keyof Seen>>(info as Seen, {
    // Not the state of that time: a listener before it may have changed it.
    onState: (listener) => states.add(() => listener(info.state)),
    on: (_event, listener) => frames.add(listener),
    group(name) {
      const { model, release } = hold(name);
      return createHandle(model, (data) => transport.signal(name, data), release) as GroupHandle<E>;
    },
    reconnectNow() {
      // While there is a connection it learns first of what is given up.
      if (closed) forget();
      closed = false;
      transport.reconnectNow();
    },
    refreshToken: transport.renew,
    close() {
      closed = true;
      timers.clear();
      transport.close();
    },
  });
}
