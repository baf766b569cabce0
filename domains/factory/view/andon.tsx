/** Calls from the machines, large: who is wanted where, since when, and who comes. */
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../../../web/kit/announce.ts';
import { CommandButton } from '../../../web/kit/command.tsx';
import { Icon } from '../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../web/kit/live.ts';
import { Elapsed } from '../../../web/kit/parts.tsx';
import { usePlatform } from '../../../web/kit/platform.ts';
import { chime } from '../../../web/kit/sound.tsx';
import { worksAt } from '../access.ts';
import { byUrgency } from '../andon.ts';
import type { Andon, Machine } from '../entities.ts';
import { andonIcons } from './looks.ts';
import { t } from './texts.ts';
import './andon.css';

/** All open calls of a line, the most urgent first; nothing while there is none. */
export function AndonBand({ store, line }: { store: GroupStore; line: string }) {
  const calls = byUrgency(store.list<Andon>('andon'));
  const unanswered = calls.filter(({ data }) => data.state === 'called');
  const newest = unanswered.reduce((top, { data }) => Math.max(top, data.calledAt), 0);
  const heard = useRef(newest);
  useEffect(() => {
    const call = unanswered.find(({ data }) => data.calledAt === newest);
    if (newest > heard.current && call !== undefined) {
      const title = store.item<Machine>('machine', call.data.machine).peek()?.data.title;
      announce(`${title ?? call.data.machine}: ${t(`andon.${call.data.kind}`)}.`);
      chime('new');
    }
    heard.current = Math.max(heard.current, newest);
  }, [newest]);
  const raised = unanswered.filter(({ data }) => data.level === 2).length;
  const seen = useRef(raised);
  useEffect(() => {
    if (raised > seen.current) chime('urgent');
    seen.current = raised;
  }, [raised]);
  if (calls.length === 0) return null;
  return (
    <section class="andon-band" aria-label={t('andon.title')}>
      <ul>
        {calls.map(({ key }) => (
          <li key={key}>
            <AndonCard store={store} line={line} call={key} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What `current` of a conflict says of the call now. */
export function describeAndon(current: unknown): string | undefined {
  const data = (current as { data?: Partial<Andon> } | null)?.data;
  if (data?.state === undefined) return undefined;
  const status = data.state === 'acknowledged' ? comes(data) : t(`andon.is.${data.state}`);
  return t('now.is', { status });
}

const comes = ({ acknowledgedBy = '' }: Partial<Andon>) => t('andon.comes', { name: acknowledgedBy });

function AndonCard({ store, line, call: key }: { store: GroupStore; line: string; call: string }) {
  const { me } = usePlatform();
  const item = store.item<Andon>('andon', key).value;
  const machine = item?.data.machine ?? '';
  const title = useComputed(() => store.item<Machine>('machine', machine).value?.data.title ?? machine);
  if (item === undefined) return null;
  const { kind, state, level, calledAt, note, calledBy } = item.data;
  const open = state === 'called';
  const input = { line, call: key, rev: item.rev };
  const button = (name: 'acknowledge' | 'resolve' | 'cancel', look: 'primary' | 'plain') => (
    <CommandButton
      domain="factory"
      command={`${name}-andon`}
      input={input}
      kind={look}
      label={`${t(`andon.${name}`)}: ${t(`andon.${kind}`)}, ${title.value}`}
      describe={describeAndon}
    >
      {t(`andon.${name}`)}
    </CommandButton>
  );
  return (
    <article
      class={`andon ${open ? 'andon-open' : ''} tone-${open ? (level === 2 ? 'bad' : 'waiting') : 'busy'}`}
      data-call={key}
    >
      <Icon draw={andonIcons[kind]} class="andon-icon" />
      <h2>
        {t(`andon.${kind}`)} · {title}
      </h2>
      <div class="andon-words">
        <p>
          {open ? t('andon.is.called') : comes(item.data)}
          {open && level === 2 && ` · ${t('andon.raised')}`}
        </p>
        {note !== undefined && <p class="andon-note">{note}</p>}
        <p class="andon-by small">{t('andon.by', { name: calledBy })}</p>
      </div>
      <p class="andon-clock">
        <Elapsed from={calledAt} clock />
      </p>
      {worksAt(me.value, line) && (
        <div class="andon-actions">
          {open ? (
            <>
              {button('acknowledge', 'primary')}
              {button('cancel', 'plain')}
            </>
          ) : (
            button('resolve', 'primary')
          )}
        </div>
      )}
    </article>
  );
}
