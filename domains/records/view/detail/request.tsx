/** A request whole: what it says, its crates, its timeline, and what the person at the screen may do with it. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { formatDateTime } from '../../../../web/kit/i18n.ts';
import { Icon } from '../../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../../web/kit/live.ts';
import { Age } from '../../../../web/kit/parts.tsx';
import { isClosed } from '../../codes.ts';
import type { Crate, Place, Request, Step } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { Due } from '../due.tsx';
import { drawings } from '../icons.ts';
import { stateLooks } from '../looks.ts';
import { KindWord, StateChip, subjectOf } from '../request-list.tsx';
import { t } from '../texts.ts';
import { RequestPanel } from './form.tsx';
import { Moves } from './moves.tsx';
import './request.css';

export function RequestDetail({
  store,
  request,
  chosen,
}: {
  store: GroupStore;
  request: string;
  chosen: { value: string | undefined };
}) {
  const editing = useSignal(false);
  const item = store.item<Request>('request', request).value;
  const back = (
    <button
      type="button"
      class="button desk-back"
      onClick={() => {
        chosen.value = undefined;
      }}
    >
      <Icon draw={drawings.back} /> {t('back')}
    </button>
  );
  if (item === undefined) {
    return (
      <article class="card detail">
        {back}
        <p class="quiet">{t('gone')}</p>
      </article>
    );
  }
  const { data } = item;
  return (
    <article class="card detail" aria-labelledby="detail-title" data-detail={request}>
      {back}
      <header class="card-head">
        <h2 id="detail-title">
          <span class="figure">{labelOf(request)}</span> {subjectOf(data)}
        </h2>
        <StateChip state={data.state} />
      </header>
      <Moves
        item={item}
        store={store}
        onEdit={() => {
          editing.value = true;
        }}
      />
      <Facts data={data} />
      <h3>{t('crates.count', { count: data.crates.length })}</h3>
      <ul class="crate-chips">
        {data.crates.map((key) => (
          <CrateChip key={key} store={store} crate={key} />
        ))}
      </ul>
      <h3>{t('timeline')}</h3>
      <ol class="timeline">
        {data.steps.map((step) => (
          <StepRow key={`${step.at} ${step.command}`} step={step} />
        ))}
      </ol>
      {editing.value && (
        <RequestPanel
          store={store}
          unit={data.unit}
          request={request}
          onClose={() => {
            editing.value = false;
          }}
        />
      )}
    </article>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Facts({ data }: { data: Request }) {
  const { details, service, dueAt, state, requester } = data;
  return (
    <dl class="facts">
      <Fact name={t('filter.kind')}>
        <KindWord kind={details.kind} />
      </Fact>
      {details.kind === 'storage' && <Fact name={t('keepUntil')}>{String(details.keepUntil)}</Fact>}
      {details.kind === 'withdrawal' && (
        <>
          <Fact name={t('deliverTo')}>{details.deliverTo}</Fact>
          <Fact name={t('days')}>{t('days.count', { count: details.days })}</Fact>
        </>
      )}
      {details.kind === 'destruction' && <Fact name={t('witness')}>{details.witness}</Fact>}
      <Fact name={t('requester')}>{requester.name}</Fact>
      <Fact name={t('service')}>{t(`service.${service}`)}</Fact>
      {!isClosed(state) && (
        <Fact name={t(state === 'issued' ? 'due.back' : 'due')}>
          <Due at={dueAt} /> <span class="small quiet">{formatDateTime(dueAt)}</span>
        </Fact>
      )}
    </dl>
  );
}

function CrateChip({ store, crate }: { store: GroupStore; crate: string }) {
  const data = store.item<Crate>('crate', crate).value?.data;
  const place = store.item<Place>('shelf', data?.place ?? '').value?.data;
  return (
    <li class="crate-chip">
      <Icon draw={drawings.crate} />
      <span class="row-main">
        <span class="row-title">
          <span class="figure">{labelOf(crate)}</span> {data?.title}
        </span>
        <span class="small quiet">
          {data !== undefined && t(`crate.${data.state}`)}
          {place !== undefined && ` · ${place.title}`}
        </span>
      </span>
    </li>
  );
}

function StepRow({ step: { at, by, command, state, reason, note } }: { step: Step }) {
  const { icon, tone } = stateLooks[state];
  return (
    <li class={`step tone-${tone}`}>
      <span class="step-mark">
        <Icon draw={icon} />
      </span>
      <span class="row-main">
        <span>
          <strong>{t(`step.${command}`)}</strong> · {by}
        </span>
        {(reason !== undefined || note !== undefined) && (
          <span class="quote">
            {[reason && t(`reason.${reason}`), note].filter((part) => part !== undefined).join(': ')}
          </span>
        )}
        <span class="small quiet">
          <Age at={at} />
        </span>
      </span>
    </li>
  );
}
