/** The domains that this page can show. A view is a chunk of its own, loaded when somebody looks at it. */
import type { Language } from '../kit/i18n.ts';
import { type Drawing, icons } from '../kit/icons.tsx';
import type { DomainView } from '../kit/platform.ts';

export interface Registration {
  title: Record<Language, string>;
  /** Of all its groups, but for the kinds (second segment of the name) that have one of their own. */
  icon: Drawing;
  icons?: Record<string, Drawing>;
  view: () => Promise<{ view: DomainView }>;
}

export const views: Record<string, Registration> = {
  factory: {
    title: { en: 'Factory', ru: 'Фабрика' },
    icon: icons.line,
    icons: { site: icons.site },
    view: () => import('../../domains/factory/view/index.tsx'),
  },
  stations: {
    title: { en: 'Battery stations', ru: 'Станции батарей' },
    icon: 'M7 5h10v16H7zM10 5V2h4v3M10 13l2-3v6l2-3',
    view: () => import('../../domains/stations/view/index.tsx'),
  },
  records: {
    title: { en: 'Records store', ru: 'Архивохранилище' },
    icon: icons.audit,
    icons: { store: icons.site },
    view: () => import('../../domains/records/view/index.tsx'),
  },
};
