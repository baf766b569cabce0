/** The connection indicator: icon, word and colour; since when and what next as a tooltip and in its popover. */
import { now } from '../kit/clock.ts';
import { formatDuration } from '../kit/duration.ts';
import { formatTime } from '../kit/i18n.ts';
import { Icon } from '../kit/icons.tsx';
import { looks, shownAs } from './connection.ts';
import { Menu } from './menu.tsx';
import { useShell } from './shell.ts';
import { t } from './texts.ts';

export function Indicator() {
  const { connection } = useShell();
  const { state, since, message } = connection.value;
  const shown = shownAs(state);
  const { icon, tone } = looks[shown];
  const words = t(`since.${state}`, { time: formatTime(since) });
  return (
    <Menu
      class={`indicator tone-${tone}`}
      title={words}
      button={
        <>
          <Icon draw={icon} class={shown === 'reconnecting' ? 'turning' : ''} />
          <span class="indicator-word">{t(`state.${shown}`)}</span>
        </>
      }
    >
      <p>{words}</p>
      {message !== undefined && state !== 'connected' && <p class="small">{message}</p>}
      {state !== 'connected' && <Retry />}
    </Menu>
  );
}

function Retry() {
  const { connection, reconnectNow } = useShell();
  const { retryAt } = connection.value;
  return (
    <>
      {retryAt !== undefined && retryAt > now.value && (
        <p class="small">{t('retry.in', { age: formatDuration(retryAt - now.value) })}</p>
      )}
      <button type="button" class="button primary" onClick={reconnectNow}>
        {t('retry.now')}
      </button>
    </>
  );
}
