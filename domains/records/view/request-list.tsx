/** The requests of a unit: a row each, with what the person at the screen does most. */
import { useComputed } from '@preact/signals';
import { now } from '../../../web/kit/clock.ts';
import { CommandButton } from '../../../web/kit/command.tsx';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Status } from '../../../web/kit/parts.tsx';
import { usePlatform } from '../../../web/kit/platform.ts';
import { isClosed, type Kind, type RequestState } from '../codes.ts';
import type { Request } from '../entities.ts';
import { labelOf } from '../partitions.ts';
import { describe } from './describe.ts';
import { Due } from './due.tsx';
import { byDue, fits, turnOf } from './figures.ts';
import { currentFilter } from './filter-bar.tsx';
import { kindIcons, stateLooks } from './looks.ts';
import { t } from './texts.ts';

/** What a request is about, in one line. */
export function subjectOf({ details }: Request): string {
  if (details.kind === 'storage') return details.subject;
  return details.kind === 'withdrawal' ? details.purpose : t(`basis.${details.basis}`);
}

/** Arrow keys go from row to row. */
function onArrow(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const rows = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.request-open')];
  const at = rows.findIndex((row) => row.parentElement?.contains(document.activeElement));
  event.preventDefault();
  rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}

export function RequestList({ store, chosen }: { store: GroupStore; chosen: { value: string | undefined } }) {
  const { me } = usePlatform();
  // As text, so that the clock and what changes no order repaint nothing here.
  const fitting = useComputed(() => {
    const filter = currentFilter();
    return store
      .list<Request>('request')
      .filter(({ data }) => fits(filter, data, me.value, now.value))
      .sort(byDue)
      .map(({ key }) => key)
      .join();
  });
  const keys = fitting.value === '' ? [] : fitting.value.split(',');
  if (keys.length === 0) {
    const empty = store.keys('request').value.length === 0;
    return <p class="quiet list-empty">{t(empty ? 'list.empty' : 'filter.none')}</p>;
  }
  return (
    <ul class="requests" onKeyDown={onArrow}>
      {keys.map((key) => (
        <RequestRow key={key} store={store} request={key} chosen={chosen} />
      ))}
    </ul>
  );
}

export function StateChip({ state }: { state: RequestState }) {
  return <Status {...stateLooks[state]} word={t(`state.${state}`)} />;
}

export function KindWord({ kind }: { kind: Kind }) {
  return (
    <span class="kind">
      <Icon draw={kindIcons[kind]} /> {t(`kind.${kind}`)}
    </span>
  );
}

function RequestRow({
  store,
  request,
  chosen,
}: {
  store: GroupStore;
  request: string;
  chosen: { value: string | undefined };
}) {
  const { me } = usePlatform();
  const item = store.item<Request>('request', request).value;
  if (item === undefined) return null;
  const { data, rev } = item;
  const turn = turnOf(me.value, data);
  const open = () => {
    chosen.value = request;
  };
  return (
    <li
      class={`request ${turn === undefined ? '' : 'your-turn'}`}
      data-request={request}
      data-state={data.state}
    >
      <button
        type="button"
        class="request-open"
        aria-current={chosen.value === request ? 'true' : undefined}
        onClick={open}
      >
        <span class="request-number figure">{labelOf(request)}</span>
        <span class="request-what">
          <span class="row-title">{subjectOf(data)}</span>
          <span class="small quiet">
            <KindWord kind={data.details.kind} /> · {data.crates.map(labelOf).join(', ')} ·{' '}
            {data.requester.name}
          </span>
        </span>
        <span class="request-side">
          <StateChip state={data.state} />
          {!isClosed(data.state) && <Due at={data.dueAt} />}
        </span>
      </button>
      {turn === 'approve' && (
        <CommandButton
          domain="records"
          command="approve"
          input={{ unit: data.unit, request, rev }}
          label={`${t('do.approve')} ${labelOf(request)}`}
          describe={describe}
        >
          {t('do.approve')}
        </CommandButton>
      )}
      {turn !== undefined && turn !== 'approve' && (
        <button
          type="button"
          class="button"
          onClick={open}
          aria-label={`${t(`do.${turn}`)} ${labelOf(request)}`}
        >
          {t(`do.${turn}`)}
        </button>
      )}
    </li>
  );
}
