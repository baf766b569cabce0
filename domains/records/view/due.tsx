/** Due times: what is left, or how late it is, ticking with the shared clock. */
import { now } from '../../../web/kit/clock.ts';
import { formatDuration } from '../../../web/kit/duration.ts';
import { formatDateTime } from '../../../web/kit/i18n.ts';
import { Icon } from '../../../web/kit/icons.tsx';
import { drawings } from './icons.ts';
import { t } from './texts.ts';

export function Due({ at }: { at: number }) {
  const left = at - now.value;
  const iso = new Date(at).toISOString();
  if (left >= 0) {
    return (
      <time class="due figure" dateTime={iso} title={formatDateTime(at)}>
        {t('due.in', { time: formatDuration(left) })}
      </time>
    );
  }
  return (
    <time class="due late tone-bad" dateTime={iso} title={formatDateTime(at)}>
      <Icon draw={drawings.overdue} />
      <span class="figure">{t('due.over', { time: formatDuration(-left) })}</span>
    </time>
  );
}
