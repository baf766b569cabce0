/** The tray: what the domains tell this person, unread first counted, each with a way to where it happened. */
import { useEffect, useRef } from 'preact/hooks';
import { noticeGroupOf } from '../../../core/group.ts';
import type { Notice } from '../../../core/notices.ts';
import { announce } from '../../kit/announce.ts';
import { CommandError, useCommand } from '../../kit/command.tsx';
import { language, translator } from '../../kit/i18n.ts';
import { type Drawing, Icon, icons } from '../../kit/icons.tsx';
import type { LiveItem } from '../../kit/live.ts';
import { Age, Status, type Tone } from '../../kit/parts.tsx';
import { useGroup } from '../../kit/platform.ts';
import { chime } from '../../kit/sound.tsx';
import { Menu } from '../menu.tsx';
import { hrefOf } from '../router.ts';
import { useShell } from '../shell.ts';
import './tray.css';

const t = translator({
  en: {
    title: 'Notifications',
    unread: { one: '{count} unread notification', other: '{count} unread notifications' },
    none: 'Nothing to read.',
    read: 'Mark all as read',
    clear: 'Clear all',
    open: 'Open',
    more: { one: '{count} older notification', other: '{count} older notifications' },
    info: 'Information',
    warning: 'Warning',
    critical: 'Critical',
  },
  ru: {
    title: 'Уведомления',
    unread: {
      one: '{count} непрочитанное уведомление',
      few: '{count} непрочитанных уведомления',
      many: '{count} непрочитанных уведомлений',
      other: '{count} непрочитанных уведомления',
    },
    none: 'Читать нечего.',
    read: 'Отметить все прочитанными',
    clear: 'Убрать все',
    open: 'Открыть',
    more: {
      one: 'и {count} более раннее',
      few: 'и {count} более ранних',
      many: 'и {count} более ранних',
      other: 'и {count} более ранних',
    },
    info: 'Сведения',
    warning: 'Внимание',
    critical: 'Критично',
  },
});

const bell: Drawing = 'M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500a2 2 0 0 0 4 0';
const info: Drawing = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 7.500h.01';
const looks: Record<Notice['severity'], { icon: Drawing; tone: Tone }> = {
  info: { icon: info, tone: 'busy' },
  warning: { icon: icons.warning, tone: 'waiting' },
  critical: { icon: icons.warning, tone: 'bad' },
};

/** Most notices that are listed; a tray is no archive. */
const mostListed = 50;
/** Most notices of one command (`core/notices.ts`). */
const mostAtOnce = 50;

export function Tray() {
  const { sub, kind } = useShell().platform.me.value;
  const group = kind === 'user' ? noticeGroupOf(sub) : undefined;
  return group === undefined ? null : <Notices key={group} group={group} />;
}

type Item = LiveItem<Notice>;

function Notices({ group }: { group: string }) {
  const store = useGroup(group);
  const notices = store.list<Notice>('notice').sort((a, b) => b.data.at - a.data.at);
  const unread = notices.filter(({ data }) => data.readAt === undefined);
  useNews(notices, store.status.value.kind === 'live');
  return (
    <Menu
      class="tray"
      title={t('title')}
      label={unread.length === 0 ? t('title') : t('unread', { count: unread.length })}
      button={
        <>
          <Icon draw={bell} />
          {unread.length > 0 && <span class="tray-count">{unread.length > 99 ? '99+' : unread.length}</span>}
        </>
      }
    >
      <h2>{t('title')}</h2>
      {notices.length === 0 && <p class="quiet">{t('none')}</p>}
      <ul class="tray-list">
        {notices.slice(0, mostListed).map((notice) => (
          <NoticeRow key={notice.key} notice={notice} />
        ))}
      </ul>
      {notices.length > mostListed && (
        <p class="quiet">{t('more', { count: notices.length - mostListed })}</p>
      )}
      <div class="tray-actions">
        {unread.length > 0 && <Together command="read" notices={unread} />}
        {notices.length > 0 && <Together command="clear" notices={notices} />}
      </div>
    </Menu>
  );
}

/** Says and sounds what comes while somebody is here; what was there before is no news. */
function useNews(notices: readonly Item[], live: boolean): void {
  const heard = useRef<number | undefined>(undefined);
  const newest = notices[0]?.data.at ?? 0;
  useEffect(() => {
    if (!live) return;
    const before = heard.current;
    heard.current = newest;
    if (before === undefined || newest <= before) return;
    const fresh = notices.filter(({ data }) => data.at > before && data.readAt === undefined);
    for (const { data } of fresh) announce(data.text[language.peek()]);
    if (fresh.length > 0) chime(fresh.some(({ data }) => data.severity === 'critical') ? 'urgent' : 'new');
  }, [newest, live]);
}

function NoticeRow({ notice: { key, data } }: { notice: Item }) {
  const command = useCommand('notifications', 'read');
  const { icon, tone } = looks[data.severity];
  return (
    <li class={data.readAt === undefined ? 'tray-unread' : ''}>
      <Status icon={icon} word={t(data.severity)} tone={tone} />
      <p lang={language.value}>{data.text[language.value]}</p>
      <p class="small quiet">
        <Age at={data.at} />
        {data.group !== undefined && (
          <a
            href={hrefOf(data.group)}
            onClick={() => data.readAt === undefined && command.run({ keys: [key] })}
          >
            {t('open')}
          </a>
        )}
      </p>
    </li>
  );
}

function Together({ command: name, notices }: { command: 'read' | 'clear'; notices: readonly Item[] }) {
  const command = useCommand('notifications', name);
  const keys = notices.slice(0, mostAtOnce).map(({ key }) => key);
  return (
    <div>
      <button
        type="button"
        class="button"
        aria-busy={command.busy.value}
        onClick={() => command.run({ keys })}
      >
        {t(name)}
      </button>
      <CommandError command={command} />
    </div>
  );
}
