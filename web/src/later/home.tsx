/** The front page: the places that this person may see. */
import { language, nameOf, translator } from '../../kit/i18n.ts';
import { Icon, icons } from '../../kit/icons.tsx';
import type { GroupEntry } from '../../kit/platform.ts';
import { Skeleton } from '../../kit/skeleton.tsx';
import { hrefOf } from '../router.ts';
import { useShell } from '../shell.ts';
import { t } from '../texts.ts';
import { faces, iconOf } from './faces.ts';
import { PlaceFinder, splitPlaces } from './place-finder.tsx';

const words = translator({
  en: {
    title: 'What happens now',
    lead: 'Choose a place to see it live.',
    stranger: 'See your plant live',
    strangerLead:
      'What changes in the database changes on this screen, at once, and only for those who may see it. Sign in to see your places.',
    none: 'There is nothing that you may see yet. An administrator can give you a role or a place.',
    failed: 'The list of places could not be read.',
  },
  ru: {
    title: 'Что происходит сейчас',
    lead: 'Выберите место, чтобы видеть его вживую.',
    stranger: 'Производство в реальном времени',
    strangerLead:
      'Что меняется в базе данных, сразу меняется и на этом экране — и только у тех, кому это можно видеть. Войдите, чтобы увидеть свои места.',
    none: 'Вам пока ничего не доступно. Роль или подразделение назначает администратор.',
    failed: 'Не удалось получить список мест.',
  },
});

export function Home() {
  const { platform, session, known, reload } = useShell();
  const groups = platform.groups.value;
  const stranger = !session.signedIn.value;
  return (
    <div class="home">
      <h1>{words(stranger ? 'stranger' : 'title')}</h1>
      {stranger && <img class="home-pulse" src="/pulse.svg" alt="" width="960" height="160" />}
      {known.value === 'loading' && <Skeleton />}
      {known.value === 'failed' && (
        <div class="banner tone-bad" role="alert">
          <Icon draw={icons.warning} />
          <p>{words('failed')}</p>
          <button type="button" class="button" onClick={reload}>
            {t('again')}
          </button>
        </div>
      )}
      {known.value === 'ready' && (
        <>
          <p class="lead">{words(stranger ? 'strangerLead' : groups.length > 0 ? 'lead' : 'none')}</p>
          {stranger && session.possible && (
            <button type="button" class="button primary large" onClick={session.signIn}>
              {t('sign.in')}
            </button>
          )}
          {Object.entries(faces).map(([domain, { title }]) => (
            <Places
              key={domain}
              title={title[language.value]}
              places={groups.filter((entry) => entry.domain === domain)}
            />
          ))}
        </>
      )}
    </div>
  );
}

function Places({ title, places }: { title: string; places: readonly GroupEntry[] }) {
  if (places.length === 0) return null;
  const { listed, many } = splitPlaces(places);
  return (
    <section class="home-domain" aria-label={title}>
      <h2>{title}</h2>
      <ul class="place-cards">
        {listed.map((entry) => (
          <li key={entry.group}>
            <a href={hrefOf(entry.group)}>
              <Icon draw={iconOf(entry)} />
              <span>{nameOf(entry)}</span>
            </a>
          </li>
        ))}
      </ul>
      {many.length > 0 && <PlaceFinder places={many} />}
    </section>
  );
}
