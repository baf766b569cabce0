/**
 * Notices when a connection may have died in silence: a long time without traffic, sleep, a page that was hidden. The
 * server never pings, since each frame is billed; and timers stand still in sleep, so that the wall clock decides.
 */
import { createTimers } from './timers.ts';
import type { Clock, Environment, Stop } from './types.ts';

/** How often the clock is looked at, in ms. */
const tick = 30_000;

/** Without traffic for 4-5 min, seen a tick late at most: below API Gateway's idle limit of 10 min, random so that clients spread. */
const silence = 240_000;
const silenceSpread = 60_000 - tick;

/** A look at the clock that comes this late means sleep, in ms. Browsers run timers of hidden pages once a minute. */
const lateVisible = 10_000;
const lateHidden = 65_000;

/** Hidden for longer than this, in ms, a page may have been frozen. */
const hiddenFor = 30_000;

export interface LivenessOptions {
  clock: Clock;
  random: () => number;
  environment: Environment;
  /** Called when the connection should be tested. */
  onDoubt: () => void;
  /** The page says that it is online, or not. */
  onOnline: (online: boolean) => void;
}

export interface Liveness {
  start(): void;
  stop(): void;
  /** A frame arrived: the silence starts over. */
  traffic(): void;
}

export function createLiveness(options: LivenessOptions): Liveness {
  const { clock, random, environment, onOnline } = options;
  const { now } = clock;
  const timers = createTimers(clock);
  let stops: Stop[] = [];
  let due = 0;
  let hiddenAt = Number.POSITIVE_INFINITY;

  function stop(): void {
    for (const each of stops) each();
    stops = [];
    timers.clear();
  }

  function traffic(): void {
    due = now() + silence + random() * silenceSpread;
  }

  function look(): void {
    const next = now() + tick;
    timers.set('tick', tick, () => {
      if (now() >= due || now() - next > (environment.visible() ? lateVisible : lateHidden)) doubt();
      look();
    });
  }

  function visibility(): void {
    const since = hiddenAt;
    const visible = environment.visible();
    hiddenAt = visible ? Number.POSITIVE_INFINITY : Math.min(since, now());
    if (visible && now() - since > hiddenFor) doubt();
  }

  function doubt(): void {
    traffic();
    options.onDoubt();
  }

  return {
    start() {
      stop();
      stops = [
        environment.on('online', () => onOnline(true)),
        environment.on('offline', () => onOnline(false)),
        environment.on('visibility', visibility),
      ];
      hiddenAt = Number.POSITIVE_INFINITY;
      visibility();
      traffic();
      look();
    },
    stop,
    traffic,
  };
}
