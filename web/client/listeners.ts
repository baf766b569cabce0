/** Who listens to one thing. A listener that throws must not stop the others, nor the protocol. */
import type { Stop } from './types.ts';

export interface Listeners<T> {
  add(listener: (value: T) => void): Stop;
  some(): boolean;
  tell(value: T): void;
}

export function createListeners<T>(onError: (error: unknown) => void): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add(listener) {
      // Wrapped, so that a listener given twice is two and each stop ends its own.
      const own = (value: T) => listener(value);
      all.add(own);
      return () => all.delete(own);
    },
    some: () => all.size > 0,
    tell(value) {
      for (const listener of [...all]) {
        try {
          // One may have been stopped by another.
          if (all.has(listener)) listener(value);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
