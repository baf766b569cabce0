/** Words to everybody who looks at a group, above its screen, until their time is over. */
import { now } from '../../kit/clock.ts';
import { formatTime, translator } from '../../kit/i18n.ts';
import { Icon } from '../../kit/icons.tsx';
import type { GroupStore } from '../../kit/live.ts';

const t = translator({
  en: { from: '{name}, {time}' },
  ru: { from: '{name}, {time}' },
});

const horn = 'M4 10v4h3l9 5V5L7 10zM19.5 9.500a4 4 0 0 1 0 5M7 14l1.500 6h3L10 15.500';

export function Announcement({ store }: { store: GroupStore }) {
  const item = store.item<{ text: string; by: string; at: number; until: number }>(
    'announcement',
    'announcement',
  ).value;
  if (item === undefined || item.data.until <= now.value) return null;
  const { text, by, at } = item.data;
  return (
    <div class="banner tone-busy announcement" role="status">
      <Icon draw={horn} />
      <p>{text}</p>
      <span class="small">{t('from', { name: by, time: formatTime(at) })}</span>
    </div>
  );
}
