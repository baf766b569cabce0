import { nameOf } from '../../kit/i18n.ts';
import { Icon } from '../../kit/icons.tsx';
import { Menu } from '../menu.tsx';
import { currentGroup, hrefOf } from '../router.ts';
import { useShell } from '../shell.ts';
import { t } from '../texts.ts';
import { iconOf } from './faces.ts';
import { moreWords, PlaceFinder, splitPlaces } from './place-finder.tsx';

/** Where there is little room the list scrolls: the place that is looked at stands in it. */
const intoView = (link: HTMLElement | null) =>
  link?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });

/** The places of the domain that is looked at; the front page has those of all. */
export function Places() {
  const current = currentGroup.value;
  const domain = current?.split('/')[0];
  const places = useShell().platform.groups.value.filter((entry) => entry.domain === domain);
  if (places.length === 0) return null;
  const { listed, many } = splitPlaces(places, current);
  return (
    <nav aria-label={t('nav.label')}>
      <ul>
        {listed.map((entry) => (
          <li key={entry.group}>
            <a
              href={hrefOf(entry.group)}
              aria-current={current === entry.group ? 'page' : undefined}
              {...(current === entry.group && { ref: intoView })}
            >
              <Icon draw={iconOf(entry)} />
              {nameOf(entry)}
            </a>
          </li>
        ))}
      </ul>
      {many.length > 0 && (
        <Menu button={moreWords(many.filter(({ group }) => group !== current).length)}>
          <PlaceFinder places={many} />
        </Menu>
      )}
    </nav>
  );
}
