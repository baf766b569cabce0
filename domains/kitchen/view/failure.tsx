/** What a step failed at, in words, until it is closed. */
import { Icon, icons } from '../../../web/kit/icons.tsx';
import type { Actions } from './actions.ts';
import { t } from './texts.ts';

export function Failure({ actions: { failure } }: { actions: Actions }) {
  return (
    <div role="alert" class="board-failure">
      {failure.value !== undefined && (
        <div class="banner tone-bad">
          <Icon draw={icons.warning} />
          <p>{failure.value}</p>
          <button
            type="button"
            class="button"
            onClick={() => {
              failure.value = undefined;
            }}
          >
            {t('close')}
          </button>
        </div>
      )}
    </div>
  );
}
