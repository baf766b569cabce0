import { translator } from './i18n.ts';

const t = translator({ en: { loading: 'Loading' }, ru: { loading: 'Загрузка' } });

/** Grey shapes where content will be. */
export function Skeleton({ count = 3 }: { count?: number }) {
  return (
    <div class="skeletons" role="status" aria-label={t('loading')}>
      {Array.from({ length: count }, (_, index) => (
        <div class="skeleton" key={index} />
      ))}
    </div>
  );
}
