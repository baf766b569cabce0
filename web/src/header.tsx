/** The head of every page: brand, places, connection, language, appearance, person. */
import { language, setLanguage } from '../kit/i18n.ts';
import { type Drawing, Icon, icons } from '../kit/icons.tsx';
import type { GroupEntry } from '../kit/platform.ts';
import { Indicator } from './indicator.tsx';
import { Menu } from './menu.tsx';
import { currentGroup, hrefOf } from './router.ts';
import { useShell } from './shell.ts';
import { t } from './texts.ts';
import { setTheme, theme, themes } from './theme.ts';

/** The icon of a group by its kind, the segment after the domain. */
export function iconOf({ group }: GroupEntry): Drawing {
  return group.split('/')[1] === 'site' ? icons.site : icons.line;
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
        <Language />
        <Person />
      </div>
    </header>
  );
}

function Places() {
  const { groups } = useShell().platform;
  if (groups.value.length === 0) return <div class="places" />;
  return (
    <nav class="places" aria-label={t('nav.label')}>
      <ul>
        {groups.value.map((entry) => (
          <li key={entry.group}>
            <a
              href={hrefOf(entry.group)}
              aria-current={currentGroup.value === entry.group ? 'page' : undefined}
            >
              <Icon draw={iconOf(entry)} />
              {entry.title}
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
  const { platform, session, version } = useShell();
  const me = platform.me.value;
  const name = session.signedIn.value ? (me.name ?? me.sub) : t('user.anonymous');
  const group = currentGroup.value;
  return (
    <>
      {!session.signedIn.value && session.possible && (
        <button type="button" class="button primary" onClick={session.signIn}>
          {t('sign.in')}
        </button>
      )}
      <Menu label={t('user.menu')} title={name} class="user" button={<Icon draw={icons.person} />}>
        <p class="user-name">{name}</p>
        {me.roles.length > 0 && (
          <dl class="facts small">
            <dt>{t('user.roles')}</dt>
            <dd>{me.roles.join(', ')}</dd>
            {me.units.length > 0 && (
              <>
                <dt>{t('user.units')}</dt>
                <dd>{me.units.join(', ')}</dd>
              </>
            )}
          </dl>
        )}
        <fieldset class="choice">
          <legend>{t('theme')}</legend>
          {themes.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="theme"
                checked={theme.value === name}
                onChange={() => setTheme(name)}
              />
              <span>
                <Icon draw={icons[name]} />
                {t(`theme.${name}`)}
              </span>
            </label>
          ))}
        </fieldset>
        {group !== undefined && (
          <a class="button" href={`/?kiosk=1${hrefOf(group)}`}>
            {t('kiosk.enter')}
          </a>
        )}
        {session.signedIn.value && (
          <button type="button" class="button" onClick={session.signOut}>
            {t('sign.out')}
          </button>
        )}
        <p class="small quiet">{t('version', { version })}</p>
      </Menu>
    </>
  );
}
