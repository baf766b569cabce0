/** The head of every page: brand, places, connection, language, appearance, person. */
import { language, setLanguage } from '../kit/i18n.ts';
import { type Drawing, Icon, icons } from '../kit/icons.tsx';
import type { GroupEntry } from '../kit/platform.ts';
import { views } from './domains.ts';
import { Indicator } from './indicator.tsx';
import { lazily } from './lazily.tsx';
import { Menu } from './menu.tsx';
import { currentGroup, hrefOf } from './router.ts';
import { useShell } from './shell.ts';
import { t } from './texts.ts';

const Tray = lazily(() => import('./later/tray.tsx').then(({ Tray }) => Tray));
const Account = lazily(() => import('./later/account.tsx').then(({ Account }) => Account));

/** The icon of a group by its domain and its kind, the segment after the domain. */
export function iconOf({ group, domain }: GroupEntry): Drawing {
  const kind = group.split('/')[1] ?? '';
  const registration = views[domain];
  return kind === 'audit' ? icons.audit : (registration?.icons?.[kind] ?? registration?.icon ?? icons.line);
}

/** The title of a place; what every domain has is told in the reader's language. */
export function titleOf({ group, title }: GroupEntry): string {
  return /^[^/]+\/audit$/.test(group) ? t('audit') : title;
}

export function Header() {
  return (
    <header class="header">
      <button type="button" class="button skip" onClick={() => document.getElementById('main')?.focus()}>
        {t('skip')}
      </button>
      <a class="brand" href="#/" aria-label="Pulsecast">
        <img src="/favicon.svg" alt="" width="32" height="32" />
        <span>Pulsecast</span>
      </a>
      <Places />
      <div class="header-tools">
        <Indicator />
        {useShell().session.signedIn.value && <Tray />}
        <Language />
        <Person />
      </div>
    </header>
  );
}

/** The places of the domain that is looked at; the front page has those of all. */
function Places() {
  const current = currentGroup.value;
  const domain = current?.split('/')[0];
  const places = useShell().platform.groups.value.filter((entry) => entry.domain === domain);
  if (places.length === 0) return <div class="places" />;
  return (
    <nav class="places" aria-label={t('nav.label')}>
      <ul>
        {places.map((entry) => (
          <li key={entry.group}>
            <a href={hrefOf(entry.group)} aria-current={current === entry.group ? 'page' : undefined}>
              <Icon draw={iconOf(entry)} />
              {titleOf(entry)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Language() {
  const other = language.value === 'en' ? 'ru' : 'en';
  return (
    <button
      type="button"
      class="menu-button language"
      lang={other}
      title={other === 'ru' ? 'Русский' : 'English'}
      aria-label={other === 'ru' ? 'РУ: Русский' : 'EN: English'}
      onClick={() => setLanguage(other)}
    >
      {other === 'ru' ? 'РУ' : 'EN'}
    </button>
  );
}

function Person() {
  const { platform, session } = useShell();
  const me = platform.me.value;
  const name = session.signedIn.value ? (me.name ?? me.sub) : t('user.anonymous');
  return (
    <>
      {!session.signedIn.value && session.possible && (
        <button type="button" class="button primary" onClick={session.signIn}>
          {t('sign.in')}
        </button>
      )}
      <Menu label={t('user.menu')} title={name} class="user" button={<Icon draw={icons.person} />}>
        <Account name={name} />
      </Menu>
    </>
  );
}
