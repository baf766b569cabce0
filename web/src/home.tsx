/** The front page: the places that this person may see. */
import { Icon, icons } from '../kit/icons.tsx';
import { Skeleton } from '../kit/skeleton.tsx';
import { iconOf } from './header.tsx';
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
          <ul class="place-cards">
            {groups.map((entry) => (
              <li key={entry.group}>
                <a href={hrefOf(entry.group)}>
                  <Icon draw={iconOf(entry)} />
                  <span>{entry.title}</span>
                  <span class="small quiet">{entry.group}</span>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
