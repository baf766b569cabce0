/** Routes live in the hash, so that any static host serves them: `#/factory/line/north`. `kiosk=1` works before or in it. */
import { computed, signal } from '@preact/signals';
import { isGroupName } from '../../core/group.ts';

const hash = signal(globalThis.location?.hash ?? '');

/** Follows the address of the page. Returns how to stop. */
export function followAddress(page: Window = window): () => void {
  const read = () => {
    hash.value = page.location.hash;
  };
  read();
  page.addEventListener('hashchange', read);
  return () => page.removeEventListener('hashchange', read);
}

/** The group that the address names; undefined at the front page. */
export const currentGroup = computed(() => {
  const path = decodeURIComponent(hash.value.replace(/^#\/?/, '').split('?')[0] ?? '');
  return isGroupName(path) ? path : undefined;
});

/** True when the address says that this is a wall display: no chrome, larger type, never treated as hidden. */
export const kiosk = computed(() => {
  const inHash = new URLSearchParams(hash.value.split('?')[1] ?? '');
  const inPage = new URLSearchParams(globalThis.location?.search ?? '');
  return (inHash.get('kiosk') ?? inPage.get('kiosk') ?? '0') === '1';
});

export const hrefOf = (group: string) => `#/${group}`;
