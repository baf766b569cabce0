/** The head of every page: brand, places, connection, language, appearance, person. */
import { language, setLanguage } from '../kit/i18n.ts';
import { Icon, icons } from '../kit/icons.tsx';
import { Indicator } from './indicator.tsx';
import { lazily } from './lazily.tsx';
import { Menu } from './menu.tsx';
import { useShell } from './shell.ts';
import { t } from './texts.ts';

const Places = lazily(() => import('./later/places.tsx').then(({ Places }) => Places));
const Tray = lazily(() => import('./later/tray.tsx').then(({ Tray }) => Tray));
const Account = lazily(() => import('./later/account.tsx').then(({ Account }) => Account));

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
      <div class="places">
        <Places />
      </div>
      <div class="header-tools">
        <Indicator />
        {useShell().session.signedIn.value && <Tray />}
        <Language />
        <Person />
      </div>
    </header>
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
