/** What was asked over one socket and is not answered yet. A missing answer means that the socket is dead. */
import type { Timers } from './timers.ts';

/** How long an answer may take, in ms. A Lambda with a cold start answers within 3 s. */
export const answerWithin = 10_000;

/** How late a timer may fire, in ms, to be believed: past that the page was frozen, and the answer may just be queued. */
const lateness = 5000;

export class Requests<T> {
  readonly #pending = new Map<string, T>();
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #onDead: () => void;
  #last = 0;

  constructor(timers: Timers, now: () => number, onDead: () => void) {
    this.#timers = timers;
    this.#now = now;
    this.#onDead = onDead;
  }

  /** Gives the id to send. */
  add(what: T): string {
    this.#last += 1;
    const id = String(this.#last);
    this.#pending.set(id, what);
    this.#wait(id);
    return id;
  }

  /** Takes the request that an answer belongs to; undefined when there is none. */
  take(id: string | undefined): T | undefined {
    if (id === undefined) return undefined;
    const what = this.#pending.get(id);
    this.#pending.delete(id);
    this.#timers.clear(`answer:${id}`);
    return what;
  }

  some(test: (what: T) => boolean): boolean {
    return [...this.#pending.values()].some(test);
  }

  #wait(id: string): void {
    const due = this.#now() + answerWithin;
    this.#timers.set(`answer:${id}`, answerWithin, () => {
      if (this.#now() - due > lateness) this.#wait(id);
      else this.#onDead();
    });
  }
}
