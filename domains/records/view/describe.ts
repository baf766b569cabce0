/** What `current` of a conflict says, in words: what the request, crate or place is now. */
import type { Crate, Job, Place, Request } from '../entities.ts';
import { labelOf } from '../partitions.ts';
import { t } from './texts.ts';

type Current =
  | { entity: 'request'; data: Request }
  | { entity: 'job'; data: Job }
  | { entity: 'crate'; key: string; data: Crate }
  | { entity: 'place'; data: Place };

export function describe(value: unknown): string | undefined {
  const current = value as Current | null | undefined;
  switch (current?.entity) {
    case 'request':
    case 'job':
      return t('now.is', { state: t(`state.${current.data.state}`) });
    case 'crate': {
      const { request, state } = current.data;
      const crate = labelOf(current.key);
      return request === undefined
        ? t('now.crate.state', { crate, state: t(`crate.${state}`) })
        : t('now.crate', { crate, request: labelOf(request) });
    }
    case 'place': {
      const { title, capacity, crates } = current.data;
      return t('now.place', { place: title, count: capacity - crates.length });
    }
    default:
      return undefined;
  }
}
