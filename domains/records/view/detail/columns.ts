/** Where on the store's desk a job lies. */
import type { LiveItem } from '../../../../web/kit/live.ts';
import type { Job } from '../../entities.ts';

export type JobItem = LiveItem<Job>;

export const columns = ['allocate', 'issue', 'destroy', 'hold', 'loan'] as const;
type Column = (typeof columns)[number];

/** Where on the desk a job lies: by what is to be done next. */
export function columnOf({ state, kind }: Job): Column {
  if (state === 'on-hold') return 'hold';
  if (state === 'issued') return 'loan';
  return kind === 'storage' ? 'allocate' : kind === 'withdrawal' ? 'issue' : 'destroy';
}
