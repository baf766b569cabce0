/** What the account menu holds: who this is, how the page looks, and the way out. */
import { translator } from '../../kit/i18n.ts';
import { type Drawing, Icon } from '../../kit/icons.tsx';
import { currentGroup, hrefOf } from '../router.ts';
import { useShell } from '../shell.ts';
import { setTheme, type Theme, theme, themes } from '../theme.ts';

const drawings: Record<Theme, Drawing> = {
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.400M17.6 17.600L19 19M19 5l-1.4 1.400M6.4 17.600L5 19',
  dark: 'M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500z',
  auto: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
};

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
              <Icon draw={drawings[name]} />
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
      <a class="button" href={`#/~console${group === undefined ? '' : `?group=${group}`}`}>
        {t('console')}
      </a>
      {session.signedIn.value && (
        <button type="button" class="button" onClick={session.signOut}>
          {t('out')}
        </button>
      )}
      <p class="small quiet">{t('version', { version })}</p>
    </>
  );
}
