/** The views of domains, each a chunk of its own that is loaded when somebody looks at it. */
import { textsReady } from '../kit/i18n.ts';
import type { DomainView } from '../kit/platform.ts';

export const views: Record<string, () => Promise<DomainView>> = {
  factory: async () => {
    const { view } = await import('../../domains/factory/view/index.tsx');
    await textsReady();
    return view;
  },
};
