/** The domains that this page can show. A view is a chunk of its own, loaded when somebody looks at it. */
import type { DomainView } from '../kit/platform.ts';

export const views: Record<string, () => Promise<{ view: DomainView }>> = {
  factory: () => import('../../domains/factory/view/index.tsx'),
  kitchen: () => import('../../domains/kitchen/view/index.tsx'),
  stations: () => import('../../domains/stations/view/index.tsx'),
  records: () => import('../../domains/records/view/index.tsx'),
};
