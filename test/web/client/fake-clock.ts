import type { Clock } from '../../../web/client/index.ts';

/** Time that only moves when told. `advance` runs what is due, in order, and lets promises settle in between. */
export class FakeClock implements Clock {
  #now: number;
  #last = 0;
  readonly #timers = new Map<number, { at: number; run: () => void }>();

  constructor(now = 1_763_638_000_000) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  setTimeout(run: () => void, ms: number): number {
    this.#last += 1;
    this.#timers.set(this.#last, { at: this.#now + Math.max(0, ms), run });
    return this.#last;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  get pending(): number {
    return this.#timers.size;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const [id, due] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? [];
      if (id === undefined || due === undefined || due.at > end) break;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, due.at);
      due.run();
      await settle();
    }
    this.#now = end;
  }

  /** Time passes without a timer running, as in sleep. */
  sleep(ms: number): void {
    this.#now += ms;
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
