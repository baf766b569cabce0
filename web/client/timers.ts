/** Timers by name: a name holds at most one, so that none can be doubled, and all end together. */
import type { Clock } from './types.ts';

/** Longest delay that browsers count rightly, in ms; a longer one would fire at once. */
const longest = 2 ** 31 - 1;

export class Timers {
  readonly #clock: Clock;
  readonly #running = new Map<string, unknown>();
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs once in `ms`; takes the place of a timer of the same name. */
  set(name: string, ms: number, run: () => void): void {
    this.clear(name);
    if (this.#ended) return;
    const timer = this.#clock.setTimeout(
      () => {
        if (this.#running.get(name) !== timer) return;
        this.#running.delete(name);
        run();
      },
      Math.min(ms, longest),
    );
    this.#running.set(name, timer);
  }

  has(name: string): boolean {
    return this.#running.has(name);
  }

  clear(name: string): void {
    if (!this.#running.has(name)) return;
    this.#clock.clearTimeout(this.#running.get(name));
    this.#running.delete(name);
  }

  clearAll(): void {
    for (const name of [...this.#running.keys()]) this.clear(name);
  }

  /** Clears all and takes no more. */
  end(): void {
    this.#ended = true;
    this.clearAll();
  }
}

/** A clock whose timers can be caught up with: browsers run those of a hidden page once a minute, messages at once. */
export function catchUp(clock: Clock): Clock & { wake(): void } {
  const waiting = new Map<unknown, { due: number; run: () => void }>();
  const clear = (timer: unknown) => {
    waiting.delete(timer);
    clock.clearTimeout(timer);
  };
  return {
    now: clock.now,
    setTimeout(run, ms) {
      const timer = clock.setTimeout(() => {
        waiting.delete(timer);
        run();
      }, ms);
      waiting.set(timer, { due: clock.now() + ms, run });
      return timer;
    },
    clearTimeout: clear,
    wake() {
      for (const [timer, { due, run }] of [...waiting]) {
        if (due > clock.now() || !waiting.has(timer)) continue;
        clear(timer);
        run();
      }
    },
  };
}
