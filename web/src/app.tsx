/** The page: head, content, one live region. In kiosk mode the content alone. */
import { announcement } from '../kit/announce.ts';
import { language, nameOf } from '../kit/i18n.ts';
import { PlatformContext } from '../kit/platform.ts';
import { GroupPage } from './group-page.tsx';
import { Header } from './header.tsx';
import { Indicator } from './indicator.tsx';
import { lazily } from './lazily.tsx';
import { atConsole, currentGroup, kiosk } from './router.ts';
import { type Shell, ShellContext } from './shell.ts';
import { t } from './texts.ts';

const Console = lazily(() => import('./later/console.tsx').then(({ Console }) => Console));
const SessionNote = lazily(() => import('./later/lost.tsx').then(({ SessionNote }) => SessionNote));
const Home = lazily(() => import('./later/home.tsx').then(({ Home }) => Home));

export function App({ shell }: { shell: Shell }) {
  const group = currentGroup.value;
  const wall = kiosk.value;
  document.documentElement.lang = language.value;
  document.documentElement.classList.toggle('kiosk', wall);
  document.title = titleOf(shell, group);
  return (
    <ShellContext.Provider value={shell}>
      <PlatformContext.Provider value={shell.platform}>
        {wall ? <KioskHead shell={shell} /> : <Header />}
        <main id="main" tabIndex={-1}>
          {shell.session.problem.value !== undefined && <SessionNote />}
          {group !== undefined ? (
            <GroupPage key={group} group={group} />
          ) : atConsole.value ? (
            <Console />
          ) : (
            <Home />
          )}
        </main>
        <div class="listeners-only" role="status" aria-live="polite">
          {announcement}
        </div>
      </PlatformContext.Provider>
    </ShellContext.Provider>
  );
}

function titleOf({ platform }: Shell, group: string | undefined): string {
  const entry = platform.groups.value.find((other) => other.group === group);
  return entry === undefined ? 'Pulsecast' : `${nameOf(entry)} · Pulsecast`;
}

/** What a wall display keeps: the connection, and signing in while nobody is. */
function KioskHead({ shell: { session, connection } }: { shell: Shell }) {
  return (
    <div class="kiosk-head">
      {!session.signedIn.value && session.possible && (
        <button type="button" class="button primary" onClick={session.signIn}>
          {t('sign.in')}
        </button>
      )}
      {connection.value.state !== 'connected' && <Indicator />}
    </div>
  );
}
