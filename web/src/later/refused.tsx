/** Instead of a group that the server does not show: why, and what to do. */
import type { ComponentChildren } from 'preact';
import { translator } from '../../kit/i18n.ts';
import { Icon } from '../../kit/icons.tsx';
import { useShell } from '../shell.ts';
import { t } from '../texts.ts';

const lock = 'M7 11V8a5 5 0 0 1 10 0v3M5 11h14v10H5zM12 15v2';

const words = translator({
  en: {
    refused: 'You may not see this',
    stranger: 'Sign in with an account that belongs to this place.',
    other:
      'You are signed in as {name}, who does not belong to this place. An administrator can change that.',
    unknown: 'There is no such page',
    unknownLead: 'The address {name} leads nowhere. It may have been renamed.',
    home: 'Overview',
  },
  ru: {
    refused: 'Вам это недоступно',
    stranger: 'Войдите под учётной записью, которая относится к этому месту.',
    other:
      'Вы вошли как {name}; эта учётная запись не относится к этому месту. Это может изменить администратор.',
    unknown: 'Такой страницы нет',
    unknownLead: 'Адрес {name} никуда не ведёт. Возможно, место переименовано.',
    home: 'Обзор',
  },
});

export function Refused({ group, code }: { group: string; code: string }) {
  const { platform, session } = useShell();
  if (code === 'unknown_group') return <Unknown group={group} />;
  const { name, sub } = platform.me.value;
  return (
    <Notice title={words('refused')}>
      <p>{session.signedIn.value ? words('other', { name: name ?? sub }) : words('stranger')}</p>
      {!session.signedIn.value && session.possible && (
        <button type="button" class="button primary large" onClick={session.signIn}>
          {t('sign.in')}
        </button>
      )}
    </Notice>
  );
}

function Unknown({ group }: { group: string }) {
  return (
    <Notice title={words('unknown')}>
      <p>{words('unknownLead', { name: group })}</p>
      <a class="button" href="#/">
        {words('home')}
      </a>
    </Notice>
  );
}

function Notice({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="notice">
      <Icon draw={lock} />
      <h1>{title}</h1>
      {children}
    </div>
  );
}
