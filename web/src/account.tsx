/** What the account menu holds: who this is, how the page looks, and the way out. */
import { translator } from '../kit/i18n.ts';
import { Icon, icons } from '../kit/icons.tsx';
import { currentGroup, hrefOf } from './router.ts';
import { useShell } from './shell.ts';
import { setTheme, theme, themes } from './theme.ts';

const t = translator({
  en: {
    roles: 'Roles',
    units: 'Belongs to',
    theme: 'Appearance',
    auto: 'As the system',
    light: 'Light',
    dark: 'Dark',
    kiosk: 'Wall display',
    console: 'Test console',
    out: 'Sign out',
    version: 'Version {version}',
  },
  ru: {
    roles: 'Роли',
    units: 'Подразделения',
    theme: 'Оформление',
    auto: 'Как в системе',
    light: 'Светлое',
    dark: 'Тёмное',
    kiosk: 'Режим табло',
    console: 'Консоль проверки',
    out: 'Выйти',
    version: 'Версия {version}',
  },
});

export function Account({ name }: { name: string }) {
  const { platform, session, version } = useShell();
  const { roles, units } = platform.me.value;
  const group = currentGroup.value;
  return (
    <>
      <p class="user-name">{name}</p>
      {roles.length > 0 && (
        <dl class="facts small">
          <dt>{t('roles')}</dt>
          <dd>{roles.join(', ')}</dd>
          {units.length > 0 && (
            <>
              <dt>{t('units')}</dt>
              <dd>{units.join(', ')}</dd>
            </>
          )}
        </dl>
      )}
      <fieldset class="choice">
        <legend>{t('theme')}</legend>
        {themes.map((name) => (
          <label key={name}>
            <input type="radio" name="theme" checked={theme.value === name} onChange={() => setTheme(name)} />
            <span>
              <Icon draw={icons[name]} />
              {t(name)}
            </span>
          </label>
        ))}
      </fieldset>
      {group !== undefined && (
        <a class="button" href={`/?kiosk=1${hrefOf(group)}`}>
          {t('kiosk')}
        </a>
      )}
      {session.signedIn.value && (
        <button type="button" class="button" onClick={session.signOut}>
          {t('out')}
        </button>
      )}
      <p class="small quiet">{t('version', { version })}</p>
    </>
  );
}
