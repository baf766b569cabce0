/** Timers by name: a name holds at most one, so that none can be doubled, and all end together. */
import type { Clock } from './types.ts';

/** Longest delay that browsers count rightly, in ms, some 24 days; a longer one would fire at once. */
const longest = 2 ** 31 - 1;

export interface Timers {
  /** Runs once in `ms`, at most `longest`; takes the place of a timer of the same name. */
  set(name: string, ms: number, run: () => void): void;
  has(name: string): boolean;
  /** Clears those named. @default all */
  clear(...names: string[]): void;
  /** Clears all and takes no more. */
  end(): void;
}

export function createTimers(clock: Clock): Timers {
  const running = new Map<string, unknown>();
  let ended = false;

  function clear(...names: string[]): void {
    for (const name of names.length > 0 ? names : [...running.keys()]) {
      clock.clearTimeout(running.get(name));
      running.delete(name);
    }
  }

  return {
    set(name, ms, run) {
      clear(name);
      if (ended) return;
      const timer = clock.setTimeout(
        () => {
          if (running.get(name) !== timer) return;
          clear(name);
          run();
        },
        Math.min(ms, longest),
      );
      running.set(name, timer);
    },
    has: (name) => running.has(name),
    clear,
    end() {
      ended = true;
      clear();
    },
  };
}

/** A clock whose timers can be caught up with: browsers run those of a hidden page once a minute, messages at once. */
export function catchUp(clock: Clock): Clock & { wake(): void } {
  const waiting = new Map<unknown, { due: number; run: () => void }>();
  return {
    now: clock.now,
    setTimeout(run, ms) {
      const timer = clock.setTimeout(run, ms);
      waiting.set(timer, { due: clock.now() + ms, run });
      return timer;
    },
    clearTimeout(timer) {
      waiting.delete(timer);
      clock.clearTimeout(timer);
    },
    wake() {
      for (const { due, run } of [...waiting.values()]) if (due <= clock.now()) run();
    },
  };
}
