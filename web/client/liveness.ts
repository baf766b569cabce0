/**
 * Notices when a connection may have died in silence: a long time without traffic, sleep, a page that was hidden. The
 * server never pings, since each frame is billed; and timers stand still in sleep, so that the wall clock decides.
 */
import { Timers } from './timers.ts';
import type { Clock, Environment, Stop } from './types.ts';

/** Without traffic for 4-5 min: below API Gateway's idle limit of 10 min, random so that clients spread. */
const silence = 240_000;
const silenceSpread = 60_000;

/** How often the clock is looked at, in ms. */
const tick = 30_000;

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
  onOnline: () => void;
  onOffline: () => void;
}

export class Liveness {
  readonly #options: LivenessOptions;
  readonly #timers: Timers;
  #stops: Stop[] = [];
  #due = 0;
  #hiddenAt: number | undefined;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  start(): void {
    const { environment, onOnline, onOffline } = this.#options;
    this.stop();
    this.#stops = [
      environment.on('online', onOnline),
      environment.on('offline', onOffline),
      environment.on('visibility', () => this.#looked()),
    ];
    this.#hiddenAt = environment.visible() ? undefined : this.#options.clock.now();
    this.traffic();
    this.#tick();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#timers.clearAll();
  }

  /** A frame arrived: the silence starts over. */
  traffic(): void {
    this.#due = this.#options.clock.now() + silence + this.#options.random() * silenceSpread;
  }

  #tick(): void {
    const { clock, environment } = this.#options;
    const next = Math.max(Math.min(clock.now() + tick, this.#due), clock.now() + 1000);
    this.#timers.set('tick', next - clock.now(), () => {
      const late = clock.now() - next;
      const slept = late > (environment.visible() ? lateVisible : lateHidden);
      if (slept || clock.now() >= this.#due) this.#doubt();
      this.#tick();
    });
  }

  #looked(): void {
    const { clock, environment } = this.#options;
    if (!environment.visible()) {
      this.#hiddenAt ??= clock.now();
      return;
    }
    const hidden = this.#hiddenAt === undefined ? 0 : clock.now() - this.#hiddenAt;
    this.#hiddenAt = undefined;
    if (hidden > hiddenFor) this.#doubt();
  }

  #doubt(): void {
    this.traffic();
    this.#options.onDoubt();
  }
}
