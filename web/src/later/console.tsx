/**
 * The test console: what goes over the socket, and what becomes of it. "Simple" is for a first look: choose a group, send a
 * test, cut the connection and watch it come back. "Full" shows every frame and sends any, malformed ones too.
 */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isGroupName } from '../../../core/group.ts';
import { nameOf } from '../../kit/i18n.ts';
import { Icon } from '../../kit/icons.tsx';
import { param } from '../../kit/route.ts';
import { Tabs } from '../../kit/tabs.tsx';
import { looks, shownAs } from '../connection.ts';
import { useShell } from '../shell.ts';
import { t as shellText } from '../texts.ts';
import { Items, Position } from './console-group.tsx';
import { Cut, Frames, Own, Test } from './console-parts.tsx';
import { t } from './console-texts.ts';
import { startTap } from './tap.ts';
import './console.css';

export function Console() {
  const { platform, client, connection } = useShell();
  const chosen = param('group');
  const typed = useSignal('');
  const tap = useComputed(() => startTap(client)).value;
  useEffect(() => tap.stop, [tap]);
  const group = chosen.value ?? platform.groups.value[0]?.group ?? '';
  const choose = (event: Event) => {
    event.preventDefault();
    if (typed.value.trim() !== '') chosen.value = typed.value.trim();
  };
  const { state } = connection.value;
  const { icon, tone } = looks[shownAs(state)];
  return (
    <div class="console">
      <div class="page-head">
        <h1>{t('title')}</h1>
        <span class={`status tone-${tone}`}>
          <Icon draw={icon} />
          {shellText(`state.${shownAs(state)}`)}
        </span>
      </div>
      <form class="card console-choice" onSubmit={choose}>
        <label class="field">
          <span>{t('group')}</span>
          <select
            value={group}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {platform.groups.value.map((entry) => (
              <option key={entry.group} value={entry.group}>
                {nameOf(entry)} ({entry.group})
              </option>
            ))}
            {!platform.groups.value.some((entry) => entry.group === group) && (
              <option value={group}>{group}</option>
            )}
          </select>
        </label>
        <label class="field">
          <span>{t('other')}</span>
          <input
            value={typed.value}
            placeholder="domain/kind/name"
            onInput={(event) => {
              typed.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit" class="button">
          {t('watch')}
        </button>
      </form>
      {isGroupName(group) ? (
        <Tabs
          name="mode"
          label={t('title')}
          tabs={[
            { id: 'simple', title: t('simple'), panel: () => <Simple key={group} group={group} tap={tap} /> },
            { id: 'full', title: t('full'), panel: () => <Full key={group} group={group} tap={tap} /> },
          ]}
        />
      ) : (
        <p class="banner tone-waiting" role="alert">
          {t('noGroup', { group })}
        </p>
      )}
    </div>
  );
}

type PanelProps = { group: string; tap: ReturnType<typeof startTap> };

function Simple({ group, tap }: PanelProps) {
  return (
    <div class="console-grid">
      <Position group={group} />
      <Test group={group} />
      <Cut />
      <Frames tap={tap} group={group} most={12} />
    </div>
  );
}

function Full({ group, tap }: PanelProps) {
  return (
    <div class="console-grid">
      <Position group={group} />
      <Test group={group} />
      <Own group={group} />
      <Cut />
      <Frames tap={tap} group={group} most={200} />
      <Items group={group} />
    </div>
  );
}
