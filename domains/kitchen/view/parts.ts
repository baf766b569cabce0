/** What is loaded only when somebody asks for it. */
import { late } from '../../../web/kit/late.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import type { Order } from '../entities.ts';
import type { Actions } from './actions.ts';

export const CardMenu = late<{ order: Order; orderKey: string; location: string; actions: Actions }>(
  async () => (await import('./card-menu.tsx')).CardMenu,
);

export interface PanelProps {
  store: GroupStore;
  location: string;
  onClose: () => void;
}
export const RecallPanel = late<PanelProps & { actions: Actions }>(
  async () => (await import('./recall.tsx')).RecallPanel,
);
export const SettingsPanel = late<PanelProps>(async () => (await import('./settings.tsx')).SettingsPanel);
export const NewOrderPanel = late<PanelProps>(async () => (await import('./new-order.tsx')).NewOrderPanel);

interface PageProps {
  group: string;
  params: Record<string, string>;
}
export const PickupPage = late<PageProps>(async () => (await import('./pickup.tsx')).PickupPage);
export const AnalyticsPage = late<PageProps>(async () => (await import('./analytics.tsx')).AnalyticsPage);
