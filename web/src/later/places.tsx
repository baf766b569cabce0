import { inLanguage } from '../../kit/i18n.ts';
import { Icon } from '../../kit/icons.tsx';
import { currentGroup, hrefOf } from '../router.ts';
import { useShell } from '../shell.ts';
import { t } from '../texts.ts';
import { iconOf } from './faces.ts';

/** The places of the domain that is looked at; the front page has those of all. */
export function Places() {
  const current = currentGroup.value;
  const domain = current?.split('/')[0];
  const places = useShell().platform.groups.value.filter((entry) => entry.domain === domain);
  if (places.length === 0) return null;
  return (
    <nav aria-label={t('nav.label')}>
      <ul>
        {places.map((entry) => (
          <li key={entry.group}>
            <a href={hrefOf(entry.group)} aria-current={current === entry.group ? 'page' : undefined}>
              <Icon draw={iconOf(entry)} />
              {inLanguage(entry.title)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
