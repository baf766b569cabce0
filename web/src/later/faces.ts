/** The titles and icons of the domains, in the order of the front page. */
import type { Language } from '../../kit/i18n.ts';
import { type Drawing, icons } from '../../kit/icons.tsx';
import type { GroupEntry } from '../../kit/platform.ts';

export interface Face {
  title: Record<Language, string>;
  /** Of all its groups, but for the kinds (second segment of the name) that have one of their own. */
  icon: Drawing;
  icons?: Record<string, Drawing>;
}

const order = 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6';
const figures = 'M5 20V10M12 20V4M19 20v-7';
const battery = 'M7 5h10v16H7zM10 5V2h4v3M10 13l2-3v6l2-3';

export const faces: Record<string, Face> = {
  factory: { title: { en: 'Factory', ru: 'Фабрика' }, icon: icons.line, icons: { site: icons.site } },
  kitchen: {
    title: { en: 'Kitchen', ru: 'Кухня' },
    icon: order,
    icons: { pickup: icons.person, analytics: figures },
  },
  stations: { title: { en: 'Battery stations', ru: 'Станции батарей' }, icon: battery },
  records: {
    title: { en: 'Records store', ru: 'Архивохранилище' },
    icon: icons.audit,
    icons: { store: icons.site },
  },
};

/** The icon of a group by its domain and its kind, the segment after the domain. */
export function iconOf({ group, domain }: GroupEntry): Drawing {
  const kind = group.split('/')[1] ?? '';
  const face = faces[domain];
  return kind === 'audit' ? icons.audit : (face?.icons?.[kind] ?? face?.icon ?? icons.line);
}
