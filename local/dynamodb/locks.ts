/** Locks by key: tasks that share a key run one after another, in the order in which they came. */
export interface Locks {
  /** Runs `task` while it holds all `keys`. */
  run<T>(keys: readonly string[], task: () => Promise<T>): Promise<T>;
}

/**
 * A task queues on all of its keys in one synchronous step. Tasks are therefore ordered by arrival on every key alike,
 * and cannot wait for each other in a circle.
 */
export function createLocks(): Locks {
  const tails = new Map<string, Promise<void>>();
  return {
    async run(keys, task) {
      const earlier = keys.flatMap((key) => tails.get(key) ?? []);
      const { promise: done, resolve: release } = Promise.withResolvers<void>();
      for (const key of keys) tails.set(key, done);
      try {
        if (earlier.length > 0) await Promise.all(earlier);
        return await task();
      } finally {
        for (const key of keys) if (tails.get(key) === done) tails.delete(key);
        release();
      }
    },
  };
}
