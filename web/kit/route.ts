/** The address of the page: routes live in the hash, `#/kitchen/location/centre?display=ready`, so that any static host serves them. */
import { signal } from '@preact/signals';

export const hash = signal(globalThis.location?.hash ?? '');

/** Follows the address of the page. Returns how to stop. */
export function followAddress(page: Window = window): () => void {
  const read = () => {
    hash.value = page.location.hash;
  };
  read();
  page.addEventListener('hashchange', read);
  return () => page.removeEventListener('hashchange', read);
}

const paramsOf = (address: string) => new URLSearchParams(address.split('?')[1] ?? '');

/**
 * A parameter of the address, for what a screen shows: it survives a reload, can be put on a wall as a link, and works in
 * kiosk mode. Reading it repaints whoever read it; setting it changes the address without a visit.
 */
export function param(name: string): { value: string | undefined } {
  return {
    get value() {
      return paramsOf(hash.value).get(name) ?? undefined;
    },
    set value(next) {
      const params = paramsOf(hash.peek());
      if (next === undefined) params.delete(name);
      else params.set(name, next);
      const query = params.size === 0 ? '' : `?${params}`;
      hash.value = `${hash.peek().split('?')[0]}${query}`;
      history.replaceState(null, '', hash.value);
    },
  };
}
