/**
 * What is said when something was lost: the connection, or the session. It is fetched right after the first paint, since once
 * the network is gone it could not be.
 */
import { now } from '../../kit/clock.ts';
import { formatAge, formatDuration } from '../../kit/duration.ts';
import { formatTime, translator } from '../../kit/i18n.ts';
import { Icon, icons } from '../../kit/icons.tsx';
import { useShell } from '../shell.ts';
import { t } from '../texts.ts';

const words = translator({
  en: {
    in: 'Next attempt in {age}.',
    now: 'Try now',
    stale: 'This is the state of {time} ({age}). Changes since then are missing.',
    failed: 'Signing in did not work. Please try again.',
    ended: 'Your session has ended. Sign in to continue.',
  },
  ru: {
    in: 'Следующая попытка через {age}.',
    now: 'Повторить сейчас',
    stale: 'Показано состояние на {time} ({age}). Более поздних изменений нет.',
    failed: 'Войти не удалось. Попробуйте ещё раз.',
    ended: 'Сеанс завершён. Войдите, чтобы продолжить.',
  },
});

/** A moment's loss of contact is no news: the banner waits, so that a rollover of the socket does not flash it. */
const patienceMs = 2000;

export function StaleBanner({ since }: { since: number }) {
  if (now.value - since < patienceMs) return null;
  return (
    <div class="banner tone-waiting" role="status">
      <Icon draw={icons.warning} />
      <p>{words('stale', { time: formatTime(since), age: formatAge(since, now.value) })}</p>
    </div>
  );
}

export function Retry() {
  const { connection, reconnectNow } = useShell();
  const { retryAt } = connection.value;
  return (
    <>
      {retryAt !== undefined && retryAt > now.value && (
        <p class="small">{words('in', { age: formatDuration(retryAt - now.value) })}</p>
      )}
      <button type="button" class="button primary" onClick={reconnectNow}>
        {words('now')}
      </button>
    </>
  );
}

/** Why somebody is not signed in any more. */
export function SessionNote() {
  const { session } = useShell();
  return (
    <div class="banner tone-bad" role="alert">
      <Icon draw={icons.warning} />
      <p>{words(session.problem.value === 'failed' ? 'failed' : 'ended')}</p>
      <button type="button" class="button" onClick={session.signIn}>
        {t('sign.in')}
      </button>
    </div>
  );
}
