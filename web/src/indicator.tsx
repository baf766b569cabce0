/** The connection indicator: icon, word and colour; since when and what next as a tooltip and in its popover. */
import { formatTime } from '../kit/i18n.ts';
import { Icon } from '../kit/icons.tsx';
import { looks, shownAs } from './connection.ts';
import { lazily } from './lazily.tsx';
import { Menu } from './menu.tsx';
import { useShell } from './shell.ts';
import { t } from './texts.ts';

const Retry = lazily(() => import('./later/lost.tsx').then(({ Retry }) => Retry));

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
