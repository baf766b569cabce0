/** Who else looks at a group: faces in the page's head, names one tap away. For groups with `presence: true`. */
import { useComputed } from '@preact/signals';
import { isPresent, type PresenceData } from '../../core/presence.ts';
import { now } from './clock.ts';
import { formatTime, translator } from './i18n.ts';
import type { GroupStore } from './live.ts';
import { usePlatform } from './platform.ts';
import './presence.css';

const t = translator({
  en: {
    here: { one: '{count} here', other: '{count} here' },
    you: '{name} (you)',
    since: 'since {time}',
    more: '+{n}',
  },
  ru: {
    here: { one: '{count} здесь', few: '{count} здесь', many: '{count} здесь', other: '{count} здесь' },
    you: '{name} (вы)',
    since: 'с {time}',
    more: '+{n}',
  },
});

/** Most faces that are shown beside the number. */
const mostFaces = 4;

/** First letters of the first and the last word of a name: `Мария Соколова` is `МС`. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0]);
  return letters.join('').toUpperCase();
}

/** Who is there, the longest first. Reads the clock only while somebody who left is still shown. */
function present(store: GroupStore): { key: string; data: PresenceData }[] {
  return store
    .list<PresenceData>('presence')
    .filter(({ data }) => data.leftAt === undefined || isPresent(data, now.value))
    .sort((a, b) => a.data.since - b.data.since || (a.key < b.key ? -1 : 1));
}

/** Faces and the number of those who look at the group; opened, their names and since when. Nothing while nobody is known. */
export function Presence({ store }: { store: GroupStore }) {
  const { me } = usePlatform();
  // As text, so that a tick of the clock repaints nothing until somebody comes or goes.
  const text = useComputed(() => JSON.stringify(present(store)));
  const people = JSON.parse(text.value) as ReturnType<typeof present>;
  if (people.length === 0) return null;
  return (
    <details class="here">
      <summary>
        <span class="faces" aria-hidden="true">
          {people.slice(0, mostFaces).map(({ key, data }) => (
            <span class="face" key={key}>
              {initialsOf(data.name)}
            </span>
          ))}
          {people.length > mostFaces && (
            <span class="face face-more">{t('more', { n: people.length - mostFaces })}</span>
          )}
        </span>
        <span>{t('here', { count: people.length })}</span>
      </summary>
      <ul class="here-names">
        {people.map(({ key, data }) => (
          <li key={key}>
            <span>{key === me.value.sub ? t('you', { name: data.name }) : data.name}</span>
            <span class="small quiet figure">{t('since', { time: formatTime(data.since) })}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
