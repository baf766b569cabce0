/** What is loaded only when somebody looks closer. */
import { late } from '../../../web/kit/late.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';

type Chosen = { store: GroupStore; request: string; chosen: { value: string | undefined } };

/** A request whole: what it says, what became of it, what may be done with it. */
export const RequestDetail = late<Chosen>(async () => (await import('./detail/request.tsx')).RequestDetail);

/** The form of a request, new or sent back. */
export const RequestPanel = late<{
  store: GroupStore;
  unit: string;
  request?: string;
  onClose: () => void;
}>(async () => (await import('./detail/form.tsx')).RequestPanel);

export const CratesTab = late<{ store: GroupStore; unit: string }>(
  async () => (await import('./detail/crates.tsx')).CratesTab,
);
export const ShelvesTab = late<{ store: GroupStore }>(
  async () => (await import('./detail/racks.tsx')).ShelvesTab,
);

/** The store's desk: for few of those who look at a unit. */
export const StorePage = late<{ group: string; params: Record<string, string> }>(
  async () => (await import('./detail/store.tsx')).StorePage,
);
