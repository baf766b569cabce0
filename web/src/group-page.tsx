/** The page of one group: loads the domain's view, and says in words when the group is refused, stale or unknown. */
import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { domainOf, matchPattern } from '../../core/group.ts';
import { textsReady } from '../kit/i18n.ts';
import { type DomainView, useGroup } from '../kit/platform.ts';
import { Skeleton } from '../kit/skeleton.tsx';
import { views } from './domains.ts';
import { lazily } from './lazily.tsx';
import { t } from './texts.ts';

const Refused = lazily(() => import('./later/refused.tsx').then(({ Refused }) => Refused));
const StaleBanner = lazily(() => import('./later/lost.tsx').then(({ StaleBanner }) => StaleBanner));
const Announcement = lazily(() =>
  import('./later/announcement.tsx').then(({ Announcement }) => Announcement),
);

type Loaded = { kind: 'loading' } | { kind: 'failed' } | { kind: 'ready'; view: DomainView };

export function GroupPage({ group }: { group: string }) {
  const store = useGroup(group);
  const view = useSignal<Loaded>({ kind: 'loading' });
  const domain = views[domainOf(group)];
  const load = domain && (isTrail(group) ? trailView : domain);

  const start = () => {
    view.value = { kind: 'loading' };
    load?.().then(
      async (loaded) => {
        await textsReady();
        view.value = { kind: 'ready', view: loaded.view };
      },
      () => {
        view.value = { kind: 'failed' };
      },
    );
  };
  useEffect(start, [load]);

  const state = store.status.value;
  const loaded = view.value;
  if (state.kind === 'refused') return <Refused group={group} code={state.code} />;
  if (loaded.kind === 'failed') {
    return (
      <div class="notice">
        <h1>{t('view.failed')}</h1>
        <button type="button" class="button primary" onClick={start}>
          {t('again')}
        </button>
      </div>
    );
  }
  const found = loaded.kind === 'ready' ? pageOf(loaded.view, group) : undefined;
  if (load === undefined || (loaded.kind === 'ready' && found === undefined))
    return <Refused group={group} code="unknown_group" />;
  if (found === undefined || state.kind === 'loading') return <Skeleton count={6} />;
  return (
    <div class={state.kind === 'stale' ? 'stale' : ''}>
      {state.kind === 'stale' && <StaleBanner since={state.since} />}
      {store.keys('announcement').value.length > 0 && <Announcement store={store} />}
      <found.page group={group} params={found.params} />
    </div>
  );
}

/** The audit trails of all domains look alike. */
const isTrail = (group: string) => group.split('/')[1] === 'audit';
const trailView = () => import('./later/trail.tsx');

function pageOf(
  view: DomainView,
  group: string,
):
  | { page: ComponentType<{ group: string; params: Record<string, string> }>; params: Record<string, string> }
  | undefined {
  const path = group.slice(group.indexOf('/') + 1);
  for (const { pattern, page } of view.pages) {
    const params = matchPattern(pattern, path);
    if (params !== undefined) return { page, params };
  }
  return undefined;
}
