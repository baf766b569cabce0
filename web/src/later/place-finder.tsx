/** Many places of one kind, such as two hundred stations: found by their name instead of all being listed. */
import { useSignal } from '@preact/signals';
import { nameOf, translator } from '../../kit/i18n.ts';
import { Icon } from '../../kit/icons.tsx';
import type { GroupEntry } from '../../kit/platform.ts';
import { hrefOf } from '../router.ts';
import { iconOf } from './faces.ts';
import './places.css';

const words = translator({
  en: {
    all: { one: '{count} more', other: '{count} more' },
    find: 'Find a place',
    none: 'No place has this name.',
    rest: 'Write more of the name to see the others.',
  },
  ru: {
    all: { one: 'Ещё {count}', other: 'Ещё {count}' },
    find: 'Найти место',
    none: 'Места с таким названием нет.',
    rest: 'Напишите больше букв, чтобы увидеть остальные.',
  },
});

export const moreWords = (count: number) => words('all', { count });

/** Most places of one kind (second segment of the name) that are listed each by itself. */
const fewOfKind = 6;
/** Most places that the finder lists at once. */
const shownAtOnce = 12;

const kindOf = ({ group }: GroupEntry) => group.split('/')[1] ?? '';

/** Places of one domain: those to list, which includes the one that is looked at, and those to find by name. */
export function splitPlaces(
  places: readonly GroupEntry[],
  current?: string,
): { listed: GroupEntry[]; many: GroupEntry[] } {
  const counts = new Map<string, number>();
  for (const place of places) counts.set(kindOf(place), (counts.get(kindOf(place)) ?? 0) + 1);
  const isMany = (place: GroupEntry) => (counts.get(kindOf(place)) ?? 0) > fewOfKind;
  return {
    listed: places.filter((place) => !isMany(place) || place.group === current),
    many: places.filter(isMany),
  };
}

export function PlaceFinder({ places }: { places: readonly GroupEntry[] }) {
  const wanted = useSignal('');
  const name = wanted.value.trim().toLowerCase();
  const found = places.filter((entry) => nameOf(entry).toLowerCase().includes(name));
  return (
    <div class="place-finder">
      <input
        type="search"
        aria-label={words('find')}
        placeholder={words('find')}
        value={wanted.value}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
        }}
      />
      {found.length === 0 && <p class="quiet">{words('none')}</p>}
      <ul>
        {found.slice(0, shownAtOnce).map((entry) => (
          <li key={entry.group}>
            <a href={hrefOf(entry.group)}>
              <Icon draw={iconOf(entry)} />
              {nameOf(entry)}
            </a>
          </li>
        ))}
      </ul>
      {found.length > shownAtOnce && <p class="small quiet">{words('rest')}</p>}
    </div>
  );
}
