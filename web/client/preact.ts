/** Hooks for Preact: plain state, no signals and no `preact/compat`. */
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { createHooks, type Hooks } from './hooks.ts';

export type { Connection, Group, Hooks } from './hooks.ts';

function useSyncExternalStore<T>(subscribe: (notify: () => void) => () => void, read: () => T): T {
  const [, render] = useState({});
  const value = read();
  // A layout effect: a passive one comes after the paint, which would show a group that is at hand as loading.
  useLayoutEffect(() => {
    let shown: T = value;
    const check = () => {
      const next = read();
      if (next === shown) return;
      shown = next;
      render({});
    };
    const stop = subscribe(check);
    check();
    return stop;
  }, [subscribe]);
  return value;
}

export const { useConnection, useGroup, useItem }: Hooks = createHooks({ useSyncExternalStore, useMemo });
