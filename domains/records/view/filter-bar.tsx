/** Which requests of a unit are shown: by state, kind, whose turn, overdue; in the address, so that it can be sent on. */
import type { ComponentChildren } from 'preact';
import { param } from '../../../web/kit/route.ts';
import { kinds, requestStates } from '../codes.ts';
import { type Filter, sums } from './figures.ts';
import { t } from './texts.ts';

const params = { state: param('state'), kind: param('kind'), mine: param('mine'), overdue: param('overdue') };

/** The filter as the address has it; what it has wrong counts as not given. */
export function currentFilter(): Filter {
  const state = params.state.value;
  const known: readonly string[] = [...sums, ...requestStates];
  return {
    state: state !== undefined && known.includes(state) ? (state as Filter['state']) : 'open',
    kind: kinds.find((kind) => kind === params.kind.value),
    mine: params.mine.value === '1',
    overdue: params.overdue.value === '1',
  };
}

/** Sets the filter, in the address: a tile of the head or a choice of the bar. */
export function setFilter({ state, kind, mine, overdue }: Filter): void {
  params.state.value = state === 'open' ? undefined : state;
  params.kind.value = kind;
  params.mine.value = mine ? '1' : undefined;
  params.overdue.value = overdue ? '1' : undefined;
}

function Toggle({ on, set, children }: { on: boolean; set: () => void; children: ComponentChildren }) {
  return (
    <button type="button" class="button toggle" aria-pressed={on} onClick={set}>
      {children}
    </button>
  );
}

export function FilterBar() {
  const filter = currentFilter();
  const change = (next: Partial<Filter>) => setFilter({ ...filter, ...next });
  return (
    <div class="filters">
      <select
        aria-label={t('filter.state')}
        value={filter.state}
        onChange={(event) => change({ state: event.currentTarget.value as Filter['state'] })}
      >
        {sums.map((sum) => (
          <option key={sum} value={sum}>
            {t(`filter.${sum}`)}
          </option>
        ))}
        {requestStates.map((state) => (
          <option key={state} value={state}>
            {t(`state.${state}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('filter.kind')}
        value={filter.kind ?? ''}
        onChange={(event) => change({ kind: kinds.find((kind) => kind === event.currentTarget.value) })}
      >
        <option value="">{t('filter.kinds')}</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t(`kind.${kind}`)}
          </option>
        ))}
      </select>
      <Toggle on={filter.mine} set={() => change({ mine: !filter.mine })}>
        {t('filter.mine')}
      </Toggle>
      <Toggle on={filter.overdue} set={() => change({ overdue: !filter.overdue })}>
        {t('filter.overdue')}
      </Toggle>
    </div>
  );
}
