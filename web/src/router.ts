/** Which page the address names. */
import { computed } from '@preact/signals';
import { isGroupName } from '../../core/group.ts';
import { hash, param } from '../kit/route.ts';

/** The group that the address names; undefined at the front page. */
export const currentGroup = computed(() => {
  const path = decodeURIComponent(hash.value.replace(/^#\/?/, '').split('?')[0] ?? '');
  return isGroupName(path) ? path : undefined;
});

/** Whether the address names the test console, which is no group. */
export const atConsole = computed(() => hash.value.startsWith('#/~console'));

const inHash = param('kiosk');

/**
 * True when the address says that this is a wall display, before or in the hash: no chrome, larger type, never treated as
 * hidden.
 */
export const kiosk = computed(
  () => (inHash.value ?? new URLSearchParams(globalThis.location?.search ?? '').get('kiosk')) === '1',
);

export const hrefOf = (group: string) => `#/${group}`;
