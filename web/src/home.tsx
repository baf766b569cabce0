/** The front page: the places that this person may see. */

import { language } from '../kit/i18n.ts';
import { Icon, icons } from '../kit/icons.tsx';
import type { GroupEntry } from '../kit/platform.ts';
import { Skeleton } from '../kit/skeleton.tsx';
import { views } from './domains.ts';
import { iconOf, titleOf } from './header.tsx';
import { hrefOf } from './router.ts';
import { useShell } from './shell.ts';
import { t } from './texts.ts';

export function Home() {
  const { platform, session, known, reload } = useShell();
  const groups = platform.groups.value;
  const stranger = !session.signedIn.value;
  return (
    <div class="home">
      <h1>{t(stranger ? 'home.anonymous.title' : 'home.title')}</h1>
      {stranger && <img class="home-pulse" src="/pulse.svg" alt="" width="960" height="160" />}
      {known.value === 'loading' && <Skeleton />}
      {known.value === 'failed' && (
        <div class="banner tone-bad" role="alert">
          <Icon draw={icons.warning} />
          <p>{t('home.failed')}</p>
          <button type="button" class="button" onClick={reload}>
            {t('again')}
          </button>
        </div>
      )}
      {known.value === 'ready' && (
        <>
          <p class="lead">
            {t(stranger ? 'home.anonymous.lead' : groups.length > 0 ? 'home.lead' : 'home.none')}
          </p>
          {stranger && session.possible && (
            <button type="button" class="button primary large" onClick={session.signIn}>
              {t('sign.in')}
            </button>
          )}
          {Object.entries(views).map(([domain, { title }]) => (
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
  return (
    <section class="home-domain" aria-label={title}>
      <h2>{title}</h2>
      <ul class="place-cards">
        {places.map((entry) => (
          <li key={entry.group}>
            <a href={hrefOf(entry.group)}>
              <Icon draw={iconOf(entry)} />
              <span>{titleOf(entry)}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
