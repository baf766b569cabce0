/** What is loaded only when somebody looks closer. */
import { late } from '../../../web/kit/late.tsx';
import type { GroupStore, LiveItem } from '../../../web/kit/live.ts';
import type { Shift } from '../entities.ts';

/** A machine in detail: its figures, its shift, and what a person may say of it. */
export const MachineDetail = late<{ store: GroupStore; line: string; machine: string }>(
  async () => (await import('./detail/machine.tsx')).MachineDetail,
);

/** The shift of a line in detail: its bands, downtimes, reasons, machines and the shifts before. */
export const ShiftDetail = late<{ store: GroupStore; line: string }>(
  async () => (await import('./detail/shift.tsx')).ShiftDetail,
);

/** A site: for few of those who look at a line. */
export const SitePage = late<{ group: string; params: Record<string, string> }>(
  async () => (await import('./site.tsx')).SitePage,
);

type Running = { line: string; shift: LiveItem<Shift>; onClose: () => void };

/** What a lead does with a shift. */
export const StartPanel = late<{ line: string; onClose: () => void }>(
  async () => (await import('./shift-panels.tsx')).StartPanel,
);
export const TargetPanel = late<Running>(async () => (await import('./shift-panels.tsx')).TargetPanel);
export const EndPanel = late<Running>(async () => (await import('./shift-panels.tsx')).EndPanel);
