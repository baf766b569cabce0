/** What the client holds of a group: where it stands, and its items. */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo } from 'preact/hooks';
import type { HeldItem } from '../../client/types.ts';
import { formatDateTime, formatNumber } from '../../kit/i18n.ts';
import { type Shell, useShell } from '../shell.ts';
import { t } from './console-texts.ts';

type Handle = ReturnType<Shell['client']['group']>;

/** Follows a group of the client as it is, without a store between. */
function useHandle<T>(group: string, read: (handle: Handle) => T): T {
  const { client } = useShell();
  const handle = useMemo(() => client.group(group), [client, group]);
  const changes = useSignal(0);
  useLayoutEffect(() => {
    const stop = handle.onChange(() => {
      changes.value += 1;
    });
    return () => {
      stop();
      handle.release();
    };
  }, [handle]);
  // Read again after each change.
  void changes.value;
  return read(handle);
}

export function Position({ group }: { group: string }) {
  const { status, error, offset, updatedAt, items } = useHandle(group, (handle) => ({
    status: handle.status,
    error: handle.error,
    offset: handle.offset,
    updatedAt: handle.updatedAt,
    items: handle.list().length,
  }));
  return (
    <section class="card" aria-label={t('position')}>
      <h2>{t('position')}</h2>
      <dl class="facts">
        <dt>{t('status')}</dt>
        <dd data-status={status}>{t(`status.${status}`)}</dd>
        {error !== undefined && (
          <>
            <dt>{t('error')}</dt>
            <dd>
              {error.code}: {error.message}
            </dd>
          </>
        )}
        <dt>{t('offset')}</dt>
        <dd class="figure" data-offset={offset}>
          {offset ?? '–'}
        </dd>
        <dt>{t('items')}</dt>
        <dd class="figure">{formatNumber(items)}</dd>
        <dt>{t('current')}</dt>
        <dd>{updatedAt === undefined ? '–' : formatDateTime(updatedAt)}</dd>
      </dl>
    </section>
  );
}

/** Most items that are listed. */
const mostItems = 100;

export function Items({ group }: { group: string }) {
  const items = useHandle(group, (handle) =>
    handle.list().sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true })),
  );
  return (
    <section class="card console-wide" aria-label={t('items')}>
      <h2>{t('items')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('entity')}</th>
            <th scope="col">{t('key')}</th>
            <th scope="col">rev</th>
            <th scope="col">{t('data')}</th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, mostItems).map((item) => (
            <tr key={nameOf(item)}>
              <td>{item.entity}</td>
              <td>{item.key}</td>
              <td class="figure">{item.rev}</td>
              <td>
                <code>{JSON.stringify(item.data)}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {items.length > mostItems && <p class="quiet">{t('moreItems', { count: items.length - mostItems })}</p>}
    </section>
  );
}

const nameOf = ({ entity, key }: HeldItem) => `${entity} ${key}`;
